"""`exec`: what a command in a container of a running pod answers; it must really have run."""

from cluster.node import CommandResult
from grader.checks.command import judge_output
from grader.finding import failed, passed
from grader.kubernetes.api import ExecTarget, Object
from grader.kubernetes.objects import Selection, is_ready_pod, pod_trouble
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.wording import clip, show
from labs.checks.exec import ExecCheck

LIMIT = 15.0
"""Seconds (native speed) that a command in a pod may take."""


def look(args: ExecCheck, around: Surroundings) -> Finding:
    selection = Selection("Pod", args.namespace, args.pod, args.selector)
    pods = selection.read(around.round)
    running = sorted((pod for pod in pods if is_ready_pod(pod)), key=_name)
    if not running:
        trouble = f"; {_name(pods[0])}: {pod_trouble(pods[0])}" if pods else ""
        why = f"no {selection} is Ready{trouble}" if pods else f"there is no {selection}"
        return failed(why, expected="a Ready pod", actual="none", path=str(selection))
    pod = _name(running[0])
    target = ExecTarget(
        args.namespace, pod, args.container, tuple(args.argv), LIMIT * around.time_scale
    )
    outcome = around.round.exec(target)
    place = f"pod {args.namespace}/{pod}: {clip(' '.join(args.argv), 50)}"
    if outcome.code is None:
        return failed(
            f"the command could not start in {pod}: {outcome.problem}",
            expected="a command that runs",
            actual=outcome.problem,
            path=place,
        )
    result = CommandResult(outcome.code, outcome.stdout, outcome.stderr)
    finding = judge_output(
        place, result, {"exit": args.exit, "stdout": args.stdout, "stderr": args.stderr}
    )
    return finding or passed(expected=f"exit {show(args.exit)}", actual=f"exit {result.code}")


def _name(pod: Object) -> str:
    return str(pod["metadata"]["name"])
