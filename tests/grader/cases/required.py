"""For each check, ways to take away what it requires: after any of them it must not pass."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grader.kubernetes.label_selector import parse_selector
from grader.meaning.compare import compare, omitted_value
from grader.meaning.path import Missing
from labs.model import Criterion
from tests.grader.cases.fields import NoSuchPlace, remove
from tests.grader.cases.world import Moment

Item = dict[str, Any]
Taken = tuple[str, Moment]
"""What was taken away, and the world without it."""


def requires_something(criterion: Criterion) -> bool:
    """Whether this file knows the check, and it asks for what is there rather than for absence."""
    args = criterion.check.args
    absence = args.get("match") == "none" or args.get("exists") is False
    return criterion.check.kind in _BY_CHECK and not absence


def takings(criterion: Criterion, moment: Moment) -> Iterator[Taken]:
    yield from _BY_CHECK.get(criterion.check.kind, _nothing)(dict(criterion.check.args), moment)


def _nothing(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    yield from ()


def _without_objects(args: Mapping[str, Any], moment: Moment, kind: str) -> Iterator[Taken]:
    rest = moment.copy()
    rest.objects = [item for item in rest.objects if not _selected(args, item, kind)]
    if len(rest.objects) < len(moment.objects):
        yield f"every {kind}", rest


def _selected(args: Mapping[str, Any], item: Item, kind: str) -> bool:
    metadata = item["metadata"]
    name = args.get("name") or args.get("pod") or ""
    labels = metadata.get("labels") or {}
    return (
        item["kind"] == kind
        and name in ("", metadata["name"])
        and args.get("namespace", "") in ("", metadata.get("namespace", ""))
        and all(rule.accepts(labels) for rule in parse_selector(args.get("selector", "")))
    )


def _resource(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    if args.get("match") == "none":
        return
    yield from _without_objects(args, moment, args["kind"])
    for path, expected in args.get("expect", {}).items():
        absent = Missing("not set", omitted=True)
        if compare(expected, omitted_value(path, expected, absent), path) is None:
            continue
        rest = moment.copy()
        taken = 0
        for item in rest.objects:
            if _selected(args, item, args["kind"]):
                try:
                    remove(item, path)
                    taken += 1
                except NoSuchPlace:
                    continue
        if taken:
            yield path, rest


def _unchanged(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    if args.get("file"):
        yield from _file({**args, "path": args["file"]}, moment)
    else:
        yield from _without_objects(args, moment, args["kind"])


def _workload(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    yield from _without_objects(args, moment, args.get("kind", "Deployment"))
    if args.get("replicas") != 0:
        yield from _without_objects({"namespace": args["namespace"]}, moment, "Pod")


def _endpoints(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    named = {"namespace": args["namespace"], "name": args["service"]}
    for kind in ("Service", "Endpoints"):
        yield from _without_objects(named, moment, kind)
    yield from _without_objects({"namespace": args["namespace"]}, moment, "Pod")


def _node(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    yield from _without_objects(args, moment, "Node")
    if args.get("ready", True):
        yield from _without_objects(args, moment, "Lease")


def _exec(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    yield from _without_objects(args, moment, "Pod")


def _http(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    rest = moment.copy()
    for site in rest.web:
        if site["url"] == args["url"]:
            site["answers"] = [{"exitcode": 7}]
            yield "the answers", rest


def _file(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    node = moment.nodes.get(args["node"])
    if args.get("exists", True) and node is not None and args["path"] in node.files:
        rest = moment.copy()
        del rest.nodes[args["node"]].files[args["path"]]
        yield args["path"], rest


def _cel(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    for wanted in args["inputs"].values():
        if wanted.get("path"):
            yield from _file(wanted, moment)
        elif wanted.get("min", 1):
            yield from _without_objects(wanted, moment, wanted["kind"])


def _service(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    unit = args["unit"] if "." in args["unit"] else f"{args['unit']}.service"
    rest = moment.copy()
    if rest.nodes[args["node"]].units.pop(unit, None) is not None:
        yield unit, rest


def _configuration(args: Mapping[str, Any], moment: Moment) -> Iterator[Taken]:
    """All that is said for the next start, and all that is true now."""
    for keep, what in (("after_reboot", ".d/"), ("now", "/proc/")):
        if not args.get(keep, True):
            continue
        rest = moment.copy()
        files = rest.nodes[args["node"]].files
        for path in [path for path in files if what in path and path != "/proc/cmdline"]:
            del files[path]
        files["/proc/cmdline"]["text"] = "root=/dev/vda\n"
        files.pop("/etc/modules", None)
        for path in [path for path in files if path.endswith("/modules.builtin")]:
            files[path]["text"] = "kernel/zz/zz.ko\n"
        yield f"files of {what}", rest


_BY_CHECK: dict[str, Callable[[Mapping[str, Any], Moment], Iterator[Taken]]] = {
    "resource": _resource,
    "unchanged": _unchanged,
    "rollout": _workload,
    "endpoints": _endpoints,
    "node": _node,
    "exec": _exec,
    "http": _http,
    "file": _file,
    "answer": _file,
    "cel": _cel,
    "service": _service,
    "sysctl": _configuration,
    "module": _configuration,
}
