"""A recorded node as a tree of files, in which the grader's own scripts run."""

import json
import os
import re
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cluster.node import CommandResult
from cluster.toolbox import toolbox_file
from tests.grader.cases.world import Moment, RecordedNode
from tests.grader.fakes import TreeNode

_ABSENT = ("kubectl", "kubeadm", "kubelet", "crictl", "ctr", "containerd", "etcdctl", "docker")
"""Programs of a node that this machine's own must never stand for."""

_TOLD = re.compile(r"(?<![\w/.'-])(?:stat|uname)(?= -)")
"""Applets that say something of this machine, so that programs of the tree must answer."""

_SYSTEMCTL = """
what=$1
for unit; do :; done
case $unit in *.*) ;; *) unit=$unit.service ;; esac
file={root}/.units/$unit
case $what in
is-enabled)
  [ -f "$file" ] || exit 1
  state=$(sed -n 's/^Enabled=//p' "$file")
  [ -n "$state" ] && echo "$state"
  case $state in enabled|static|alias|indirect|generated) exit 0 ;; *) exit 1 ;; esac ;;
is-active)
  state=$(sed -n 's/^ActiveState=//p' "$file" 2>/dev/null)
  echo "${{state:-inactive}}"
  [ "$state" = active ] ;;
show)
  if [ -f "$file" ]; then grep -v '^Enabled=' "$file"
  else printf 'LoadState=not-found\\nActiveState=inactive\\nSubState=dead\\n'; fi ;;
esac
"""

_STAT = """
for path; do :; done
owner=root group=root
while IFS='|' read -r name o g; do
  [ "$name" = "$path" ] && owner=$o group=$g
done <{root}/.owners
left=$#
while [ "$left" -gt 0 ]; do
  word=$1
  case $word in *%U*|*%G*) word=$(printf %s "$1" | sed "s/%U/$owner/g;s/%G/$group/g") ;; esac
  shift
  set -- "$@" "$word"
  left=$((left - 1))
done
exec {toolbox} stat "$@"
"""

_CURL = """
format=
while [ $# -gt 0 ]; do
  case $1 in
  -w) format=$2; shift ;;
  -X|-H|-m|-o|--noproxy|--cacert|--cert|--key|--resolve|-d) shift ;;
  --) shift; break ;;
  esac
  shift
done
for url; do
  folder={root}/.web/$(printf %s "$url" | sed 's/[^A-Za-z0-9]/_/g')
  [ -d "$folder" ] || {{ echo "the world does not know $url" >&2; exit 2; }}
  turn=$(cat "$folder/turn")
  [ -d "$folder/$turn" ] || turn=0
  echo $((turn + 1)) >"$folder/turn"
  cat "$folder/$turn/body"
  before=${{format%%'%{{json}}'*}} rest=${{format#*'%{{json}}'}}
  middle=${{rest%%'%{{header_json}}'*}} after=${{rest#*'%{{header_json}}'}}
  printf '%b' "$before"; cat "$folder/$turn/json"
  printf '%b' "$middle"; cat "$folder/$turn/headers"
  printf '%b' "$after"
  code=$(cat "$folder/$turn/code")
  [ "$code" = 0 ] || exit "$code"
done
"""


class NodeTree:
    """Laid out in a folder of its own until it is closed."""

    def __init__(self, node: RecordedNode, moment: Moment) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="world-")
        self._root = Path(self._folder.name)
        self._tree = TreeNode(self._root)
        owners = [self._lay(path, facts) for path, facts in node.files.items()]
        self._tree.write("/.owners", "".join(owners))
        for unit, facts in node.units.items():
            lines = "".join(f"{key}={value}\n" for key, value in facts.items())
            self._tree.write(f"/.units/{unit}", lines)
        for name in _ABSENT:
            self._tree.program(name, f"echo {name}: not in this world >&2; exit 127")
        for name, text in (("systemctl", _SYSTEMCTL), ("stat", _STAT), ("curl", _CURL)):
            self._tree.program(name, text.format(root=self._root, toolbox=toolbox_file()))
        self._programs(node)
        for site in moment.web:
            self._site(site, moment)

    def close(self) -> None:
        self._folder.cleanup()

    def run(self, argv: Sequence[str], stdin: str) -> CommandResult:
        inside = [f"{self._root}{word}" if word.startswith("/") else word for word in argv]
        told = _TOLD.sub(lambda found: f"{self._root}/bin/{found[0]}", stdin)
        return self._tree.run(inside, stdin=told)

    def _lay(self, path: str, facts: dict[str, Any]) -> str:
        """Writes one file; its line for `.owners`."""
        if "link" in facts:
            target = str(facts["link"])
            inside = target.startswith("/") and target != "/dev/null"
            self._tree.link(path, f"{self._root}{target}" if inside else target)
            return ""
        if facts.get("directory"):
            file = self._root / path.lstrip("/")
            file.mkdir(parents=True, exist_ok=True)
        else:
            file = self._tree.write(path, facts.get("text", ""))
        file.chmod(int(facts.get("mode", "644"), 8))
        whole, _, part = str(facts.get("modified", "0")).partition(".")
        instant = int(whole) * 10**9 + int(part.ljust(9, "0") or 0)
        os.utime(file, ns=(instant, instant))
        return f"{file}|{facts.get('owner', 'root')}|{facts.get('group', 'root')}\n"

    def _programs(self, node: RecordedNode) -> None:
        scripts: dict[str, list[str]] = {}
        for at, (line, told) in enumerate(node.commands.items()):
            name, _, rest = line.partition(" ")
            out = self._tree.write(f"/.said/{at}.out", told.get("stdout", ""))
            err = self._tree.write(f"/.said/{at}.err", told.get("stderr", ""))
            act = f"cat {out}; cat {err} >&2; exit {told.get('code', 0)}"
            scripts.setdefault(name, []).append(f"{shlex.quote(rest)}) {act} ;;")
        for name, cases in scripts.items():
            body = "\n".join(['case "$*" in', *cases, "esac", "exit 127"])
            self._tree.program(name, body)

    def _site(self, site: dict[str, Any], moment: Moment) -> None:
        url = with_addresses(site["url"], moment)
        home = "/.web/" + re.sub("[^A-Za-z0-9]", "_", url)
        self._tree.write(f"{home}/turn", "0")
        for at, answer in enumerate(site["answers"]):
            folder = f"{home}/{at}"
            code = int(answer.get("exitcode", 0))
            facts = {"exitcode": code, "http_code": answer.get("status", 0)}
            facts["errormsg"] = answer.get("errormsg")
            self._tree.write(f"{folder}/body", answer.get("body", ""))
            self._tree.write(f"{folder}/json", json.dumps(facts))
            self._tree.write(f"{folder}/headers", json.dumps(answer.get("headers", {})))
            self._tree.write(f"{folder}/code", str(code))


def with_addresses(url: str, moment: Moment) -> str:
    """The URL with the cluster addresses of Services filled in, as checks write them."""

    def fill(found: re.Match[str]) -> str:
        namespace, _, name = found[1].partition("/")
        for item in moment.objects:
            metadata = item["metadata"]
            if item["kind"] == "Service" and (metadata["namespace"], metadata["name"]) == (
                namespace,
                name,
            ):
                return str(item["spec"].get("clusterIP", ""))
        return ""

    return re.sub(r"\{cluster_ip:([^{}]+)\}", fill, url)
