# systemd-machine-id-setup takes the id that D-Bus keeps, which is the clone's as well.
echo k8s-node1 >/etc/hostname
hostname k8s-node1
rm /etc/machine-id
systemd-machine-id-setup
