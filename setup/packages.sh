# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with ../seatrial
# The Debian packages that must be there before anything else runs. Says what it installs, and asks.

# Virtual machines, the Python environment (libvirt-python is compiled), the terminal. A recipe of an
# image adds what it needs in vm-images/*/host-packages.
packages() {
    local development=python3-dev environment=python3-venv recipe package
    if [[ $python && $python != /usr/bin/python3 ]]; then
        development=$python-dev environment=$python-venv
    fi
    printf '%s\n' \
        qemu-system-x86 qemu-utils libvirt-daemon-system \
        python3 "$environment" "$development" gcc pkg-config libvirt-dev \
        tmux openssh-client
    for recipe in "$checkout"/vm-images/*/host-packages; do
        [[ -r $recipe ]] || continue
        while read -r package; do
            [[ -z $package || $package == \#* ]] || printf '%s\n' "$package"
        done <"$recipe"
    done
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "This needs the administrator, and there is no sudo: $*" "Run it as root, then start Seatrial again."
    fi
}

# Asks on the terminal, unless --yes was given.
confirmed() {
    local answer
    [[ $assume_yes ]] && return
    [[ -t 0 ]] || fail "Nobody is at a terminal to agree to this; nothing was installed." "Run it with --yes to agree beforehand."
    read -r -p "$1 [Y/n] " answer
    [[ -z $answer || $answer == [yYjJ]* ]]
}

# Prints the wanted packages that are not installed.
missing_packages() {
    local wanted installed package
    mapfile -t wanted < <(packages)
    # shellcheck disable=SC2016  # dpkg-query's own variables
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true)
    for package in "${wanted[@]}"; do
        [[ $'\n'$installed$'\n' == *$'\n'"$package installed"$'\n'* ]] || printf '%s\n' "$package"
    done
}

need_packages() {
    local missing started
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    need_room
    say "Seatrial will install these Debian packages:" "  ${missing[*]}"
    say_dependencies "${missing[@]}"
    confirmed "Install them now?" || fail "Nothing was installed." \
        "To do it yourself: sudo apt-get install --no-install-recommends ${missing[*]}"
    started=$SECONDS
    install_packages "${missing[@]}" || fail "apt-get could not install everything; its own words are above." \
        "Mend that, then run ./seatrial again: it goes on where it stopped."
    note_seconds "Debian packages" "$started"
}

# What apt would add to the packages named; nothing if its lists are too old to say.
say_dependencies() {
    local planned word name added=()
    planned=$(apt-get install --simulate --no-install-recommends "$@" 2>/dev/null) || return 0
    while read -r word name _; do
        [[ $word != Inst || " $* " == *" $name "* ]] || added+=("$name")
    done <<<"$planned"
    ((${#added[@]})) || return 0
    say "and ${#added[@]} that they depend on:"
    fold -s -w 96 <<<"${added[*]}" | sed 's/^/  /' >&2
}

# Package lists are fetched only if apt knows none, or if what they promise is no longer there.
install_packages() {
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "$@")
    if apt-cache show "$@" >/dev/null 2>&1 && as_root "${install[@]}" >&2; then
        return
    fi
    as_root apt-get update --quiet >&2 && as_root "${install[@]}" >&2
}
