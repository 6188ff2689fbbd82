"""Where things live on the host, by the XDG base directory specification. Creates nothing."""

import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
"""The checkout (or installation) that this code runs from."""


def _xdg(variable: str, fallback: str) -> Path:
    value = os.environ.get(variable, "")
    base = Path(value) if value.startswith("/") else Path.home() / fallback
    return base / "seatrial"


def cache() -> Path:
    """Images, golden clusters, build downloads: all of it can be made again."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def state() -> Path:
    """Running labs (disks, keys, ports), logs."""
    return _xdg("XDG_STATE_HOME", ".local/state")


def data() -> Path:
    """What must never be lost: progress.sqlite."""
    return _xdg("XDG_DATA_HOME", ".local/share")
