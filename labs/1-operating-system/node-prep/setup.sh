# Makes a prepared node unprepared: what an administrator finds on a machine cloned from a template.

# Swap: a file in use, and a line in fstab beside a line that must stay.
if ! grep -q '^{{swap}} ' /proc/swaps; then
  rm -f {{swap}}
  dd if=/dev/zero of={{swap}} bs=1M count=48 status=none
  chmod 0600 {{swap}}
  mkswap {{swap}} >/dev/null
  swapon {{swap}}
fi
grep -q '^{{swap}} ' /etc/fstab || echo '{{swap}} none swap sw 0 0' >>/etc/fstab
mkdir -p /mnt/scratch
grep -q ' /mnt/scratch ' /etc/fstab || echo 'scratch /mnt/scratch tmpfs size=16m,nofail 0 0' >>/etc/fstab
mountpoint -q /mnt/scratch || mount -t tmpfs -o size=16m scratch /mnt/scratch

# Kernel modules: nobody loads br_netfilter, now or at the next start.
for file in /etc/modules /etc/modules-load.d/*.conf /usr/lib/modules-load.d/*.conf /run/modules-load.d/*.conf; do
  [ ! -f "$file" ] || [ -L "$file" ] || sed -i -E '/^[[:space:]]*(overlay|br[_-]netfilter)[[:space:]]*$/d' "$file"
done
modprobe -q -r br_netfilter || rmmod br_netfilter 2>/dev/null || true

# Kernel parameters: no file asks for them, and one that is read late forbids forwarding.
for file in /etc/sysctl.conf /etc/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /run/sysctl.d/*.conf; do
  [ ! -f "$file" ] || [ -L "$file" ] || sed -i -E '/ip_forward|bridge-nf-call/d' "$file"
done
cat >/etc/sysctl.d/zz-hardening.conf <<'CONF'
# Baseline of the security team. Questions: security@example.com
kernel.dmesg_restrict = 1
kernel.sysrq = 0
kernel.kptr_restrict = 2
net.ipv4.ip_forward = 0
CONF
sysctl -q -p /etc/sysctl.d/zz-hardening.conf

# Identity: that of the template, in both places where it is kept.
echo '{{template}}' >/etc/hostname
hostname '{{template}}'
mkdir -p /var/lib/dbus
rm -f /var/lib/dbus/machine-id
echo 0badc0de0badc0de0badc0de0badc0de >/var/lib/dbus/machine-id
rm -f /etc/machine-id
echo 0badc0de0badc0de0badc0de0badc0de >/etc/machine-id

# The kubelet's port is taken by a socket unit.
cat >/usr/lib/systemd/system/fleet-agent.socket <<'UNIT'
[Unit]
Description=Fleet agent, legacy port

[Socket]
ListenStream=10250
Accept=yes

[Install]
WantedBy=sockets.target
UNIT
cat >/usr/lib/systemd/system/fleet-agent@.service <<'UNIT'
[Unit]
Description=Fleet agent, one connection

[Service]
ExecStart=-/bin/cat
StandardInput=socket
UNIT
systemctl daemon-reload
systemctl -q unmask fleet-agent.socket
systemctl -q enable --now fleet-agent.socket
