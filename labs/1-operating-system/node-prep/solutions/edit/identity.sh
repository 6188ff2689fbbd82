echo k8s-node1 >/etc/hostname
hostname k8s-node1
if grep -q 0badc0de /etc/machine-id; then
  tr -d '-' </proc/sys/kernel/random/uuid >/etc/machine-id
fi
ln -sf /etc/machine-id /var/lib/dbus/machine-id
