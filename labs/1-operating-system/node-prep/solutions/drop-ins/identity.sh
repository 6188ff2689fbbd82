printf 'k8s-node1\n' >/etc/hostname
hostname -F /etc/hostname
if grep -q 0badc0de /etc/machine-id; then
  rm -f /var/lib/dbus/machine-id /etc/machine-id
  systemd-machine-id-setup
fi
