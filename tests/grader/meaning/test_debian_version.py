import shutil
import subprocess
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.debian_version import DebianVersion, parse_version

ORDER = [
    "0.9~~",
    "0.9~",
    "0.9-0~bpo12",
    "0.9",
    "0.9-1",
    "1.0~beta1~svn1245",
    "1.0~beta1",
    "1.0",
    "1.0a",
    "1.0a+b",
    "1.0+dfsg-1",
    "1.2.3-1+deb12u1",
    "1.2.3-1+deb12u10",
    "1.9",
    "1.10",
    "1.20.5+really1.20.2-1",
    "2:0.1",
]


def version(text: str) -> DebianVersion:
    found = parse_version(text)
    assert found is not None, text
    return found


def test_versions_are_in_debians_order() -> None:
    assert sorted(reversed(ORDER), key=version) == ORDER
    assert all(version(a) < version(b) for a, b in pairwise(ORDER))


@pytest.mark.parametrize(
    ("one", "other"), [("1.0", "0:1.0"), ("1.0-0", "1.0"), ("1.00", "1.0"), ("1.0-01", "1.0-1")]
)
def test_spellings_of_one_version_are_equal(one: str, other: str) -> None:
    assert version(one) == version(other)


@pytest.mark.parametrize("text", ["", "latest", "-1", "1.0_2", "a:1", "1 2", "v1.2"])
def test_what_is_no_version_is_not_read(text: str) -> None:
    assert parse_version(text) is None


PARTS = st.text("019.~+a", min_size=1, max_size=5)
VERSIONS = st.builds(lambda head, tail: f"1{head}-{tail}", PARTS, PARTS).map(version)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_an_order(a: DebianVersion, b: DebianVersion, c: DebianVersion) -> None:
    assert (a < b) + (a == b) + (a > b) == 1
    if a <= b and b <= c:
        assert a <= c


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="no dpkg to compare with")
@pytest.mark.parametrize(
    "text", ["1~", "1a", "1+", "1.", "1-1", "1-~", "1.0-a", "1:0", "01", "1.1"]
)
def test_dpkg_agrees(text: str) -> None:
    for other in ORDER:
        asked = subprocess.run(["dpkg", "--compare-versions", text, "lt", other], check=False)
        assert (version(text) < version(other)) == (asked.returncode == 0), other
