"""What a learner wrote, by the form that was asked for, and whether it means what is right. Pure.

A judge returns why an answer is wrong, or "". It says what is wrong of what was written, never
what would have been right.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grader.kubernetes.api_kinds import KNOWN
from grader.kubernetes.noise import essence
from grader.meaning.dates_in_text import Written, instants
from grader.meaning.formats import FORMATS
from grader.meaning.path import Missing, walk
from grader.meaning.quantity import parse_quantity
from grader.meaning.sbom import digest_of, named_digests
from grader.wording import show
from labs.errors import SeatrialError

_KINDS = frozenset(kind.lower() for kind in KNOWN) | {one.plural for one in KNOWN.values()}
_SHORT = frozenset({"po", "svc", "deploy", "rs", "sts", "ds", "no", "ns", "pv", "pvc", "cm", "sa"})
_AROUND = "\"'`[](){},;*"
_COLUMNS = re.compile(r"\s{2,}|\t")
_ID = re.compile(r"[0-9a-f]{12,64}")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_MOST_DATES = 2
"""Lines with a date that an answer may have: `notBefore` and `notAfter`."""
_SHOWN = 3


class NotTheForm(SeatrialError):
    """What should be compared cannot be read in its form."""


@dataclass(frozen=True, slots=True)
class Right:
    """What is right. `values` are texts or documents; `groups` their order, ties together."""

    values: tuple[Any, ...]
    match: str = "exact"
    least: int = 1
    only: str = ""
    ignore_case: bool = False
    groups: tuple[frozenset[str], ...] = ()
    path: str = ""
    """What `values` are of each document; "" for the whole of it."""


def words(text: str) -> list[str]:
    """Names in their order, without what people and kubectl write around them."""
    found = (_bare(word) for word in re.split(r"[\s,;]+", text))
    return [word for word in found if word and word != "-"]


def _bare(word: str) -> str:
    """`pod/web` and `deployment.apps/web` are `web`."""
    word = word.strip(_AROUND)
    kind, slash, name = word.partition("/")
    known = kind.lower().partition(".")[0] in _KINDS | _SHORT
    return name if slash and name and known else word


def table_names(text: str) -> list[str]:
    """The column NAME of what kubectl prints. Raises NotTheForm."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    heads = _COLUMNS.split(lines[0].strip()) if lines else []
    if "NAME" not in heads:
        raise NotTheForm("it has no table with a column NAME", "")
    at = heads.index("NAME")
    rows = [_COLUMNS.split(line.strip()) for line in lines[1:]]
    short = next((line for line, row in zip(lines[1:], rows, strict=True) if len(row) <= at), None)
    if short is not None:
        raise NotTheForm(f"the line {show(short, 60)} is no row of the table", "")
    return [_bare(row[at]) for row in rows]


def _names(text: str, right: Right) -> str:
    return _listed(words(text), right)


def _table(text: str, right: Right) -> str:
    return _listed(table_names(text), right)


def _listed(found: Sequence[str], right: Right) -> str:
    fold = str.casefold if right.ignore_case else str
    wanted = {fold(str(value)) for value in right.values}
    there = {fold(name) for name in found}
    wrong = [name for name in found if fold(name) not in wanted]
    if wrong and right.match != "includes":
        return f"it names {_some(wrong)}, which {_verb(wrong)} not belong there"
    counted = _number_missing(len(wanted & there), len(wanted), right, "names")
    return counted or _out_of_order([fold(name) for name in found], right.groups)


def _some(items: Sequence[str]) -> str:
    shown = ", ".join(show(one, 40) for one in dict.fromkeys(items[:_SHOWN]))
    return shown + (", …" if len(items) > _SHOWN else "")


def _verb(items: Sequence[str]) -> str:
    return "does" if len(set(items)) == 1 else "do"


def _number_missing(there: int, wanted: int, right: Right, what: str) -> str:
    least = min(right.least, wanted) if right.match == "within" else wanted
    if there >= least:
        return ""
    return f"it has {there} of the {least} {what} that it should have"


def _out_of_order(found: Sequence[str], groups: Sequence[frozenset[str]]) -> str:
    rank = {name: at for at, group in enumerate(groups) for name in group}
    ranked = [(rank[name], name) for name in found if name in rank]
    for (one, first), (other, second) in pairwise(ranked):
        if one > other:
            return f"{first} stands before {second}, so the order is another"
    return ""


def _lines(text: str, right: Right) -> str:
    fold = str.casefold if right.ignore_case else str
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not found:
        return "it is empty"
    if right.only:
        rule = re.compile(right.only, re.IGNORECASE if right.ignore_case else 0)
        other = next((line for line in found if not rule.search(line)), None)
        if other is not None:
            return f"the line {show(other, 80)} does not belong there"
    wanted = {fold(" ".join(str(value).split())) for value in right.values} - {""}
    folded = [fold(line) for line in found]
    held = sum(any(one in line for line in folded) for one in wanted)
    if right.match != "includes" and wanted:
        for line, raw in zip(folded, found, strict=True):
            if not any(one in line for one in wanted):
                return f"the line {show(raw, 80)} does not belong there"
    return _number_missing(held, len(wanted), right, "lines")


def _text(text: str, right: Right) -> str:
    fold = str.casefold if right.ignore_case else str
    found = fold(" ".join(text.split()))
    if any(found == fold(" ".join(str(value).split())) for value in right.values):
        return ""
    return f"it says {show(text.strip(), 80)}, which is not right"


def read_number(text: str) -> str:
    """Raises NotTheForm."""
    word = text.strip().strip(_AROUND)
    if not _NUMBER.fullmatch(word):
        raise NotTheForm(f"it says {show(word, 60)}, which is not one number", "")
    return word.replace(",", ".")


def read_quantity(text: str) -> str:
    """Raises NotTheForm."""
    word = text.strip().strip(_AROUND)
    word = re.sub(r"(?<=\d)\s+(?=[A-Za-z]{1,2}$)", "", word)
    if parse_quantity(word) is None:
        raise NotTheForm(f"it says {show(word, 60)}, which is not one quantity", "")
    return word


def _number(text: str, right: Right) -> str:
    return _amount(read_number(text), right)


def _quantity(text: str, right: Right) -> str:
    return _amount(read_quantity(text), right)


def _amount(word: str, right: Right) -> str:
    found = parse_quantity(word)
    values = {parse_quantity(value) for value in right.values}
    if None in values:
        raise NotTheForm("what it should be is no number", "")
    return "" if found in values else f"it says {word}, which is not right"


def _instant(text: str, right: Right) -> str:
    dated = [line for line in text.splitlines() if any(instants(line))]
    written = list(instants(text))
    if not written:
        return f"it says {show(text.strip(), 60)}, in which there is no date"
    if len(dated) > _MOST_DATES:
        return f"it has {len(dated)} lines with a date; which of them is the answer?"
    wanted = [one for value in right.values for one in instants(str(value))]
    if not wanted:
        raise NotTheForm("what it should be is no date", "")
    if any(_same_instant(one, other) for one in written for other in wanted):
        return ""
    return f"it says {show(dated[0].strip(), 60) if dated else show(text)}, which is not right"


def _same_instant(one: Written, other: Written) -> bool:
    return one.means(other.begin) or other.means(one.begin)


def bare_id(text: str) -> str:
    return text.strip().strip(_AROUND).rpartition("://")[2].lower()


def _id(text: str, right: Right) -> str:
    found = bare_id(text)
    if not _ID.fullmatch(found):
        return f"it says {show(text.strip(), 60)}, which is not one id of 12 to 64 characters"
    if any(bare_id(str(value)).startswith(found) for value in right.values):
        return ""
    return f"it says {found[:13]}, which is not the id of what is there now"


def documents(text: str, form: str) -> list[Any]:
    """The objects of a list or a stream, or the one document. Raises NotInFormat."""
    found = FORMATS[form](text)
    if isinstance(found, dict) and isinstance(found.get("items"), list):
        found = found["items"]
    return [_lasting(one) for one in (found if isinstance(found, list) else [found])]


def _lasting(document: Any) -> Any:
    is_object = isinstance(document, dict) and isinstance(document.get("metadata"), dict)
    return essence(document) if is_object else document


def _document(form: str) -> Callable[[str, Right], str]:
    def judge(text: str, right: Right) -> str:
        found = documents(text, form)
        if right.path:
            places = [place for one in found for place in walk(one, right.path)]
            found = [place.value for place in places if not isinstance(place.value, Missing)]
        wanted = [_lasting(value) for value in right.values]
        other = next((one for one in found if one not in wanted), None)
        if other is not None and right.match != "includes":
            return f"it has {_title(other)}, which is not what is there now"
        held = sum(one in found for one in wanted)
        return _number_missing(held, len(wanted), right, "documents")

    return judge


def _title(document: Any) -> str:
    metadata = document.get("metadata") if isinstance(document, dict) else None
    if not isinstance(metadata, dict):
        return show(document, 60)
    return f"{document.get('kind', 'object')} {metadata.get('name', '')}"


def _sbom(text: str, right: Right) -> str:
    named = named_digests(text)
    wanted = {digest_of(str(value)) for value in right.values}
    if "" in wanted or not wanted:
        raise NotTheForm("what it should name is no digest", "")
    return _number_missing(len(wanted & named), len(wanted), right, "digests")


JUDGES: dict[str, Callable[[str, Right], str]] = {
    "text": _text,
    "names": _names,
    "table": _table,
    "lines": _lines,
    "number": _number,
    "quantity": _quantity,
    "instant": _instant,
    "id": _id,
    "json": _document("json"),
    "yaml": _document("yaml"),
    "sbom": _sbom,
}
"""Each raises NotTheForm or NotInFormat when a text cannot be read at all."""


def parts_of(form: str, text: str) -> tuple[Any, ...]:
    """What another program printed, as `Right.values`. Raises NotTheForm, NotInFormat."""
    if form == "names":
        return tuple(words(text))
    if form == "table":
        return tuple(table_names(text))
    if form == "lines":
        return tuple(line for line in text.splitlines() if line.strip())
    if form in ("json", "yaml"):
        return tuple(documents(text, form))
    return (text.strip(),) if text.strip() else ()
