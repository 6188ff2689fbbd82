# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with ../seatrial
# What cannot be installed: the kind of machine, its room, and a Python to start from.

os_release=/etc/os-release
python=''
least_disk_gib=10   # image, golden clusters and one lab; the figures are in README.md
least_memory_gib=4  # one control plane node under emulation, and the app

# Debian or a child of it, on x86-64.
need_platform() {
    local family='' name='this system'
    if [[ -r $os_release ]]; then
        # shellcheck disable=SC1090
        family=$(. "$os_release" && printf '%s %s|%s' "${ID:-}" "${ID_LIKE:-}" "${PRETTY_NAME:-}")
        name=${family#*|} family=${family%%|*}
    fi
    case " $family " in
        *' debian '* | *' ubuntu '*) ;;
        *) fail "Seatrial's virtual machines run on Debian and Ubuntu only, and this is ${name} ($OSTYPE)." \
            "Everywhere else, see the whole app on a pretended cluster: ./seatrial --demo" ;;
    esac
    [[ $HOSTTYPE == x86_64 ]] || fail "Seatrial's virtual machines need an x86-64 processor, and this one is $HOSTTYPE." \
        "See the whole app on a pretended cluster: ./seatrial --demo"
}

# Sets `python` (the interpreter that makes .venv): the system's own if it is new enough, else a newer one beside it.
find_python() {
    for python in /usr/bin/python3 python3.{14,13,12,11} python3; do
        command -v "$python" >/dev/null || continue
        ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || return 0
    done
    python=''
    return 1
}

need_python() {
    [[ $python ]] || find_python || fail "Seatrial needs Python 3.11 or later, and none was found." \
        "Debian 12 and Ubuntu 24.04 have it: sudo apt-get install python3 python3-venv"
}

# A machine without any Python gets the distribution's; one with only an old Python would get no newer one.
need_python_or_none() { ! command -v python3 >/dev/null || need_python; }

# Room for what will be made, asked only before anything was: an image and clusters already have theirs.
need_room() {
    local cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache} disk memory=0 key value _
    [[ ! -d $cache/seatrial/images ]] || return 0
    while [[ ! -d $cache ]]; do cache=$(dirname "$cache"); done
    disk=$(df -Pk "$cache" | awk 'NR == 2 {print int($4 / 1048576)}')
    ((disk >= least_disk_gib)) || fail "There are $disk GiB free in $cache, and Seatrial needs $least_disk_gib." \
        "Make room, or set XDG_CACHE_HOME to a folder on a larger disk."
    while read -r key value _; do
        [[ $key != MemTotal: ]] || memory=$((value / 1048576 + 1))
    done </proc/meminfo
    ((memory >= least_memory_gib)) || fail "This machine has $memory GiB of memory, and Seatrial needs $least_memory_gib." \
        "Use a larger machine, or see the app on a pretended cluster: ./seatrial --demo"
}
