"""Spans of time as people read them on a bridge clock."""


def span(seconds: float) -> str:
    """`0:07`, `12:41`, `1:02:03`."""
    whole = max(0, int(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def short(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3:20`: how long one thing took."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 100 else span(seconds)
