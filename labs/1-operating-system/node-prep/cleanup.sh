# Leaves a node that is prepared, whatever the learner did.
swapoff -a
sed -i -e '\#^{{swap}} #d' -e '\# /mnt/scratch #d' /etc/fstab
rm -f {{swap}}
if mountpoint -q /mnt/scratch; then umount /mnt/scratch; fi
systemctl -q disable --now fleet-agent.socket 2>/dev/null || true
systemctl -q unmask fleet-agent.socket 2>/dev/null || true
rm -f /usr/lib/systemd/system/fleet-agent.socket /usr/lib/systemd/system/fleet-agent@.service /etc/sysctl.d/zz-hardening.conf
systemctl daemon-reload
echo k8s-node1 >/etc/hostname
hostname k8s-node1
