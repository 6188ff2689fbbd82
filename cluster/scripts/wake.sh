# A node that was resumed: its clock stands at the moment of saving, and it lets the image's key in.
# Arguments: the host's time in seconds with nanoseconds; the public key of this lab, or nothing to keep
# the one that is there.
if [ "$(date +%s)" -lt "${1%.*}" ]; then date -s "@$1" >/dev/null; fi
[ -n "${2:-}" ] || exit 0
for account in root seatrial-probe; do
    home=$(getent passwd "$account" | cut -d: -f6)
    mkdir -p -m 700 "$home/.ssh"
    printf '%s\n' "$2" >"$home/.ssh/authorized_keys.new"
    chmod 600 "$home/.ssh/authorized_keys.new"
    mv "$home/.ssh/authorized_keys.new" "$home/.ssh/authorized_keys"
done
