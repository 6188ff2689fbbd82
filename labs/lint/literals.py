"""The rule that text and check agree: what a check asks for must have been told to the learner.

A literal is a name, image, namespace, path, port, label value or number greater than 1. Not
literals: what Kubernetes itself calls things (kinds, `RollingUpdate`, objects in kube-system, paths
of fields), anything below `status`, regular expressions, and how we look (argv, exit codes, number
of requests; of what our own commands print, only words with a digit or a slash count).
"""

import re
from collections.abc import Collection, Iterator

from labs.checks.model import EXPECTATIONS, CheckModel, marked
from labs.checks.registry import CHECKS
from labs.document import Field
from labs.lab_file import LabFile
from labs.lint.steps import below, step_fields
from labs.model import Step

EVERYBODY_KNOWS = frozenset({"kube-system", "default", "root", "localhost", "127.0.0.1"})
_NO_LITERAL_OPERATORS = frozenset({"matches", "exists", "version"})
_OUTPUT = frozenset({"stdout", "stderr"})
_NAMES_OF_OBJECTS = frozenset({"name", "selector"})
"""Not literals where the namespace is kube-system."""
_API_WORD = re.compile(r"[A-Z][A-Za-z]+|[A-Z]+(_[A-Z]+)+|\w+:|[01]%?")
"""`RollingUpdate`, `SANDBOX_READY`, a key of YAML, and numbers that every sentence has."""
_PLACE_IN_CLUSTER = re.compile(r"\{cluster_ip:([^/}]+)/([^}]+)\}")
_SELECTED_BY_NAME = re.compile(r"\bname=([^\],]+)")
_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)


def check_literals(file: LabFile, nodes: Collection[str]) -> None:
    setup = [script.script for script in file.lab.setup]
    known = [*setup, *file.lab.variables.values(), *nodes, *EVERYBODY_KNOWS]
    for step, field in step_fields(file):
        told = "\n".join([*_texts(step), *known])
        for criterion in below(field, "criteria").items():
            for kind, arguments in below(criterion, "check").entries().items():
                for literal, place in _literals(CHECKS.get(kind, CheckModel), arguments):
                    if "{{" not in literal and not _is_told(literal, told):
                        place.complain(
                            f"{literal!r} is checked but never told.",
                            "Say it in the step's text or requirements, or use a variable.",
                        )


def _texts(step: Step) -> list[str]:
    requirements = (requirement.text.get("en", "") for requirement in step.requirements)
    return [step.title.get("en", ""), step.text.get("en", ""), *requirements]


def _is_told(literal: str, told: str) -> bool:
    words = [literal]
    if literal.isdigit() and int(literal) < len(_NUMBERS):
        words.append(_NUMBERS[int(literal)])
    return any(
        re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", told, re.IGNORECASE) for word in words
    )


def _literals(model: type[CheckModel], arguments: Field) -> Iterator[tuple[str, Field]]:
    untold = set(model.untold)
    if below(arguments, "namespace").string() == "kube-system":
        untold |= _NAMES_OF_OBJECTS
    for key, field in arguments.entries().items():
        if key in marked(model, EXPECTATIONS):
            yield from _expected(field)
        elif key not in untold:
            yield from _of_argument(key, field, untold)


def _of_argument(key: str, field: Field, untold: Collection[str]) -> Iterator[tuple[str, Field]]:
    if key in _OUTPUT:
        yield from (found for found in _leaves(field) if re.search(r"[0-9/]", found[0]))
    elif key == "selector":
        for label in field.string().split(","):
            yield from _words(re.split(r"!?==?", label)[-1], field)
    elif key == "url":
        yield from ((literal, field) for literal in _of_url(field.string()))
    elif key == "unit":
        yield from _words(field.string().removesuffix(".service"), field)
    else:
        if key == "values":
            yield from field.entries().items()
        yield from _leaves(field, untold)


def _expected(field: Field) -> Iterator[tuple[str, Field]]:
    """Of paths, the names that select items; of values, what they are compared with."""
    for path, child in field.entries().items():
        if not path.startswith("status"):
            yield from ((name, child) for name in _SELECTED_BY_NAME.findall(path))
            below_it = child.entries() if isinstance(child.value(), dict) else {}
            if set(below_it) == {"has"}:
                yield from _expected(below_it["has"])
            else:
                yield from _leaves(child)


def _leaves(field: Field, untold: Collection[str] = ()) -> Iterator[tuple[str, Field]]:
    value = field.value()
    if isinstance(value, dict):
        for key, child in field.entries().items():
            if key not in _NO_LITERAL_OPERATORS and key not in untold:
                yield from _of_argument(key, child, untold)
    elif isinstance(value, list):
        for item in field.items():
            yield from _leaves(item, untold)
    elif isinstance(value, str):
        yield from _words(value, field)
    elif isinstance(value, int) and not isinstance(value, bool) and value > 1:
        yield str(value), field


def _words(text: str, field: Field) -> Iterator[tuple[str, Field]]:
    for word in text.split():
        if any(letter.isalnum() for letter in word) and not _API_WORD.fullmatch(word):
            yield word, field


def _of_url(url: str) -> Iterator[str]:
    """Namespace and Service, the port, and a path that is more than `/`."""
    for namespace, service in _PLACE_IN_CLUSTER.findall(url):
        yield namespace
        yield service
    rest = _PLACE_IN_CLUSTER.sub("host", url).partition("://")[2]
    host, _, path = rest.partition("/")
    port = host.rpartition(":")[2] if ":" in host else ""
    if port.isdigit():
        yield port
    if path.partition("?")[0]:
        yield "/" + path.partition("?")[0]
