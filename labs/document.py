"""A YAML file as a tree of fields that know their place: complaints carry file, line and field.

Knows nothing of labs. Complaints are collected, not raised: an author sees all of them at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from labs.errors import LabError
from labs.variables import Value, Values, render_value, unknown_placeholders

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]+)?")
_DURATION = re.compile(r"(\d+)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Loader(yaml.CSafeLoader):
    """libyaml's parser without YAML's guesses about plain scalars: `plain_scalar` has ours."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        return "?"

    def descend_resolver(self, current_node: yaml.Node | None, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Complaint:
    """One mistake: `where` is `file:line`, `field` a dotted path or ''."""

    where: str
    field: str
    message: str
    remedy: str


@dataclass(slots=True)
class Document:
    """One file and what is wrong with it. `values` are the variables that render its texts."""

    shown: str
    """The file's name as people are told it."""
    problems: list["Complaint"] = field(default_factory=list)
    values: Values = field(default_factory=dict)

    def complain(self, line: int, name: str, message: str, remedy: str) -> None:
        problem = Complaint(f"{self.shown}:{line}", name, message, remedy)
        if problem not in self.problems:
            self.problems.append(problem)

    def raise_first(self) -> None:
        """Raises a LabError for what was found first, if anything was."""
        for problem in self.problems[:1]:
            raise LabError(problem.message, problem.remedy, problem.where, problem.field)


def read_document(path: Path, shown: str) -> "Field":
    """The root field of a YAML file. Raises LabError when it is missing or is no YAML."""
    document = Document(shown)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=Loader)
    except OSError as error:
        raise LabError(
            f"cannot be read: {error.strerror}.", "Create it, or correct its name.", shown
        ) from error
    except UnicodeDecodeError as error:
        raise LabError("is not UTF-8 text.", "Save it as UTF-8.", shown) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LabError(
            f"is not YAML: {error.problem or error.context}.",
            "Look at the quotes and the indentation there.",
            f"{shown}:{line}",
        ) from error
    return Field(document, "", root, 1)


def plain_scalar(text: str) -> str | int | float | bool | None:
    """An unquoted scalar by YAML 1.2's core schema: `yes`, `0600` and `1:30` stay texts."""
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "~", "null"):
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def closest(word: str, known: Sequence[str]) -> str:
    """`Did you mean 'x'?`, or a list of what is known."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    names = sorted(set(known) - {""})
    return f"Known are: {', '.join(names)}." if names else "There are none yet."


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a document. A field that is not there has no node and reads as its default."""

    document: Document
    name: str
    node: yaml.Node | None
    line: int

    @property
    def present(self) -> bool:
        return self.node is not None

    def complain(self, message: str, remedy: str) -> None:
        self.document.complain(self.line, self.name, message, remedy)

    def _child(self, key: str | int, node: yaml.Node | None) -> "Field":
        name = f"{self.name}[{key}]" if isinstance(key, int) else f"{self.name}.{key}".lstrip(".")
        return Field(self.document, name, node, node.start_mark.line + 1 if node else self.line)

    def entries(self) -> dict[str, "Field"]:
        """The fields of a mapping, with any keys; placeholders in keys are rendered."""
        if self.node is None:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            self.complain("must be a mapping.", "Write `key: value` lines, indented.")
            return {}
        found: dict[str, Field] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._child("?", key).complain(
                    "has a key that is no text.", 'Put quotes around it: "{{name}}".'
                )
                continue
            child = self._child(key.value, value)
            name = str(child._rendered(key.value)) if "{{" in key.value else key.value
            child = Field(self.document, child.name, value, key.start_mark.line + 1)
            if name in found:
                child.complain("stands here twice.", "Remove one of the two.")
            found[name] = child
        return found

    def fields(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, "Field"]:
        """The fields of a mapping with these keys and no others; all of them are in the answer."""
        found = self.entries()
        known = (*required, *optional)
        for key, child in found.items():
            if key not in known:
                child.complain("is not a field that is known here.", closest(key, known))
        is_mapping = isinstance(self.node, yaml.MappingNode)
        for key in required:
            if key not in found and (is_mapping or self.node is None):
                self._child(key, None).complain("is missing.", f"Add `{key}:` here.")
        return {key: found.get(key) or self._child(key, None) for key in known}

    def items(self) -> list["Field"]:
        if self.node is None:
            return []
        if not isinstance(self.node, yaml.SequenceNode):
            self.complain(
                "must be a list.", "Write it as `[a, b]` or as lines that begin with `- `."
            )
            return []
        return [self._child(index, node) for index, node in enumerate(self.node.value)]

    def string(self, default: str = "") -> str:
        if self.node is None:
            return default
        if not isinstance(self.node, yaml.ScalarNode):
            self.complain("must be a text.", 'Put quotes around it: "…".')
            return default
        return str(self._rendered(self.node.value))

    def strings(self) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        if isinstance(self.node, yaml.ScalarNode):
            return (self.string(),)
        return tuple(item.string() for item in self.items())

    def text(self) -> Mapping[str, str]:
        """A text for people: a string is English, a mapping has languages."""
        if self.node is None:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            text = self.string().strip()
            if not text and isinstance(self.node, yaml.ScalarNode):
                self.complain("is empty.", "Write a sentence.")
            return {"en": text}
        texts: dict[str, str] = {}
        for language, item in self.entries().items():
            texts[language] = item.string().strip()
            if not _LANGUAGE.fullmatch(language) or not texts[language]:
                item.complain(
                    "is no text of a language.",
                    'A text with a comma or a colon in it needs quotes: {en: "a, b"}.',
                )
        if not texts.get("en"):
            self.complain("has no English text.", "Add `en:`; other languages come beside it.")
        return {"en": "", **texts}

    def integer(self, default: int = 0) -> int:
        value = self.value()
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.complain(f"must be a whole number, not {value!r}.", "Write digits only.")
            return default
        return value

    def flag(self) -> bool:
        value = self.value()
        if value not in (None, True, False):
            self.complain(f"must be true or false, not {value!r}.", "Write `true` or `false`.")
        return value is True

    def seconds(self) -> float:
        """A duration such as 500ms, 30s, 2m. 0 when it is not there."""
        if self.node is None:
            return 0.0
        found = _DURATION.fullmatch(self.string())
        if not found:
            self.complain(
                f"{self.string()!r} is not a duration.",
                "Write a whole number and a unit: 30s, 500ms.",
            )
            return 0.0
        return int(found.group(1)) * _SECONDS[found.group(2)]

    def value(self) -> Any:
        """The whole subtree as plain Python values, rendered."""
        if isinstance(self.node, yaml.MappingNode):
            return {key: child.value() for key, child in self.entries().items()}
        if isinstance(self.node, yaml.SequenceNode):
            return [item.value() for item in self.items()]
        if not isinstance(self.node, yaml.ScalarNode):
            return None
        text = self.node.value
        return self._rendered(text) if self.node.style or "{{" in text else plain_scalar(text)

    def _rendered(self, text: str) -> Value:
        if "{{" not in text:
            return text
        for name, _ in unknown_placeholders(text, self.document.values):
            self.complain(*unknown_placeholder(name, self.document.values))
        return render_value(text, self.document.values)

    def within(self, path: Iterator[str | int]) -> "Field":
        """The field at `path` below this one, as far as it is there."""
        key = next(path, None)
        if isinstance(key, int) and isinstance(self.node, yaml.SequenceNode):
            items = self.items()
            return items[key].within(path) if key < len(items) else self
        if isinstance(key, str) and isinstance(self.node, yaml.MappingNode):
            child = self.entries().get(key)
            return child.within(path) if child else self._child(key, None)
        return self


def unknown_placeholder(name: str, values: Values) -> tuple[str, str]:
    """Message and remedy."""
    remedy = closest(name, list(values)) if values else "The lab has no `vars` yet: add it there."
    return f"{{{{{name}}}}} is not a variable of this lab.", remedy
