#!/bin/sh
# Imports the container images into the node's containerd, which runs on the build machine for that.
set -eu
root=$SEATRIAL_WORK/rootfs

# An earlier try may have stopped half-way.
rm -rf "$root/var/lib/containerd"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
cp "$SEATRIAL_WORK/images.tar" "$root/tmp/"
cat >"$root/tmp/import.toml" <<'END'
version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri"]
END
chroot "$root" containerd --config /tmp/import.toml --log-level warn &
containerd=$!
tries=0
until chroot "$root" ctr version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { echo 'containerd does not answer' >&2; exit 1; }
    sleep 0.1
done
chroot "$root" ctr --namespace k8s.io images import --snapshotter overlayfs /tmp/images.tar
chroot "$root" ctr --namespace k8s.io images list --quiet
# The programs of the container images are the node's own: one file, and one copy in memory.
for program in "$root"/usr/lib/seatrial/seatrial-*; do
    find "$root/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs" -path "*/bin/${program##*/}" \
        -exec cmp -s "$program" {} \; -exec ln -f "$program" {} \;
done
kill "$containerd"
wait "$containerd" || true
umount "$root/tmp" "$root/run" "$root/proc"
rm -f "$SEATRIAL_WORK/images.tar"
