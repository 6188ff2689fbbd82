#!/bin/sh
# Container images for kubeadm and the labs, from few layers that they share (images/images.json).
# Leaves: $SEATRIAL_WORK/images.tar, one OCI archive of them all.
set -eu
. "$SEATRIAL_RECIPE/archive.sh"
layers=$SEATRIAL_WORK/layers
root=$layers/root
built=$SEATRIAL_WORK/kubernetes

rm -rf "$layers"
mkdir -p "$layers"

shell='curl bind9-dnsutils iproute2 iputils-ping netcat-openbsd procps iptables conntrack ca-certificates'
bootstrap "$root" --variant=essential --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --include="$(echo $shell catatonit \
    nginx redis-server etcd-server etcd-client | tr ' ' ,)" \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*'

# layer_of_packages NAME PACKAGE...: moves the packages' files out of the root into a layer.
layer_of_packages() {
    layer=$layers/$1
    shift
    mkdir -p "$layer"
    for package; do chroot "$root" dpkg -L "$package"; done >"$layers/listed"
    # /bin and /lib are links into /usr, and stay; what was excluded is listed, and absent.
    sed -n 's#^/\(s\?bin\|lib\|lib64\)/#/usr/\1/#; /^.[^/]*\//p' "$layers/listed" | sort -u |
        while read -r path; do
            if [ -L "$root$path" ] || [ -f "$root$path" ]; then echo ".$path"; fi
        done >"$layers/list"
    tar -C "$root" -cf - -T "$layers/list" | tar -C "$layer" -xf -
    (cd "$root" && xargs -d '\n' rm -f <"$layers/list")
}

# layer_of_program NAME BINARY COMMAND...: one of our binaries under the names of its commands.
layer_of_program() {
    layer=$layers/$1
    binary=$2
    shift 2
    mkdir -p "$layer/usr/local/bin" "$layer/etc"
    install -m 755 "$built/$binary" "$layer/usr/local/bin/"
    for command; do ln -s "$binary" "$layer/usr/local/bin/$command"; done
}

layer_of_packages nginx nginx nginx-common
layer_of_packages redis redis-server redis-tools
layer_of_packages etcd etcd-server etcd-client
layer_of_packages pause catatonit
rm -rf "$root"/var/lib/dpkg "$root"/var/lib/apt "$root"/var/cache/* "$root"/var/log/* "$root"/boot "$root"/dev/*
du -sm "$root"/usr/* "$root"/usr/lib/* "$root"/usr/bin/* "$root"/usr/lib/x86_64-linux-gnu/* | sort -n | tail -40
mv "$root" "$layers/debian"
layer_of_program kubernetes seatrial-kubernetes kube-apiserver kube-controller-manager kube-scheduler kube-proxy
layer_of_program clients seatrial-clients kubectl clusterdns hostroutes
layer_of_program echo seatrial-echo httpecho
cp -a --no-preserve=ownership "$SEATRIAL_RECIPE/images/nginx/." "$layers/nginx/"
mkdir -p "$layers/redis/data"

python3 "$SEATRIAL_RECIPE/images/archive.py" "$SEATRIAL_RECIPE/images/images.json" "$layers" "$SEATRIAL_WORK/images.tar"
rm -rf "$layers"
