"""A node for tests with processes in a tree: control groups, argv, and the files each one sees."""

from collections.abc import Sequence
from pathlib import Path

from cluster.node import CommandResult
from tests.grader.fakes import TreeNode


class ProcNode(TreeNode):
    """Runs the grader's scripts on a tree whose /proc holds what `process` was told."""

    def __init__(self, root: Path, name: str = "k8s-master") -> None:
        super().__init__(root, name)
        (root / "proc").mkdir(exist_ok=True)

    def process(self, pid: int, argv: Sequence[str], group: str, root: str = "/") -> None:
        """`root` is the folder of the tree that the process sees as its root."""
        self.write(f"/proc/{pid}/cmdline", "".join(f"{word}\0" for word in argv))
        self.write(f"/proc/{pid}/comm", argv[0].rpartition("/")[2][:15] + "\n")
        self.write(f"/proc/{pid}/cgroup", f"0::{group}\n")
        (self.root / f"proc/{pid}/root").symlink_to(self.root / root.lstrip("/"))

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout: float = 60.0) -> CommandResult:
        """Paths given as arguments lie in the tree, too."""
        inside = [
            f"{self.root}{word}" if word.startswith("/") and position > 1 else word
            for position, word in enumerate(argv)
        ]
        script = stdin.replace("proc=/proc", f"proc={self.root}/proc")
        return super().run(inside, stdin=script, timeout=timeout)


def pod_group(uid: str, container: str) -> str:
    """As the kubelet names control groups under systemd."""
    name = uid.replace("-", "_")
    return f"/kubepods.slice/kubepods-pod{name}.slice/cri-containerd-{container}.scope"
