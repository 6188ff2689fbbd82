"""The processes of a pod on its node, found by its uid in their control groups.

A static pod's control group carries the hash of its manifest instead of the mirror pod's uid.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from grader.kubernetes.api import Object
from grader.round import Round
from labs.errors import SeatrialError

_SCRIPT = """
proc=/proc
uid=$1 other=$2
for folder in "$proc"/[0-9]*; do
  group=
  while read -r line; do
    case $line in *"$uid"*|*"$other"*) group=$line; break;; esac
  done <"$folder/cgroup"
  [ -n "$group" ] || continue
  read -r name <"$folder/comm" || continue
  words=$(base64 -w 0 <"$folder/cmdline") || continue
  printf '%s|%s|%s|%s\\n' "${folder##*/}" "$group" "$words" "$name"
done 2>/dev/null
echo end
"""
"""Mostly without forks: a node has a hundred processes, and few are the pod's."""


class UnreadableProcesses(SeatrialError):
    """The processes of a node could not be looked at."""


@dataclass(frozen=True, slots=True)
class PodProcess:
    pid: int
    name: str
    group: str
    """Its control group, in which the container's id stands."""
    argv: tuple[str, ...]


def pod_processes(round_: Round, node: str, uid: str) -> tuple[PodProcess, ...]:
    """Those of all containers of the pod, the sandbox's included.

    Raises NodeUnreachable, UnreadableProcesses.
    """
    if not uid:
        raise UnreadableProcesses(f"a pod of {node} has no uid to look for", "")
    result = round_.run(node, ["sh", "-s", uid, uid.replace("-", "_")], stdin=_SCRIPT)
    lines = result.stdout.splitlines()
    if not lines or lines[-1] != "end":
        raise UnreadableProcesses(f"the processes of {node} could not be listed", "")
    return tuple(_process(line) for line in lines[:-1])


def _process(line: str) -> PodProcess:
    pid, group, words, name = line.split("|", 3)
    text = base64.b64decode(words).decode(errors="replace")
    return PodProcess(int(pid), name, group, tuple(text.rstrip("\0").split("\0")))


def of_container(
    processes: tuple[PodProcess, ...], pod: Object, container: str
) -> tuple[PodProcess, ...]:
    """Those of one container as it runs now; the first is the one that started the others."""
    for status in (pod.get("status") or {}).get("containerStatuses") or []:
        if status.get("name") == container:
            identity = str(status.get("containerID") or "").rpartition("//")[2]
            found = [one for one in processes if identity and identity in one.group]
            return tuple(sorted(found, key=lambda one: one.pid))
    return ()


def cgroup_uid(pod: Object) -> str:
    """What names the pod in control groups."""
    metadata = pod["metadata"]
    annotations: Mapping[str, str] = metadata.get("annotations") or {}
    if "kubernetes.io/config.mirror" in annotations:
        return str(annotations.get("kubernetes.io/config.hash", ""))
    return str(metadata["uid"])
