# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with ../seatrial
# The virtual environment .venv, from the lock files. A lock counts as installed when .venv holds a copy
# of it, written last: an interrupted set-up is gone on with, and half an environment is never used.

venv=$checkout/.venv

# Environments cannot be moved, nor outlive their interpreter: this names the place and the program.
environment_identity() { printf '%s %s' "$checkout" "$(readlink -f "$venv/bin/python")"; }

environment_stands() { [[ -f $venv/identity && $(<"$venv/identity") == "$(environment_identity)" ]]; }

lock_installed() { cmp -s "$checkout/$1" "$venv/installed-$1"; }

need_environment() {
    local lock missing=()
    for lock; do
        environment_stands && lock_installed "$lock" || missing+=("$lock")
    done
    ((${#missing[@]})) || return 0
    # Two starts at once must not build in the same place; a pip whose start was killed still holds the lock.
    (
        if command -v flock >/dev/null && ! flock --nonblock 9; then
            say "Another start of Seatrial is setting up; waiting for it."
            flock 9
        fi
        environment_stands || make_environment
        for lock in "${missing[@]}"; do
            lock_installed "$lock" || install_lock "$lock"
        done
    ) 9>"$checkout/.setup.lock"
}

# Only what Seatrial made is ever removed: an empty identity marks an environment of ours that is unfinished.
make_environment() {
    mkdir -p "$venv"
    [[ -f $venv/identity || -z $(ls -A "$venv") ]] || fail "$venv was not made by Seatrial, and is left as it is." \
        "Move it away, then run ./seatrial again: mv .venv .venv.mine"
    say "Making the Python environment .venv with $("$python" --version)."
    : >"$venv/identity"
    find "$venv" -mindepth 1 -maxdepth 1 ! -name identity -exec rm -rf {} +
    "$python" -m venv "$venv" >&2 || fail "Python could not make an environment in $venv." \
        "On Debian and Ubuntu: sudo apt-get install python3-venv"
    local packages=("$venv"/lib/python3.*/site-packages)
    printf '%s\n' "$checkout" >"${packages[0]}/seatrial.pth"
    environment_identity >"$venv/identity"
}

# Kept for `seatrial bench`: what each part of the set-up took.
note_seconds() {
    say "  done in $((SECONDS - $2)) s."
    printf '%s %s\n' "$1" "$((SECONDS - $2))" >>"$checkout/.setup-seconds"
}

install_lock() {
    local started=$SECONDS
    say "Installing the Python packages of $1."
    rm -f "$venv/installed-$1"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
        --requirement "$checkout/$1" >&2 || fail "pip could not install $1; its own words are above." \
        "Mend that (often: no network), then run ./seatrial again: it goes on where it stopped."
    cp "$checkout/$1" "$venv/installed-$1.new"
    mv "$venv/installed-$1.new" "$venv/installed-$1"
    note_seconds "$1" "$started"
}
