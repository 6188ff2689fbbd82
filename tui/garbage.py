"""Keeps Python's garbage collector from stopping the event loop: a full collection looks at every
object, and modules alone are some hundred thousand of them (50 ms and more)."""

import gc


def settle() -> None:
    """Take what lives now, modules above all, out of all later collections. From any thread."""
    gc.collect(1)
    gc.freeze()
