import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.kubernetes.api import ApiAnswer
from grader.verdict import Finding, Verdict
from tests.grader.fakes import UNREACHABLE, FakeNode, World, passes, why, world
from tests.grader.kubernetes_objects import node as api_node
from tests.grader.kubernetes_objects import pod
from tests.grader.mirror_pods import (
    FOLDER,
    HASH,
    container,
    manifest,
    mirror,
    run_kubelet,
    run_pod,
)
from tests.grader.proc_tree import ProcNode


@pytest.fixture
def master(tmp_path: Path) -> ProcNode:
    """A node that runs static pod `web` from a file of another name."""
    node = ProcNode(tmp_path)
    run_kubelet(node)
    node.write(f"{FOLDER}/my-pod.yml", yaml.safe_dump(manifest()))
    run_pod(node, ["nginx", "-g", "daemon off;"])
    return node


def cluster(master: Any, *items: dict[str, Any], folder: str = FOLDER) -> World:
    """Whose kubelet tells its folder by configz."""
    here = world(api_node("k8s-master"), *(items or (mirror(),)), nodes=[master])

    def answer(method: str, path: str, body: Any) -> ApiAnswer:
        assert path == "/api/v1/nodes/k8s-master/proxy/configz"
        return ApiAnswer(200, {"kubeletconfig": {"staticPodPath": folder} if folder else {}})

    here.api.answers = answer
    return here


def look(here: World, **args: Any) -> Finding:
    return here.look("static_pod", node="k8s-master", **{"name": "web", **args})


def test_a_static_pod_is_its_manifest_its_mirror_and_its_processes(master: ProcNode) -> None:
    expect = {
        "spec.containers[name=web].resources.requests.cpu": "0.1",
        "spec.containers[name=web].image": "docker.io/library/nginx:1.22",
        "metadata.labels.run": "web",
    }
    assert passes(look(cluster(master), expect=expect))
    wrong = {"spec.containers[name=web].resources.requests.cpu": "200m"}
    assert "requests.cpu is 100m, not 200m" in why(look(cluster(master), expect=wrong))


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "a.json", "anything"])
def test_the_file_may_have_any_name_and_format(master: ProcNode, name: str) -> None:
    (master.root / f"{FOLDER.lstrip('/')}/my-pod.yml").unlink()
    master.write(f"{FOLDER}/{name}", json.dumps(manifest()))
    assert passes(look(cluster(master)))


def test_a_quantity_in_the_manifest_may_be_spelled_otherwise(master: ProcNode) -> None:
    spelled = container(resources={"requests": {"cpu": "0.1", "memory": "65536Ki"}}, ports=[])
    text = yaml.safe_dump(manifest(containers=[spelled], spec={"hostPID": False}))
    master.write(f"{FOLDER}/my-pod.yml", text)
    assert passes(look(cluster(master)))


@pytest.mark.parametrize(("said", "shown"), [("1.0", "1"), (1, "1"), (0.5, "500m"), ("2000m", "2")])
def test_a_quantity_is_shown_as_the_api_writes_it(
    master: ProcNode, said: object, shown: str
) -> None:
    spelled = container(resources={"limits": {"cpu": said}})
    master.write(f"{FOLDER}/my-pod.yml", yaml.safe_dump(manifest(containers=[spelled])))
    resources = {"limits": {"cpu": shown}, "requests": {"cpu": shown}}
    assert passes(look(cluster(master, mirror(containers=[container(resources=resources)]))))
    resources["limits"] = {"cpu": "3"}
    there = mirror(containers=[container(resources=resources)])
    assert "does not run what" in why(look(cluster(master, there)))


def test_what_admission_sets_on_top_does_not_count(master: ProcNode) -> None:
    own = [{"key": "a", "operator": "Exists"}]
    spelled = manifest(
        containers=[container(imagePullPolicy="IfNotPresent")], spec={"tolerations": own}
    )
    master.write(f"{FOLDER}/my-pod.yml", yaml.safe_dump(spelled))
    there = mirror(containers=[container(imagePullPolicy="Always")])
    assert passes(look(cluster(master, there)))


def test_the_folder_is_the_running_kubelets_own(master: ProcNode) -> None:
    found = look(cluster(master, folder="/etc/kubernetes/manifests"))
    assert why(found) == (
        "no manifest in k8s-master:/etc/kubernetes/manifests defines pod default/web"
    )
    assert "reads no static pods: staticPodPath is not set" in why(look(cluster(master, folder="")))


def test_without_an_answer_from_the_kubelet_its_own_configuration_counts(master: ProcNode) -> None:
    here = cluster(master)
    here.api.answers = lambda method, path, body: ApiAnswer(502, {})
    assert passes(look(here))
    (master.root / "proc/50/comm").write_text("gone\n")
    here = cluster(master)
    here.api.answers = lambda method, path, body: ApiAnswer(502, {})
    assert why(look(here)) == "no kubelet runs on k8s-master"


def test_an_ordinary_pod_with_the_name_is_none(master: ProcNode) -> None:
    ordinary = pod("web-k8s-master", namespace="default", node="k8s-master")
    assert "an ordinary pod" in why(look(cluster(master, ordinary)))


def test_an_ordinary_pod_annotated_as_a_mirror_has_no_processes_of_its_hash(
    master: ProcNode,
) -> None:
    (master.root / "proc/700/cgroup").write_text("0::/kubepods.slice/poduid_web/x\n")
    assert "says Ready, but no process of it runs" in why(look(cluster(master)))


def test_a_mirror_of_another_node_object_fails(master: ProcNode) -> None:
    assert "not owned by its Node" in why(look(cluster(master, mirror(owner="node-before"))))
    ours = {
        "kubernetes.io/config.source": "api",
        "kubernetes.io/config.hash": HASH,
        "kubernetes.io/config.mirror": HASH,
    }
    assert "a pod from api, not from a file" in why(look(cluster(master, mirror(annotations=ours))))


def test_a_manifest_that_the_kubelet_rejects_fails(master: ProcNode) -> None:
    master.write(f"{FOLDER}/my-pod.yml", yaml.safe_dump({**manifest(), "kind": "PoD"}))
    assert "my-pod.yml: it is PoD of v1, not Pod of v1" in why(look(cluster(master)))
    master.write(f"{FOLDER}/my-pod.yml", "kind: Pod\n bad: [")
    assert "it is not YAML" in why(look(cluster(master)))
    master.write(f"{FOLDER}/my-pod.yml", yaml.safe_dump(manifest()))
    here = cluster(master, pod("other", namespace="default"))
    assert "the kubelet of k8s-master shows no pod of it" in why(look(here))


def test_a_manifest_that_was_changed_but_does_not_run_fails(master: ProcNode) -> None:
    changed = manifest(containers=[container(image="nginx:1.25")])
    master.write(f"{FOLDER}/my-pod.yml", yaml.safe_dump(changed))
    found = why(look(cluster(master)))
    assert "does not run what /etc/kubernetes/static/my-pod.yml says" in found
    assert "image is nginx:1.22, not nginx:1.25" in found


def test_a_second_file_for_the_pod_that_says_otherwise_fails(master: ProcNode) -> None:
    changed = manifest(containers=[container(image="nginx:1.25")])
    master.write(f"{FOLDER}/web.yaml.bak", yaml.safe_dump(changed))
    assert "web.yaml.bak says" in why(look(cluster(master)))


def test_a_pod_that_is_not_ready_fails_with_its_reason(master: ProcNode) -> None:
    found = look(cluster(master, mirror(ready=False)))
    assert why(found) == "Pod default/web-k8s-master is not Ready: ErrImagePull"


def test_restarts_must_hold_still(master: ProcNode) -> None:
    found = look(cluster(master, mirror(restarts=3)))
    assert passes(found) and list(found.steady.values()) == [3]


def test_absence_is_of_manifest_mirror_and_processes(master: ProcNode) -> None:
    assert "my-pod.yml still defines pod web" in why(look(cluster(master), absent=True))
    (master.root / f"{FOLDER.lstrip('/')}/my-pod.yml").unlink()
    assert "is still there; 1 of its processes run" in why(look(cluster(master), absent=True))
    assert passes(look(cluster(master, pod("other")), absent=True))
    (master.root / "proc/50/comm").write_text("gone\n")
    here = cluster(master, pod("other"))
    here.api.answers = lambda method, path, body: ApiAnswer(502, {})
    assert "no kubelet runs" in why(look(here, absent=True))


def test_a_lost_node_and_a_silent_api_are_unknown(master: ProcNode) -> None:
    lost = cluster(FakeNode("k8s-master", lost=True))
    assert look(lost).verdict is Verdict.UNKNOWN
    here = cluster(master)
    here.api.trouble = UNREACHABLE
    assert look(here).verdict is Verdict.UNKNOWN
