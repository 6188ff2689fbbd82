"""Names that systemd makes of paths and devices: systemd.unit(5), `systemd-escape --path`."""

_TAGS = {"UUID": "uuid", "LABEL": "label", "PARTUUID": "partuuid", "PARTLABEL": "partlabel"}


def escape_path(path: str) -> str:
    """`/mnt/my disk` is `mnt-my\\x20disk`; `/` is `-`."""
    joined = "/".join(part for part in path.split("/") if part)
    escaped = []
    for at, char in enumerate(joined):
        plain = char.isascii() and (char.isalnum() or char in ":_" or (char == "." and at > 0))
        if char == "/":
            escaped.append("-")
        elif plain:
            escaped.append(char)
        else:
            escaped += [f"\\x{byte:02x}" for byte in char.encode()]
    return "".join(escaped) or "-"


def device_path(spec: str) -> str:
    """`UUID=…` and its like in fstab as the link that udev makes; anything else as it is."""
    tag, sign, value = spec.partition("=")
    if sign and tag.upper() in _TAGS:
        return f"/dev/disk/by-{_TAGS[tag.upper()]}/{value.strip(chr(34))}"
    return spec
