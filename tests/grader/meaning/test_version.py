import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.meaning.compare import compare
from grader.meaning.version import parse_version


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("1.20.2", "v1.20.2"),
        ("v1.20", "1.20.2"),
        ("1.20", "1.20"),
        (">=1.19", "v1.20.2"),
        (">=1.9", "v1.20.2"),
        (">= 1.20.2", "1.20.2-00"),
        ("<=1.20", "v1.20.15"),
        (">1.20", "v1.21.0"),
        ("<1.21", "v1.21.0-rc.1"),
        (">=1.19 <1.22", "v1.20.2"),
        (">=1.19, <1.22", "v1.20.2+k3s1"),
        ("!=1.20.1", "v1.20.2"),
        ("1.6", "containerd://1.6.20"),
        ("1.20.2", "1.20.2-eks-abc"),
        ("1.20.0-rc.1", "v1.20.0-rc.1"),
        (">1.20.0-alpha.2", "v1.20.0-beta.0"),
        (1.2, "1.2.9"),
    ],
)
def test_versions_that_fit(rule: object, found: object) -> None:
    assert compare({"version": rule}, found) is None


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("1.20.2", "v1.20.20"),
        ("1.2", "v1.20.2"),
        (">=1.20.3", "v1.20.2"),
        (">1.20", "v1.20.15"),
        ("<1.20", "v1.20.0"),
        ("<=1.20.1", "v1.20.2"),
        (">=1.21", "v1.21.0-rc.1"),
        ("1.21.0", "v1.21.0-rc.1"),
        (">=1.19 <1.20", "v1.20.2"),
        ("!=1.20", "v1.20.2"),
        (">=9", "v10.0".replace("10", "8")),
    ],
)
def test_versions_that_do_not_fit(rule: str, found: str) -> None:
    mismatch = compare({"version": rule}, found, "x")
    assert mismatch is not None and mismatch.why == f"x is {found}, not {rule}"


@pytest.mark.parametrize("text", ["", "latest", "v", "1.x", "1..2", [1]])
def test_what_is_no_version_is_named(text: object) -> None:
    mismatch = compare({"version": "1.20"}, text, "x")
    assert mismatch is not None and mismatch.why.endswith("which is not a version")


NUMBERS = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))


def spell(numbers: tuple[int, int, int], prefix: str, suffix: str) -> str:
    return prefix + ".".join(map(str, numbers)) + suffix


PREFIXES = st.sampled_from(["", "v", "V", "containerd://"])
SUFFIXES = st.sampled_from(["", "-00", "-1.1", "+k3s1", "~jammy", "-gke.100"])


@given(NUMBERS, NUMBERS, PREFIXES, SUFFIXES)
def test_order_is_that_of_the_numbers_however_they_are_dressed(
    wanted: tuple[int, int, int], found: tuple[int, int, int], prefix: str, suffix: str
) -> None:
    dressed = spell(found, prefix, suffix)
    for sign, holds in (
        ("", wanted == found),
        ("!=", wanted != found),
        (">=", found >= wanted),
        ("<", found < wanted),
    ):
        rule = sign + spell(wanted, "", "")
        assert (compare({"version": rule}, dressed) is None) == holds


@given(NUMBERS, st.sampled_from(["alpha", "beta", "rc"]), st.integers(0, 9))
def test_a_pre_release_comes_before_its_release(
    numbers: tuple[int, int, int], stage: str, number: int
) -> None:
    early = spell(numbers, "v", f"-{stage}.{number}")
    assert parse_version(early) is not None
    assert compare({"version": "<" + spell(numbers, "", "")}, early) is None
    assert compare({"version": spell(numbers, "", "")}, early) is not None
