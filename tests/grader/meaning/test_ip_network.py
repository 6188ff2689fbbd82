from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.compare import compare


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("10.0.0.0/8", "10.0.0.0/255.0.0.0"),
        ("10.0.0.0/8", "10.1.2.3/8"),
        ("10.0.0.1", "10.0.0.1/32"),
        ("fd00::/8", "FD00:0000::/8"),
        (["10.0.0.0/9", "10.128.0.0/9"], "10.0.0.0/8"),
        (["a::/16", "10.0.0.0/8"], ["10.0.0.0/8", "a::/16", "10.1.0.0/16"]),
        ("10.96.0.0/12,fd00::/108", "fd00::/108 10.96.0.0/12"),
        ({"contains": "169.254.169.254"}, ["169.254.0.0/16"]),
        ({"contains": ["10.0.0.1", "10.0.0.2"]}, "10.0.0.0/24"),
        ({"within": "10.0.0.0/8"}, ["10.1.0.0/16", "10.2.0.0/16"]),
        ({"contains": "10.0.0.1", "within": "10.0.0.0/8"}, "10.0.0.0/16"),
    ],
)
def test_networks_are_compared_by_their_addresses(wanted: Any, found: Any) -> None:
    assert compare({"network": wanted}, found) is None


@pytest.mark.parametrize(
    ("wanted", "found", "why"),
    [
        ("10.0.0.0/8", "10.0.0.0/9", "x is 10.0.0.0/9, not 10.0.0.0/8"),
        ("0.0.0.0/0", "::/0", "x is ::/0, not 0.0.0.0/0"),
        ({"contains": "10.1.0.0"}, "10.0.0.0/16", "x is 10.0.0.0/16, not all of 10.1.0.0"),
        ({"within": "10.0.0.0/8"}, "0.0.0.0/0", "x is 0.0.0.0/0, not part of 10.0.0.0/8"),
        ({"within": "fd00::/8"}, "10.0.0.0/8", "x is 10.0.0.0/8, not part of fd00::/8"),
        ("10.0.0.0/8", "10.0.0/8", "x is 10.0.0/8, which is not an IP network"),
        ("10.0.0.0/8", "", "x is an empty text, which is not an IP network"),
    ],
)
def test_networks_of_other_addresses_differ(wanted: Any, found: Any, why: str) -> None:
    mismatch = compare({"network": wanted}, found, "x")
    assert mismatch is not None and mismatch.why == why


NETWORKS = st.lists(
    st.builds(
        lambda value, length: IPv4Network((value, length), strict=False),
        st.integers(0, 2**32 - 1),
        st.integers(4, 32),
    ),
    min_size=1,
    max_size=4,
)


@given(NETWORKS, st.data())
def test_order_masks_and_halves_never_matter(
    networks: list[IPv4Network], data: st.DataObject
) -> None:
    spelt = []
    for one in data.draw(st.permutations(networks)):
        halves = list(one.subnets()) if one.prefixlen < 32 else [one]
        form = data.draw(st.sampled_from(["plain", "mask", "halves", "host"]))
        if form == "halves":
            spelt += [str(half) for half in reversed(halves)]
        elif form == "mask":
            spelt.append(one.with_netmask)
        else:
            spelt.append(f"{one.broadcast_address if form == 'host' else one[0]}/{one.prefixlen}")
    assert compare({"network": [str(one) for one in networks]}, spelt) is None


@given(NETWORKS)
def test_an_address_that_lacks_always_matters(networks: list[IPv4Network]) -> None:
    address = str(networks[0][0])
    rest: list[str] = []
    for one in networks:
        if networks[0][0] not in one:
            rest.append(str(one))
        elif one.prefixlen < 32:
            rest += map(str, one.address_exclude(IPv4Network(address)))
    wanted = [str(one) for one in networks]
    assert compare({"network": wanted}, rest) is not None
    assert compare({"network": {"contains": address}}, rest) is not None
