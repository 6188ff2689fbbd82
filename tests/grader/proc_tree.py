"""A node for tests with processes in a tree: control groups, argv, and the files each one sees."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cluster.node import CommandResult
from tests.grader.fakes import TreeNode


@dataclass(slots=True)
class ProcNode:
    """Runs the grader's scripts on a tree whose /proc holds what `process` was told."""

    root: Path
    name: str = "k8s-master"
    tree: TreeNode = field(init=False)

    def __post_init__(self) -> None:
        self.tree = TreeNode(self.root, self.name)
        (self.root / "proc").mkdir(exist_ok=True)

    def write(self, path: str, text: str) -> Path:
        return self.tree.write(path, text)

    def process(self, pid: int, argv: Sequence[str], group: str, root: str = "/") -> None:
        """`root` is the folder of the tree that the process sees as its root."""
        words = [word.replace("@", "") for word in argv]
        self.write(f"/proc/{pid}/cmdline", "".join(f"{word}\0" for word in words))
        self.write(f"/proc/{pid}/comm", words[0].rpartition("/")[2][:15] + "\n")
        self.write(f"/proc/{pid}/cgroup", f"0::{group}\n")
        (self.root / f"proc/{pid}/root").symlink_to(self.root / root.lstrip("/"))

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60.0) -> CommandResult:
        """Paths given as arguments lie in the tree, too."""
        inside = [
            f"{self.root}{word}" if word.startswith("/") and position > 1 else word
            for position, word in enumerate(argv)
        ]
        script = stdin.replace("proc=/proc", f"proc={self.root}/proc")
        return self.tree.run(inside, stdin=script, timeout=timeout)


def pod_group(uid: str, container: str) -> str:
    """As the kubelet names control groups under systemd."""
    name = uid.replace("-", "_")
    return f"/kubepods.slice/kubepods-pod{name}.slice/cri-containerd-{container}.scope"
