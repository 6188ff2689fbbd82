#!/bin/sh
# Kubernetes from Debian's source package, and our stand-ins, as programs that are each component by
# the name they are called by. Leaves them in $SEATRIAL_WORK/kubernetes.
set -eu
. "$SEATRIAL_RECIPE/archive.sh"

work=$SEATRIAL_WORK/kubernetes
root=$work/toolchain
tree=$root/go/src/k8s.io/kubernetes
version=$SEATRIAL_KUBERNETES_VERSION

toolchain() {
    # Extracted, not installed: Go needs nothing but the C library.
    bootstrap "$root" --variant=extract \
        --include=golang-1.19-go,golang-github-modern-go-reflect2-dev,patch
    # The build cache outlives builds, so that the next image compiles only what changed.
    mkdir -p "$SEATRIAL_KEEP/go-build" "$root/cache"
    mount --bind "$SEATRIAL_KEEP/go-build" "$root/cache"
}

in_toolchain() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp GOROOT=/usr/lib/go-1.19 GOPATH=/go GO111MODULE=off \
        CGO_ENABLED=0 GOCACHE=/cache GOFLAGS=-trimpath \
        unshare --root="$root" --wd=/go/src/k8s.io/kubernetes "$@"
}

unpack() {
    fetch_source kubernetes "$work/source" "$root"
    mkdir -p "$tree"
    tar -xf "$work"/source/*.orig.tar.gz -C "$tree" --strip-components=1
    tar -xf "$work"/source/*.debian.tar.xz -C "$tree"
    while read -r name; do
        in_toolchain /usr/bin/patch -p1 -s -f -i "debian/patches/$name"
    done <"$tree/debian/patches/series"
    for mend in "$SEATRIAL_RECIPE"/kubernetes/*.patch; do
        in_toolchain /usr/bin/patch -p1 -s -f <"$mend"
    done
    # The vendored reflect2 1.0.1 crashes when built by Go 1.18 or later.
    rm -rf "$tree/vendor/github.com/modern-go/reflect2"
    cp -a "$root/usr/share/gocode/src/github.com/modern-go/reflect2" "$tree/vendor/github.com/modern-go/"
}

# The source package leaves generated files out; this one is needed to build.
generate_openapi() {
    mkdir -p "$root/out"
    in_toolchain /usr/lib/go-1.19/bin/go build -o /out/openapi-gen k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
    packages=$(cd "$tree" &&
        grep -RFl --include='*.go' '+k8s:openapi-gen=true' pkg cmd plugin vendor/k8s.io |
        grep -v -e ^vendor/k8s.io/code-generator/ -e ^vendor/k8s.io/sample-apiserver/ |
            xargs -n1 dirname | LC_ALL=C sort -u | sed 's|^|k8s.io/kubernetes/|' | paste -sd,)
    in_toolchain /out/openapi-gen -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi \
        -O zz_generated.openapi -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt \
        -r /out/violations
    # It leaves out what it does not find, without an error; the API server would not start.
    grep -q 'schema_pkg_apis_apiextensions_v1_CustomResourceDefinition(' \
        "$tree/pkg/generated/openapi/zz_generated.openapi.go" || { echo 'incomplete OpenAPI' >&2; exit 1; }
}

# multi_call PROGRAM COMMAND...: each command's own main becomes a package of one program. A command
# is a component of Kubernetes or a stand-in of ours.
multi_call() {
    name=$1
    program=$tree/cmd/seatrial/$name
    shift
    mkdir -p "$program"
    cp "$SEATRIAL_RECIPE/kubernetes/main.go" "$program/"
    {
        echo 'package main'
        for command; do echo "import $(package "$command") \"k8s.io/kubernetes/cmd/seatrial/$command\""; done
        echo 'var commands = map[string]func(){'
        for command; do echo "\"$command\": $(package "$command").Main,"; done
        echo '}'
    } >"$program/commands.go"
    for command; do
        if [ -d "$SEATRIAL_RECIPE/src/$command" ]; then
            cp -a "$SEATRIAL_RECIPE/src/$command" "$tree/cmd/seatrial/"
            continue
        fi
        mkdir -p "$tree/cmd/seatrial/$command"
        for file in "$tree/cmd/$command"/*.go; do
            case $file in *_test.go) continue ;; esac
            sed "s/^package main$/package $(package "$command")/; s/^func main()/func Main()/" "$file" \
                >"$tree/cmd/seatrial/$command/${file##*/}"
        done
    done
    # providerless: without the clouds' own drivers, which take a third of the time and the size.
    in_toolchain /usr/lib/go-1.19/bin/go build -v -tags providerless -ldflags "-s -w $(stamps)" \
        -o "/out/$name" "k8s.io/kubernetes/cmd/seatrial/$name"
    mv "$root/out/$name" "$work/$name"
}

package() { echo "$1" | tr -d -; }

stamps() {
    for package in component-base/version client-go/pkg/version; do
        prefix=k8s.io/kubernetes/vendor/k8s.io/$package
        minor=${version#*.}
        printf '%s ' -X "$prefix.gitVersion=v$version" -X "$prefix.gitMajor=${version%%.*}" \
            -X "$prefix.gitMinor=${minor%%.*}" -X "$prefix.gitTreeState=archive"
    done
}

rm -rf "$work"
mkdir -p "$work"
toolchain
unpack
generate_openapi
# Apart from the components: a command line tool starts twice as fast without them.
multi_call seatrial-kubernetes kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubeadm
multi_call seatrial-clients kubectl crictl clusterdns hostroutes
multi_call seatrial-echo httpecho
umount "$root/cache"
rm -rf --one-file-system "$root" "$work/source"
