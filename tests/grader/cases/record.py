"""Makes the worlds on a running cluster: applies a plan, waits, and writes down what is there.

`python -m tests.grader.cases.record LAB [WORLD ...]`: LAB is a running lab, as `8/deployments`.
"""

import base64
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import yaml

from cluster import lifecycle
from cluster.node import Cluster
from cluster.running import RunningLab
from grader.checks.registry import REGISTRY
from grader.judgement import Case
from grader.kubernetes.api import ExecTarget, Object
from grader.kubernetes.objects import Selection
from grader.live_source import ApiLink, LiveSource
from grader.nodes.http_requests import parse_answers
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Verdict
from grader.waves import look_once
from labs.deadline import Deadline
from labs.errors import SeatrialError
from tests.grader.cases.judge import baselines_of
from tests.grader.cases.plan import Apply, LogPlan, NodePlan, Plan, Run, Tidy, WebPlan, load_plan
from tests.grader.cases.recorded_objects import fresh, redacted, served
from tests.grader.cases.row import load_rows
from tests.grader.cases.world import WORLDS, Moment, RecordedNode, World, save_world

_log = logging.getLogger(__name__)

_ENVIRONMENT = "export KUBECONFIG=/etc/kubernetes/admin.conf HOME=/root\n"
_SETTLED_FOR = 8.0
_PATIENCE = 300.0
_UNIT_FACTS = (
    "Id,LoadState,ActiveState,SubState,Result,NRestarts,UnitFileState,FragmentPath,DropInPaths,"
    "NeedDaemonReload,MainPID,ExecMainStartTimestamp"
)
_FILES = """
for file in $1; do
  [ -e "$file" ] || [ -L "$file" ] || continue
  if [ -L "$file" ]; then printf 'link %s\\n%s\\n' "$file" "$(readlink "$file")"; continue; fi
  [ -f "$file" ] || continue
  printf 'file %s\\n' "$file"
  stat --printf '%U|%G|%a|%.9Y\\n' "$file"
  base64 -w 0 <"$file"; echo
done
"""


class Unsettled(SeatrialError):
    """The cluster did not come to rest, or a script of the plan failed."""


class Recorder:
    """One plan on one cluster."""

    def __init__(self, cluster: Cluster, name: str, plan: Plan) -> None:
        self._cluster = cluster
        self._link = ApiLink(cluster)
        self._plan = plan
        self._first = next(iter(cluster.nodes))
        self._pretended = not isinstance(cluster, RunningLab)
        self._served: list[tuple[dict[str, Any], str]] = []
        self._rows = [row for row in load_rows() if row.world == name]
        self._facts: dict[str, dict[str, Any]] = {}

    def record(self) -> World:
        before = None
        try:
            for step in self._plan.steps:
                if step == "baseline":
                    before = self.moment()
                    self._facts = {row.name: baselines_of(row, self._round()) for row in self._rows}
                elif step == "settle":
                    self._settle()
                elif isinstance(step, Apply):
                    self._script("kubectl apply -f - <<'END'\n" + _as_list(step.apply) + "\nEND\n")
                elif isinstance(step, Run):
                    self._script(step.run)
            world = World(self._plan.recorded_from, self.moment(), before)
            self._judge()
            return world
        finally:
            self._tidy()

    def moment(self) -> Moment:
        round_ = self._round()
        found = Moment(time=round_.api_time().isoformat(), objects=list(self._objects(round_)))
        for name, plan in self._plan.nodes.items():
            found.nodes[name] = self._node(name, plan)
        for one in self._plan.execs:
            if one.told is not None and self._pretended:
                told = {"namespace": one.namespace, "pod": "*", "container": one.container}
                found.execs.append(told | {"argv": one.argv, "code": 0, "stdout": one.told})
                continue
            selection = Selection("Pod", one.namespace, selector=one.selector)
            for pod in selection.read(round_):
                name = str(pod["metadata"]["name"])
                target = ExecTarget(one.namespace, name, one.container, tuple(one.argv), 60.0)
                outcome = round_.exec(target)
                found.execs.append(
                    {"namespace": one.namespace, "pod": name, "container": one.container}
                    | {"argv": one.argv, "code": outcome.code, "problem": outcome.problem}
                    | {"stdout": outcome.stdout, "stderr": outcome.stderr}
                )
        found.web = [self._web(one) for one in self._plan.web]
        found.logs = [told for one in self._plan.logs for told in self._log(one, round_)]
        return found

    def _log(self, plan: LogPlan, round_: Round) -> Iterator[dict[str, Any]]:
        for pod in Selection("Pod", plan.namespace, selector=plan.selector).read(round_):
            name = str(pod["metadata"]["name"])
            path = f"/api/v1/namespaces/{plan.namespace}/pods/{name}/log"
            query = f"timestamps=true&container={plan.container}"
            text = round_.request("GET", f"{path}?{query}").body
            yield {**plan.model_dump(exclude={"selector"}), "pod": name, "text": text}

    def _judge(self) -> None:
        """What the world's criteria say on the cluster itself: all of them must pass there."""
        for row in self._rows:
            facts = self._facts.get(row.name, {})
            for one in row.criteria:
                baseline = facts.get(one.id)
                around = Surroundings(
                    self._round(), self._cluster.time_scale, baseline, patient=False
                )
                finding = look_once(Case(row.name, one, baseline), around)
                if finding.verdict is not Verdict.PASSED:
                    verdict, why = finding.verdict.value, finding.evidence.why
                    _log.error("%s %s on the cluster: %s, %s", row.name, one.id, verdict, why)

    def _round(self) -> Round:
        return Round(LiveSource(self._cluster, self._link))

    def _script(self, text: str) -> None:
        node = self._cluster.nodes[self._first]
        result = node.run(["bash", "-eu"], stdin=_ENVIRONMENT + text, timeout=_PATIENCE)
        if result.code:
            raise Unsettled(f"{text[:80]!r} ended with {result.code}: {result.stderr}", "")

    def _settle(self) -> None:
        """Waits until no object changes, and every pod is Ready or done."""
        deadline = Deadline.after(_PATIENCE)
        last: list[Any] = [None, 0]

        def quiet() -> bool | None:
            round_ = self._round()
            items = [
                item
                for namespace in self._plan.namespaces
                for kind in _RESTING
                for item in round_.objects(kind, "", namespace)
            ]
            state = sorted(
                (item["kind"], item["metadata"]["uid"], item["metadata"]["resourceVersion"])
                for item in items
            )
            calm = all(_is_calm(item) for item in items if item["kind"] == "Pod")
            last[1] = last[1] + 1 if calm and state == last[0] else 0
            last[0] = state
            return True if last[1] >= _SETTLED_FOR / 2 else None

        if deadline.poll(quiet, every=2.0) is None:
            raise Unsettled("the cluster does not come to rest", "")

    def _objects(self, round_: Round) -> Iterator[dict[str, Any]]:
        """All of the world's namespaces, and of the rest what the plan names."""
        if not self._served:
            self._served = list(served(round_))
        for resource, group in self._served:
            yield from self._of(resource, group, round_)
        yield from fresh(round_.objects("Node"))
        yield from fresh(round_.objects("Lease", "", "kube-node-lease"))

    def _of(self, resource: dict[str, Any], group: str, round_: Round) -> Iterator[dict[str, Any]]:
        kind = resource["kind"]
        if not resource["namespaced"]:
            for item in round_.objects(kind, group) if kind in self._cluster_wide() else ():
                name = item["metadata"]["name"]
                namespace = kind == "Namespace" and name in self._plan.namespaces
                if namespace or f"{kind} {name}" in self._plan.cluster_wide:
                    yield redacted(dict(item))
            return
        if kind == "Event" and not self._plan.events:
            return
        for namespace in self._plan.namespaces:
            yield from map(redacted, fresh(round_.objects(kind, group, namespace)))

    def _cluster_wide(self) -> set[str]:
        return {"Namespace", *(one.partition(" ")[0] for one in self._plan.cluster_wide)}

    def _node(self, name: str, plan: NodePlan) -> RecordedNode:
        node, found = self._cluster.nodes[name], RecordedNode()
        for pattern in plan.files:
            result = node.run(["bash", "-s", pattern], stdin=_FILES, timeout=60)
            found.files |= _read_files(result.stdout)
        for unit in plan.units:
            shown = node.run(["systemctl", "show", "-p", _UNIT_FACTS, "--", unit]).stdout
            enabled = node.run(["systemctl", "is-enabled", "--", unit]).stdout.strip()
            facts = dict(line.partition("=")[::2] for line in shown.splitlines())
            found.units[unit] = facts | {"Enabled": enabled}
        for argv in plan.commands:
            result = node.run(argv, timeout=60)
            answer = {"code": result.code, "stdout": result.stdout, "stderr": result.stderr}
            found.commands[" ".join(argv)] = answer
        return found

    def _web(self, plan: WebPlan) -> dict[str, Any]:
        """By the check itself, so that its script is tried on a real curl."""
        view = self._round().for_one_look()
        args = {"node": plan.node, "url": plan.url, "requests": plan.requests, "status": {"ge": 0}}
        check = REGISTRY["http"]
        check.look(check.model.model_validate(args), Surroundings(view, self._cluster.time_scale))
        mark = view.nonce()
        output = next(one[1] for one in view.asked.values() if isinstance(one, list))
        answers, _ = parse_answers(output, mark)
        told = [{"status": one.status, "body": one.body, "headers": one.headers} for one in answers]
        return {"url": plan.url, "answers": told}

    def _tidy(self) -> None:
        node = self._cluster.nodes[self._first]
        names = " ".join(self._plan.namespaces)
        delete = (
            f"kubectl delete namespace {names} --ignore-not-found --wait=false" if names else ":"
        )
        node.run(["bash"], stdin=_ENVIRONMENT + delete, timeout=_PATIENCE)
        for step in self._plan.steps:
            if isinstance(step, Tidy):
                node.run(["bash"], stdin=_ENVIRONMENT + step.tidy, timeout=_PATIENCE)


_RESTING = (
    "Pod",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "Endpoints",
    "PersistentVolumeClaim",
)
"""Kinds that change while a cluster comes to rest."""


def _as_list(manifests: str) -> str:
    """One document, since kubectl guesses the format of several by the first character."""
    items = list(yaml.safe_load_all(manifests))
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def _is_calm(pod: Object) -> bool:
    status = pod["status"]
    ready = any(
        one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions", [])
    )
    done = status["phase"] == "Succeeded"
    return (ready or done) and "deletionTimestamp" not in pod["metadata"]


def _read_files(output: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    lines = iter(output.splitlines())
    for line in lines:
        what, _, path = line.partition(" ")
        if what == "link":
            found[path] = {"link": next(lines)}
        elif what == "file":
            owner, group, mode, modified = next(lines).split("|")
            text = base64.b64decode(next(lines)).decode(errors="replace")
            found[path] = {"text": text, "owner": owner, "group": group}
            found[path] |= {"mode": mode, "modified": modified}
    return found


def record_worlds(cluster: Cluster, names: list[str], recorded_from: str = "") -> None:
    """Writes each world down; one that fails is told of, and the others go on."""
    for name in names or sorted(path.stem for path in WORLDS.glob("*.yaml")):
        _log.info("%s …", name)
        try:
            world = Recorder(cluster, name, load_plan(name)).record()
        except SeatrialError as error:
            _log.error("%s: %s", name, error)
            continue
        world.recorded_from = recorded_from or world.recorded_from
        save_world(name, world)
        _log.info("%s: %d objects", name, len(world.now.objects))


def main(words: list[str]) -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    cluster = lifecycle.find(words[0])
    if cluster is None:
        raise Unsettled(f"{words[0]} does not run", f"Start it: ./seatrial up {words[0]}")
    record_worlds(cluster, words[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
