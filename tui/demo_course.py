"""One small course, for the demonstration where the real one does not load, and for tests, which
must not change when a lab does."""

from pathlib import Path

from labs.model import Chapter, CheckSpec, Course, Criterion, Lab, Requirement, Step
from tui.workbench import Cell, CellRole

_FOLDER = Path("demonstration")


def _rollout(id: str, requirement: str, replicas: int) -> Criterion:
    args = {"namespace": "shop", "name": "web", "replicas": replicas}
    return Criterion(id, CheckSpec("rollout", args), (requirement,), points=3)


def _endpoints(id: str, requirement: str) -> Criterion:
    args = {"namespace": "shop", "service": "web", "min": 3}
    return Criterion(id, CheckSpec("endpoints", args), (requirement,), points=2)


_GUARD = Criterion("docs-untouched", CheckSpec("unchanged", {"kind": "Deployment"}), guard=True)

_SCALE = Step(
    id="scale",
    title={"en": "Three instead of one", "zh": "一个变三个"},
    text={
        "en": "Namespace `shop` holds a Deployment `web` with one replica behind the Service "
        "`web`. One replica is no replica: make it **three**, in place.",
        "zh": "命名空间 `shop` 的 Deployment `web` 只有一个副本。请就地把它变成**三个**副本。",
    },
    requirements=(
        Requirement("R1", {
            "en": "Deployment web runs three ready replicas",
            "zh": "Deployment web 有三个就绪副本",
        }),
        Requirement("R2", {
            "en": "Service web sends traffic to all three of them",
            "zh": "Service web 把流量分发到这三个副本",
        }),
    ),
    criteria=(_rollout("scaled", "R1", 3), _endpoints("reachable", "R2"), _GUARD),
    hints=(
        {"en": "The number of replicas is one field of the Deployment's spec.",
         "zh": "副本数是 Deployment spec 里的一个字段。"},
        {"en": "Which verbs of kubectl change a spec in place?",
         "zh": "kubectl 的哪些动词可以就地修改 spec?"},
    ),
    debrief={
        "en": "You changed one number; controllers did the rest: the ReplicaSet made two pods, and "
        "each became an endpoint once its readiness probe passed.",
        "zh": "你只改了一个数字,其余由控制器完成:ReplicaSet 创建了两个 Pod,就绪后成为端点。",
    },
)  # fmt: skip

_UPDATE = Step(
    id="update",
    title={"en": "A new version with no gap", "zh": "无中断的新版本"},
    text={
        "en": "Version 2 is ready: image `seatrial/echo:2`. Update `web` without losing a request.",
        "zh": "版本 2 已就绪:镜像 `seatrial/echo:2`。更新 `web`,不丢失任何请求。",
    },
    requirements=(
        Requirement("R1", {
            "en": "three replicas of web run version 2 and the rollout is complete",
            "zh": "web 的三个副本都运行版本 2,滚动更新已完成",
        }),
    ),
    criteria=(_rollout("updated", "R1", 3),),
    hints=({"en": "One command of kubectl is made for new images.",
            "zh": "kubectl 有一个专门换镜像的命令。"},),
    debrief={
        "en": "A new template means a new ReplicaSet; it grew as the old one shrank.",
        "zh": "模板变化会产生新的 ReplicaSet,新的增加,旧的减少。",
    },
)  # fmt: skip


def _lab(name: str, title: dict[str, str], steps: tuple[Step, ...], image: str) -> Lab:
    return Lab(
        id=f"8/{name}",
        chapter=8,
        name=name,
        title=title,
        summary={
            "en": "Scale, update without losing a request, and find the way back.",
            "zh": "扩容、不丢请求地更新,并找到回退的办法。",
        },
        source="001",
        supports={"kubernetes": ">=1.20", "image": [image]},
        profile="kubeadm-3",
        target_seconds=480,
        steps=steps,
        setup=(),
        ready=(),
        cleanup=(),
        solutions=(),
        wrong=(),
        notebook=_FOLDER / f"{name}.ipynb",
        folder=_FOLDER,
        stand_ins={"en": "everything here", "zh": "此处的一切"},
    )


_LABS = (
    _lab("deployments", {"en": "Change a Deployment in use", "zh": "变更使用中的 Deployment"},
         (_SCALE, _UPDATE), "debian"),
    _lab("gateways", {"en": "Gateways and routes", "zh": "网关与路由"}, (_UPDATE,), "upstream"),
)  # fmt: skip

COURSE = Course(
    {"en": "Kubernetes, a demonstration", "zh": "Kubernetes 演示"},
    (Chapter(8, {"en": "Workloads", "zh": "工作负载"}, {"en": "Things that run."}, _LABS),),
)

_CELLS = {
    "scale": (
        Cell(0, CellRole.TEXT, "Look first: *who* owns the pods?"),
        Cell(1, CellRole.LOOK, "# every pod, with its labels\nkubectl -n shop get pods",
             "k8s-master"),
        Cell(2, CellRole.SOLUTION, "kubectl -n shop scale deployment web --replicas=3\n"
             "kubectl -n shop rollout status deployment web", "k8s-master"),
    ),
    "update": (
        Cell(3, CellRole.SOLUTION, "kubectl -n shop set image deployment web web=seatrial/echo:2",
             "k8s-master"),
    ),
}  # fmt: skip


def cells_of(lab: Lab) -> list[tuple[str, Cell]]:
    """Step ids and cells of a lab of this course."""
    return [(step.id, cell) for step in lab.steps for cell in _CELLS.get(step.id, ())]
