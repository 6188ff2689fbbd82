#!/bin/sh
# The bootable disk: ext4 without a partition table, and a kernel and a small initrd beside it.
set -eu
root=$SEATRIAL_WORK/rootfs
raw=$SEATRIAL_WORK/disk.raw

kernel() {
    release=$(basename "$root"/lib/modules/*)
    cp "$root/boot/vmlinuz-$release" "$SEATRIAL_OUTPUT/vmlinuz"
    initrd=$root/tmp/initrd
    rm -rf "$initrd"
    mkdir -p "$initrd/bin" "$initrd/modules" "$initrd/dev" "$initrd/proc" "$initrd/root"
    cp "$root/bin/busybox" "$initrd/bin/"
    cp "$SEATRIAL_RECIPE/initrd/init" "$initrd/init"
    chmod 755 "$initrd/init"
    # In the order of loading; built-in ones have no file.
    chroot "$root" modprobe --set-version "$release" --show-depends --all \
        virtio_pci virtio_blk virtio_net ext4 crc32c_generic |
        awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
        cp "$root$module" "$initrd/modules/"
        basename "$module"
    done >"$initrd/modules.order"
    mv "$initrd/modules.order" "$initrd/modules/order"
    chroot "$root" sh -c 'cd /tmp/initrd && find . | cpio --quiet -o -H newc -R 0:0' |
        gzip -9 >"$SEATRIAL_OUTPUT/initrd.img"
    rm -rf "$initrd"
}

disk() {
    rm -f "$raw"
    truncate -s 12G "$raw"
    mke2fs -q -t ext4 -L seatrial -m 0 -N 500000 -J size=32 -E lazy_itable_init=1,lazy_journal_init=1 \
        -d "$root" "$raw"
    qemu-img convert -f raw -O qcow2 "$raw" "$SEATRIAL_OUTPUT/disk.qcow2"
    rm -f "$raw"
}

# What the manifest should tell: the versions of what a lab may ask for.
facts() {
    chroot "$root" dpkg-query --show --showformat '"${Package}": "${Version}",\n' \
        linux-image-cloud-amd64 systemd containerd runc containernetworking-plugins iptables etcd-client |
        sed '1s/^/{"packages": {\n/; $s/,$/\n}}/' >"$SEATRIAL_OUTPUT/facts.json"
}

kernel
facts
disk
