"""Which runtime a node's kubelet speaks to: the process says so, else its files, else what runs."""

import re

from grader.meaning.argv import flag_values
from grader.meaning.formats import NotInFormat, read_yaml
from grader.nodes.node_file import read_node_file
from grader.nodes.processes import Process, read_processes
from grader.round import Round

CONFIG = "/var/lib/kubelet/config.yaml"
FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
_KNOWN = (
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
)
_SCRIPT = """
for socket in "$@"; do [ -S "$socket" ] && echo "$socket"; done
echo end
"""
_FLAG = "container-runtime-endpoint"


def kubelet_process(round_: Round, node: str) -> Process | None:
    """The node's kubelet; None while none runs. Raises NodeUnreachable, UnreadableProcesses."""
    found = [
        process
        for process in read_processes(round_, node)
        if not process.container_id
        and "kubelet" in {word.rpartition("/")[2] for word in (process.exe, *process.argv[:1])}
    ]
    found.sort(key=lambda process: (process.unit != "kubelet.service", process.pid))
    return found[0] if found else None


def config_path(process: Process | None) -> str:
    """The kubelet's configuration file, as it was told or as kubeadm places it."""
    given = flag_values(process.argv, "config") if process else []
    return given[-1] if given else CONFIG


def kubelet_endpoint(round_: Round, node: str) -> str:
    """As it is written (`unix:///run/…`); "" when neither process nor files say one."""
    process = kubelet_process(round_, node)
    given = flag_values(process.argv, _FLAG) if process else []
    if given:
        return given[-1]
    file = read_node_file(round_, node, config_path(process))
    try:
        document = read_yaml(file.content) if file else None
    except NotInFormat:
        document = None
    if isinstance(document, dict) and document.get("containerRuntimeEndpoint"):
        return str(document["containerRuntimeEndpoint"])
    flags = read_node_file(round_, node, FLAGS) if process is None else None
    found = re.search(rf"--{_FLAG}[= ]([^\s\"']+)", flags.content) if flags else None
    return found[1] if found else ""


def runtime_socket(round_: Round, node: str, endpoint: str = "") -> str:
    """The path of the socket of `endpoint`, else of the kubelet's, else of the first that exists.

    Raises NodeUnreachable, UnreadableProcesses.
    """
    wanted = endpoint or kubelet_endpoint(round_, node)
    if wanted:
        return socket_path(wanted)
    found = round_.run(node, ["sh", "-s", *_KNOWN], stdin=_SCRIPT).stdout.splitlines()
    return found[0] if found and found[0] != "end" else _KNOWN[0]


def socket_path(endpoint: str) -> str:
    """`unix:///run/x.sock` and `/run/x.sock` are one; /var/run is /run."""
    path = re.sub(r"^unix:/*", "/", endpoint)
    return re.sub(r"^/var/run/", "/run/", path)
