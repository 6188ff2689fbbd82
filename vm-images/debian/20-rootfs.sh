#!/bin/sh
# The node's root file system from Debian's packages and from files/. Leaves: $SEATRIAL_WORK/rootfs.
set -eu
. "$SEATRIAL_RECIPE/archive.sh"
root=$SEATRIAL_WORK/rootfs

system='systemd systemd-sysv dbus udev kmod linux-image-cloud-amd64 busybox-static openssh-server'
network='iproute2 iptables ebtables ethtool socat conntrack curl iputils-ping netcat-openbsd tcpdump'
tools='less nano vim-tiny jq procps psmisc openssl ca-certificates bash-completion'
kubernetes='containerd runc containernetworking-plugins etcd-client'

# No documentation, no translations; no initramfs (ours is made in 50-disk.sh).
bootstrap "$root" --variant=apt --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --include="$(echo $system $network $tools $kubernetes | tr ' ' ,)" \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt=force-confold --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools"; echo "update_initramfs=no" >"$1/etc/initramfs-tools/update-initramfs.conf"' \
    --customize-hook='rm -f "$1"/boot/initrd.img* "$1"/etc/ssh/ssh_host_*'

cp -a --no-preserve=ownership "$SEATRIAL_RECIPE/files/." "$root/"
mkdir -p "$root/usr/share/seatrial" "$root/usr/lib/seatrial"
cp "$SEATRIAL_RECIPE"/share/* "$root/usr/share/seatrial/"
install -m 755 "$SEATRIAL_WORK"/kubernetes/seatrial-kubernetes "$SEATRIAL_WORK"/kubernetes/seatrial-clients \
    "$root/usr/lib/seatrial/"
for command in kubelet kubeadm; do ln -s ../lib/seatrial/seatrial-kubernetes "$root/usr/bin/$command"; done
for command in kubectl crictl; do ln -s ../lib/seatrial/seatrial-clients "$root/usr/bin/$command"; done

mkdir -p "$root/opt/cni/bin" "$root/etc/cni/net.d" "$root/etc/kubernetes/manifests" "$root/var/lib/seatrial"
for plugin in "$root"/usr/lib/cni/*; do ln -s "/usr/lib/cni/${plugin##*/}" "$root/opt/cni/bin/"; done

# Who a node is comes from the kernel command line at boot.
: >"$root/etc/machine-id"
echo seatrial >"$root/etc/hostname"
rm -f "$root/etc/resolv.conf"
echo '# No name server is reachable from a lab.' >"$root/etc/resolv.conf"
echo '# No archive is reachable from a lab.' >"$root/etc/apt/sources.list"
rm -f "$root"/etc/dpkg/dpkg.cfg.d/99mmdebstrap "$root"/etc/apt/apt.conf.d/99mmdebstrap

# The learner's account, and the grader's own with the same rights and no start-up files.
probe=/var/lib/seatrial-probe
sed -i 's/^root:[^:]*/root:*/' "$root/etc/shadow"
echo "seatrial-probe:x:0:0:Seatrial grader:$probe:/bin/sh" >>"$root/etc/passwd"
echo 'seatrial-probe:*:19000:0:99999:7:::' >>"$root/etc/shadow"
mkdir -p "$SEATRIAL_OUTPUT"
rm -f "$SEATRIAL_OUTPUT/ssh_key" "$SEATRIAL_OUTPUT/ssh_key.pub"
ssh-keygen -q -t ed25519 -N '' -C seatrial-image -f "$SEATRIAL_OUTPUT/ssh_key"
ssh-keygen -q -t ed25519 -N '' -C seatrial-node -f "$root/etc/ssh/ssh_host_ed25519_key"
cp "$root/etc/ssh/ssh_host_ed25519_key.pub" "$SEATRIAL_OUTPUT/host_key.pub"
for home in "$root/root" "$root$probe"; do
    mkdir -p -m 700 "$home" "$home/.ssh"
    install -m 600 "$SEATRIAL_OUTPUT/ssh_key.pub" "$home/.ssh/authorized_keys"
done
cat >>"$root/root/.bashrc" <<'END'
[ -r /etc/bash_completion ] && . /etc/bash_completion
END

# A quick boot: only what a node needs.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer getty.target getty@tty1.service serial-getty@.service \
    systemd-pstore.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
    systemd-network-generator.service systemd-udev-settle.service systemd-firstboot.service \
    networking.service ssh.socket systemd-binfmt.service systemd-ask-password-console.path \
    systemd-ask-password-wall.path sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
for unit in seatrial-identity ssh containerd kubelet; do chroot "$root" systemctl --quiet enable $unit; done
