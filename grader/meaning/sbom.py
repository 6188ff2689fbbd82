"""Bills of materials in SPDX (JSON or tag-value) and CycloneDX (JSON): which digests they name."""

import json
import re
from collections.abc import Iterator
from typing import Any

from labs.errors import SeatrialError

_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


class NoBill(SeatrialError):
    """The text is no bill of materials: what the learner wrote is something else."""


def digest_of(text: str) -> str:
    """The SHA-256 in `sha256:…` or `name@sha256:…`; "" if there is none."""
    found = _DIGEST.findall(text.lower())
    return found[-1] if found else ""


def named_digests(text: str) -> frozenset[str]:
    """Every SHA-256 that the bill names. Raises NoBill."""
    if re.search(r"^SPDXVersion:\s*SPDX-\d", text, re.MULTILINE):
        if not re.search(r"^PackageName:\s*\S", text, re.MULTILINE):
            raise NoBill("it is SPDX without a package", "")
        return frozenset(_DIGEST.findall(text.lower()))
    try:
        document = json.loads(text)
    except ValueError as error:
        raise NoBill("it is neither SPDX nor CycloneDX", "") from error
    _demand_a_bill(document)
    return frozenset(digest for one in _texts(document) for digest in _DIGEST.findall(one.lower()))


def _demand_a_bill(document: Any) -> None:
    if not isinstance(document, dict):
        raise NoBill("it is neither SPDX nor CycloneDX", "")
    if str(document.get("spdxVersion", "")).startswith("SPDX-"):
        if not document.get("packages"):
            raise NoBill("it is SPDX without a package", "")
    elif document.get("bomFormat") == "CycloneDX":
        if not document.get("components"):
            raise NoBill("it is CycloneDX without a component", "")
    else:
        raise NoBill("it is neither SPDX nor CycloneDX", "")


def _texts(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for value in document.values():
            yield from _texts(value)
    elif isinstance(document, list):
        for item in document:
            yield from _texts(item)
    elif isinstance(document, str):
        yield document
