from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.storage import baseline
from grader.checks.storage import look as look_at
from grader.kubernetes.node_selector import accepts
from grader.recording import RecordedSource, record_answers
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding, Verdict
from labs.checks.storage import StorageCheck
from tests.grader.fakes import NOT_INITIALISED, UNREACHABLE, FakeNode, World, passes, why, world
from tests.grader.kubernetes_objects import node as api_node
from tests.grader.kubernetes_objects import pod
from tests.grader.proc_tree import ProcNode, pod_group

HTML = "/usr/share/nginx/html"


def claim(**changes: Any) -> dict[str, Any]:
    """Bound, 2Gi; phase, modes, request, capacity, storage_class, volume, uid, pending by name."""
    request = changes.get("request", "2Gi")
    pending = changes.get("pending", "")
    return {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "shop", "uid": changes.get("uid", "uid-data")},
        "spec": {
            "accessModes": changes.get("modes", ["ReadWriteOnce"]),
            "storageClassName": changes.get("storage_class", "standard"),
            "volumeName": changes.get("volume", "pv-1"),
            "resources": {"requests": {"storage": request}},
        },
        "status": {
            "phase": changes.get("phase", "Bound"),
            "capacity": {"storage": changes.get("capacity", request)},
            "conditions": [{"type": pending, "status": "True"}] if pending else [],
        },
    }


def volume(name: str = "pv-1", **changes: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "capacity": {"storage": changes.get("capacity", "2Gi")},
        "claimRef": {"namespace": "shop", "name": "data", "uid": changes.get("claim", "uid-data")},
        "hostPath": {"path": "/data/web"},
    }
    if "terms" in changes:
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": changes["terms"]}}
    return {
        "kind": "PersistentVolume",
        "metadata": {"name": name, "uid": f"uid-{name}"},
        "spec": spec,
        "status": {"phase": "Bound"},
    }


def user(name: str = "web", uid: str = "", **changes: Any) -> dict[str, Any]:
    """A Ready pod with a sidecar first; source, path, mount and ready by name."""
    mount = {"name": "any", "mountPath": changes.get("path", HTML), **changes.get("mount", {})}
    made = pod(
        name,
        node=changes.get("node", "n1"),
        uid=uid or f"uid-{name}",
        ready=changes.get("ready", True),
        waiting="ContainerCreating" if not changes.get("ready", True) else "",
        containers=[
            {"name": "sidecar", "image": "busybox"},
            {"name": "web", "image": "nginx:1.27", "volumeMounts": [mount]},
        ],
    )
    source = changes.get("source", {"persistentVolumeClaim": {"claimName": "data"}})
    made["spec"]["volumes"] = [{"name": "any", **source}]
    made["status"]["containerStatuses"][0]["containerID"] = f"containerd://c-{name}"
    return made


@pytest.fixture
def n1(tmp_path: Path) -> ProcNode:
    """A node where pod `web` sees /data/web at its mount path."""
    node = ProcNode(tmp_path, "n1")
    (tmp_path / "data/web").mkdir(parents=True)
    start(node, 100, "web")
    return node


def start(node: ProcNode, pid: int, name: str, lies_in: str = "data/web") -> None:
    """A container's process, in whose root the mount path leads to a folder of the node."""
    node.process(pid, ["nginx"], pod_group(f"uid-{name}", f"c-{name}"), f"/rootfs-{name}")
    html = node.root / f"rootfs-{name}{HTML}"
    html.parent.mkdir(parents=True)
    html.symlink_to(node.root / lies_in)


def look(node: Any, *items: dict[str, Any], before: Any = None, **args: Any) -> Finding:
    here = shop(node, *items)
    return here.look("storage", before, namespace="shop", claim="data", **args)


def shop(node: Any, *items: dict[str, Any]) -> World:
    return world(*(items or (claim(), volume(), user())), nodes=[node])


MOUNTED = {"pod": "web", "mount_path": HTML}


def test_a_bound_claim_is_compared_by_meaning(n1: ProcNode) -> None:
    right = {"access_modes": ["RWO"], "request": "2048Mi", "storage_class": "standard"}
    assert passes(look(n1, **right, volume="pv-1"))
    both = claim(modes=["ReadOnlyMany", "ReadWriteOnce"])
    modes = ["ReadWriteOnce", "ReadOnlyMany"]
    assert passes(look(n1, both, volume(), access_modes=modes))
    assert "asks for ReadOnlyMany, ReadWriteOnce, not for ReadWriteOnce" in why(
        look(n1, both, volume(), access_modes=["RWO"])
    )
    assert "storage is 2Gi, not 3Gi" in why(look(n1, request="3Gi"))
    assert "storageClassName is standard, not fast" in why(look(n1, storage_class="fast"))


def test_a_claim_that_is_not_bound_fails(n1: ProcNode) -> None:
    waiting = claim(phase="Pending", volume="")
    assert why(look(n1, waiting)).endswith("shop/data is Pending, not Bound")
    assert "which does not exist" in why(look(n1, claim()))
    assert "bound to shop/data (another uid)" in why(look(n1, claim(), volume(claim="older")))
    assert why(look(n1, volume())).endswith("shop/data does not exist")


def test_a_volume_of_another_name_fails(n1: ProcNode) -> None:
    found = look(n1, claim(volume="pvc-7"), volume("pvc-7"), volume="pv-1")
    assert "is bound to volume pvc-7, not to pv-1" in why(found)


def test_a_request_that_the_volume_has_not_grown_to_fails(n1: ProcNode) -> None:
    grown = claim(request="15Gi", capacity="2Gi", pending="FileSystemResizePending")
    found = look(n1, grown, volume(), request="15360Mi")
    assert "has 2Gi, less than the 15Gi asked for; its condition FileSystemResizePending" in why(
        found
    )
    half = claim(request="15Gi", capacity="15Gi", pending="Resizing")
    assert "still being resized" in why(look(n1, half, volume(capacity="15Gi")))
    smaller = claim(request="15Gi", capacity="15Gi")
    assert "PersistentVolume pv-1 has 2Gi" in why(look(n1, smaller, volume()))
    assert passes(look(n1, smaller, volume(capacity="16106127360"), request="15360Mi"))


def test_what_a_pod_writes_arrives_in_the_volume(n1: ProcNode) -> None:
    assert passes(look(n1, **MOUNTED, on_node="n1"))
    assert passes(look(n1, pod="web", mount_path=f"{HTML}/"))
    assert list((n1.root / "data/web").iterdir()) == []


def test_data_that_lie_elsewhere_fail(n1: ProcNode) -> None:
    (n1.root / "elsewhere").mkdir()
    html = n1.root / f"rootfs-web{HTML}"
    html.unlink()
    html.symlink_to(n1.root / "elsewhere")
    found = look(n1, **MOUNTED)
    assert "does not arrive in n1:/data/web" in why(found)
    assert list((n1.root / "elsewhere").iterdir()) == []


def test_an_old_file_of_the_name_is_no_proof(n1: ProcNode) -> None:
    (n1.root / "data/web/index.html").write_text("hello\n")
    assert passes(look(n1, **MOUNTED, file="index.html", content="hello"))
    (n1.root / "elsewhere").mkdir()
    (n1.root / "elsewhere/index.html").write_text("hello\n")
    html = n1.root / f"rootfs-web{HTML}"
    html.unlink()
    html.symlink_to(n1.root / "elsewhere")
    assert "does not arrive in" in why(look(n1, **MOUNTED, file="index.html", content="hello"))


def test_a_second_pod_on_the_node_must_see_the_same(n1: ProcNode) -> None:
    start(n1, 200, "reader")
    items = (claim(), volume(), user(), user("reader"))
    assert passes(look(n1, *items, **MOUNTED))
    (n1.root / "other").mkdir()
    html = n1.root / f"rootfs-reader{HTML}"
    html.unlink()
    html.symlink_to(n1.root / "other")
    assert f"does not arrive in Pod shop/reader {HTML}" in why(look(n1, *items, **MOUNTED))


def test_another_kind_of_volume_at_the_path_fails(n1: ProcNode) -> None:
    empty = user(source={"emptyDir": {}})
    found = look(n1, claim(), volume(), empty, **MOUNTED)
    assert "does not mount claim data at /usr/share/nginx/html: there is emptyDir" in why(found)
    other = user(path="/data")
    assert "it mounts it at /data" in why(look(n1, claim(), volume(), other, **MOUNTED))


def test_a_mount_that_is_read_only_or_of_another_folder_fails(n1: ProcNode) -> None:
    locked = user(mount={"readOnly": True})
    assert "mounts claim data read-only" in why(look(n1, claim(), volume(), locked, **MOUNTED))
    assert passes(look(n1, claim(), volume(), locked, **MOUNTED, read_only=True))
    below = user(mount={"subPath": "www"})
    assert "mounts the directory www of claim data, not /" in why(
        look(n1, claim(), volume(), below, **MOUNTED)
    )


def test_a_volume_that_takes_no_data_fails(n1: ProcNode) -> None:
    html = n1.root / f"rootfs-web{HTML}"
    html.unlink()
    html.symlink_to("/proc/self")
    assert f"nothing can be written at {HTML} of Pod shop/web" in why(look(n1, **MOUNTED))


def test_the_pod_must_be_ready_and_on_its_node(n1: ProcNode) -> None:
    waiting = user(ready=False)
    found = look(n1, claim(), volume(), waiting, **MOUNTED)
    assert why(found) == "no Pod shop/web is Ready; web: ContainerCreating"
    assert why(look(n1, claim(), volume(), **MOUNTED)) == "there is no Pod shop/web"
    assert "runs on n1, not on n2" in why(look(n1, **MOUNTED, on_node="n2"))
    (n1.root / "proc/100/cgroup").write_text("0::/gone\n")
    assert "no process of container web runs on n1" in why(look(n1, **MOUNTED))


def test_content_from_before_is_compared_without_its_last_newline(n1: ProcNode) -> None:
    (n1.root / "data/web/name").write_text("harbour\n")
    assert passes(look(n1, **MOUNTED, file="/name", content="harbour"))
    assert "content is harbour, not quay" in why(look(n1, **MOUNTED, file="name", content="quay"))
    assert f"has no file {HTML}/x" in why(look(n1, **MOUNTED, file="x"))


def test_the_claim_is_the_one_of_before(n1: ProcNode) -> None:
    args = StorageCheck(namespace="shop", claim="data", since_baseline=True)
    before = baseline(args, shop(n1).around())
    assert before == {"uid": "uid-data", "volume": "pv-1"}
    assert passes(look(n1, before=before, since_baseline=True))
    again = (claim(uid="new"), volume(claim="new"))
    assert "was deleted and made anew" in why(look(n1, *again, before=before, since_baseline=True))
    moved = (claim(volume="pv-2"), volume("pv-2"))
    found = look(n1, *moved, before=before, since_baseline=True)
    assert "is bound to volume pv-2; it was pv-1" in why(found)
    assert look(n1, since_baseline=True).verdict is Verdict.UNKNOWN
    empty = world(nodes=[n1], no_api=NOT_INITIALISED)
    assert baseline(args, empty.around()) == {}


def on(operator: str, *values: str, key: str = "kubernetes.io/hostname") -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def machine(name: str) -> dict[str, Any]:
    made = api_node(name)
    made["metadata"]["labels"] = {"kubernetes.io/hostname": name, "rank": name[1:]}
    return made


@pytest.mark.parametrize(
    "terms",
    [
        [on("In", "n1")],
        [on("NotIn", "n2", "n3")],
        [on("Lt", "2", key="rank")],
        [on("In", "nowhere"), on("In", "n1")],
        [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}],
    ],
)
def test_a_volume_is_tied_to_a_node_however_it_is_said(n1: ProcNode, terms: list[Any]) -> None:
    nodes = [machine(name) for name in ("n1", "n2", "n3")]
    assert passes(look(n1, claim(), volume(terms=terms), *nodes, only_node="n1"))


@pytest.mark.parametrize("terms", [[on("In", "n1", "n2")], [on("Exists")], [{}], [on("In", "n2")]])
def test_a_volume_for_other_nodes_is_not_tied(n1: ProcNode, terms: list[Any]) -> None:
    nodes = [machine(name) for name in ("n1", "n2")]
    found = look(n1, claim(), volume(terms=terms), *nodes, only_node="n1")
    assert "is not tied to n1 alone: its nodeAffinity accepts" in why(found)
    bare = look(n1, claim(), volume(), machine("n1"), only_node="n1")
    assert "it has no nodeAffinity" in why(bare)


@given(st.text(min_size=1, max_size=4), st.lists(st.text(max_size=4), max_size=3))
def test_in_and_not_in_are_each_others_opposite(name: str, values: list[str]) -> None:
    one = machine(name)
    taken = accepts({"nodeSelectorTerms": [on("In", *values)]}, one)
    assert taken != accepts({"nodeSelectorTerms": [on("NotIn", *values)]}, one)


def test_what_was_seen_can_be_judged_again(n1: ProcNode) -> None:
    args = StorageCheck(namespace="shop", claim="data", pod="web", mount_path=HTML)
    around = shop(n1).around()
    found = look_at(args, around)
    assert passes(found)
    recorded = Round(RecordedSource(record_answers(around.round.asked)))
    assert look_at(args, Surroundings(recorded)) == found


def test_a_lost_node_and_a_silent_api_are_unknown(n1: ProcNode) -> None:
    assert look(FakeNode("n1", lost=True), **MOUNTED).verdict is Verdict.UNKNOWN
    here = shop(n1)
    here.api.trouble = UNREACHABLE
    found = here.look("storage", namespace="shop", claim="data")
    assert found.verdict is Verdict.UNKNOWN


def test_the_model_asks_for_what_belongs_together() -> None:
    for args in ({"pod": "web"}, {"mount_path": "/x"}, {"file": "x"}):
        with pytest.raises(ValueError, match="give the"):
            StorageCheck(namespace="shop", claim="data", **args)  # type: ignore[arg-type]
