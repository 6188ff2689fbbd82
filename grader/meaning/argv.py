"""The flags of a command line by meaning: `--flag value`, `--flag=value`, `-flag=value` alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from grader.meaning.compare import Mismatch, compare
from grader.meaning.operators import is_operators
from grader.meaning.path import Missing


def flag_name(text: str) -> str:
    """Without dashes before it; inside, `_` means `-`, as the components of Kubernetes take it."""
    return text.lstrip("-").replace("_", "-")


def flag_values(argv: Sequence[str], name: str) -> list[str]:
    """What each occurrence of the flag sets, in order; `true` where no value follows.

    A flag that stands alone takes the next word as its value unless that is a flag, too.
    """
    wanted = flag_name(name)
    found = []
    words = list(argv[1:])
    for at, word in enumerate(words):
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            continue
        flag, sign, value = word.partition("=")
        if flag_name(flag) != wanted:
            continue
        follower = words[at + 1] if at + 1 < len(words) else "-"
        alone = follower.startswith("-") and not follower[1:2].isdigit()
        found.append(value if sign else "true" if alone else follower)
    return found


def compare_flags(expected: Mapping[str, Any], argv: Sequence[str]) -> Mismatch | None:
    """The first flag that is not as expected. A list is compared with the items of all
    occurrences, without order; of what can be said once, the last one holds.
    """
    for name, wanted in expected.items():
        path = f"--{flag_name(name)}"
        values = flag_values(argv, name)
        items = [item for value in values for item in value.split(",")]
        actual: Any = values[-1] if values else Missing(f"the flag {path} is not given", True)
        if values and isinstance(wanted, list):
            mismatch = compare({"set": wanted}, items, path)
        elif values and _asks_for_items(wanted):
            mismatch = compare(wanted, items, path)
        else:
            mismatch = compare(wanted, actual, path)
        if mismatch is not None:
            return mismatch
    return None


def _asks_for_items(wanted: Any) -> bool:
    return is_operators(wanted) and bool({"set", "count", "contains"} & set(wanted))
