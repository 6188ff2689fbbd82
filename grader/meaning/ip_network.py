"""IP networks by value: `10.1.2.3/8` is `10.0.0.0/255.0.0.0`, an address is a network of one."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

Network = IPv4Network | IPv6Network
Networks = frozenset[Network]
"""Joined where they touch, so that equal sets of addresses are equal."""


def parse_networks(value: object) -> Networks | None:
    """Of a text (several by commas or blanks) or a list; None when one of them is no network."""
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not words:
        return None
    found: list[Network] = []
    for word in words:
        try:
            found.append(ip_network(str(word), strict=False))
        except ValueError:
            return None
    return _joined(found)


def covers(outer: Networks, inner: Networks) -> bool:
    """Whether every address of `inner` is one of `outer`."""
    return all(
        any(
            one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]
            for other in outer
        )
        for one in inner
    )


def _joined(networks: Iterable[Network]) -> Networks:
    listed = list(networks)
    four = [one for one in listed if isinstance(one, IPv4Network)]
    six = [one for one in listed if isinstance(one, IPv6Network)]
    return frozenset([*collapse_addresses(four), *collapse_addresses(six)])
