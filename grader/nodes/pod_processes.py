"""The processes of a pod on its node, found by its uid in their control groups.

A static pod's control group carries the hash of its manifest instead of the mirror pod's uid.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from grader.kubernetes.api import Object
from grader.round import Round, Unreadable

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


_NAMED = """
proc=/proc
for folder in "$proc"/[0-9]*; do
  read -r name <"$folder/comm" || continue
  [ "$name" = "$1" ] || continue
  read -r group <"$folder/cgroup" || continue
  words=$(base64 -w 0 <"$folder/cmdline") || continue
  printf '%s|%s|%s|%s\\n' "${folder##*/}" "$group" "$words" "$name"
done 2>/dev/null
echo end
"""
_COMM = 15
"""Characters of a process's name that the kernel keeps."""


class UnreadableProcesses(Unreadable):
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
    return _listed(round_, node, ["sh", "-s", uid, uid.replace("-", "_")], _SCRIPT)


def named_processes(round_: Round, node: str, program: str) -> tuple[PodProcess, ...]:
    """Those that run a program of this name, in a pod or not; a pod's come first.

    Raises NodeUnreachable, UnreadableProcesses.
    """
    found = _listed(round_, node, ["sh", "-s", program[:_COMM]], _NAMED)
    fitting = [one for one in found if one.argv[0].rpartition("/")[2] == program]
    return tuple(sorted(fitting, key=lambda one: ("kubepods" not in one.group, one.pid)))


def _listed(round_: Round, node: str, argv: list[str], script: str) -> tuple[PodProcess, ...]:
    lines = round_.run(node, argv, stdin=script).stdout.splitlines()
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
