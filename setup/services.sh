# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with ../seatrial
# libvirt's daemons where no systemd starts them, /dev/kvm's ownership, and who may use them.

kvm=/dev/kvm
processor_groups=/sys/fs/cgroup/cpu

systemd_runs() { [[ -d /run/systemd/system ]]; }

# Without udev /dev/kvm stays root:root 0600; libvirt then probes QEMU anew at every start (8 s and more each).
need_kvm_owner() {
    [[ -c $kvm ]] && ! systemd_runs || return 0
    [[ $(stat -c '%U:%G %a' "$kvm") == 'root:root 600' ]] || return 0
    grep -q '^kvm:' /etc/group || return 0
    say "Giving $kvm to group kvm with mode 0660, as udev would: otherwise libvirt is slow at every start."
    if ! { as_root chgrp kvm "$kvm" && as_root chmod 0660 "$kvm"; }; then
        say "  That failed; going on without."
    fi
}

# Whether the daemon named in /run/NAME.pid is alive, and is not another program that got its number.
daemon_runs() {
    local pid='' command=''
    [[ -r /run/$1.pid ]] || return
    read -r pid <"/run/$1.pid" || true
    [[ $pid && -r /proc/$pid/comm ]] || return
    read -r command <"/proc/$pid/comm" && [[ $command == "$1" ]]
}

daemon_answers() { [[ -S /run/libvirt/${1/libvirtd/libvirt}-sock ]]; }

need_libvirt() {
    if systemd_runs; then
        daemon_answers libvirtd || as_root systemctl start libvirtd.socket virtlogd.socket ||
            fail "libvirt does not start." "See why: systemctl status libvirtd"
        return 0
    fi
    need_modest_machines
    start_daemon virtlogd
    start_daemon libvirtd --config "$checkout/setup/libvirtd.conf"
}

# libvirt puts all its machines into one CPU control group. Beside a group of equal standing, whose emulators
# never rest, any other program may wait for 100 to 500 ms each time it wakes up. Under systemd that group is
# the system's own affair, and no files like these are there.
need_modest_machines() {
    local group=$processor_groups/machine
    [[ -f $processor_groups/cpu.idle ]] || return 0
    [[ ! -f $group/cpu.idle || $(<"$group/cpu.idle") != 1 ]] || return 0
    say "Letting virtual machines wait for every other program: $group/cpu.idle"
    if ! { as_root mkdir -p "$group" && as_root tee "$group/cpu.idle" <<<1 >/dev/null; }; then
        say "  That failed; going on without."
    fi
}

start_daemon() {
    ! { daemon_runs "$1" && daemon_answers "$1"; } || return 0
    say "Starting $1."
    as_root "$1" --daemon "${@:2}" || fail "$1 does not start." "See why: $1 --verbose"
}

# libvirt and KVM are for members of their groups. `sg` makes this start a member already, before the next login.
need_membership() {
    local user group unlisted=() again
    ((EUID != 0)) || return 0
    user=$(id -un)
    again=$(printf '%q ' "$checkout/seatrial" "$@")
    for group in libvirt kvm; do
        getent group "$group" >/dev/null || continue
        [[ " $(id -nG "$user") " == *" $group "* ]] || unlisted+=("$group")
        [[ " $(id -nG) " == *" $group "* ]] || again="exec sg $group -c $(printf '%q' "$again")"
    done
    if ((${#unlisted[@]})); then
        say "To use libvirt and KVM, $user must be in: ${unlisted[*]}."
        if ! { confirmed "Add $user now?" && join_groups "$user" "${unlisted[@]}"; }; then
            fail "$user is not in: ${unlisted[*]}." "Do it by hand: for group in ${unlisted[*]}; do sudo usermod --append --groups \$group $user; done"
        fi
    fi
    [[ $again != 'exec sg '* ]] || eval "$again"
}

join_groups() {
    local user=$1 group
    shift
    for group; do
        as_root usermod --append --groups "$group" "$user" || return
    done
}
