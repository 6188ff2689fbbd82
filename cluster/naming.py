"""What our libvirt elements are called: by the state folder, so that no two users meet."""

import hashlib
import os
from pathlib import Path

from labs import paths


def slug(lab_id: str) -> str:
    """`8/deployments` as one word for names and folders: `8-deployments`."""
    return lab_id.replace("/", "-")


def mark(folder: Path) -> str:
    """Four hexadecimal digits that stand for a folder."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:4]


def lab_prefix() -> str:
    """How the names of all our labs' elements begin."""
    return f"seatrial-{mark(paths.state())}-"


def golden_prefix() -> str:
    """How the names of all elements begin that exist only while a golden cluster is made."""
    return f"seatrial-{mark(paths.cache())}-golden-"


def bridge(name: str) -> str:
    """A network interface name (15 characters at most) for the network `name`."""
    return f"st-{hashlib.sha256(name.encode()).hexdigest()[:10]}"
