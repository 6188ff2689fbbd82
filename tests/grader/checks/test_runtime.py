import json
from typing import Any

import pytest

from grader.verdict import Finding, Verdict
from tests.grader.fakes import FakeNode, passes, prints, why, world
from tests.grader.machine import SOCKET, Machine, kubelet, message

ID = "ab12" * 16
NGINX = "sha256:" + "5" * 64
CONFIG: dict[str, Any] = {
    "containerd": {
        "snapshotter": "overlayfs",
        "defaultRuntimeName": "runc",
        "runtimes": {
            "runc": {"runtimeType": "io.containerd.runc.v2", "options": {"SystemdCgroup": True}}
        },
    },
    "sandboxImage": "k8s.gcr.io/pause:3.2",
    "registry": {"configPath": "", "mirrors": {"docker.io": {"endpoint": ["https://m.lab:5000"]}}},
}


def status(config: Any = CONFIG, ready: int = 1, network: int = 1) -> bytes:
    conditions = [
        message(f1="RuntimeReady", f2=ready, f3="Down", f4="not yet"),
        message(f1="NetworkReady", f2=network, f3="NoCNI", f4="cni plugin not initialized"),
    ]
    info = {"config": json.dumps(config)} if config is not None else {}
    return message(f1=message(f1=conditions), f2=info)


def sandbox(name: str = "courier", state: int = 0, **labels: str) -> bytes:
    metadata = message(f1=name, f2="uid-1", f3="default")
    return message(f1="s" * 64, f2=metadata, f3=state, f5=labels)


def container(name: str = "courier", state: int = 1, id_: str = ID) -> bytes:
    labels = {"io.kubernetes.pod.namespace": "default", "io.kubernetes.pod.name": "courier"}
    return message(
        f1=id_,
        f2="s" * 64,
        f3=message(f1=name),
        f4=message(f1=NGINX),
        f5=NGINX,
        f6=state,
        f8=labels,
    )


IMAGES = [
    message(
        f1=NGINX,
        f2=[b"docker.io/library/nginx:1.22"],
        f3=[b"docker.io/library/nginx@sha256:" + b"d" * 64],
    ),
    message(f1="sha256:" + "6" * 64, f2=[b"registry.k8s.io/pause:3.10"], f8=1),
]


def calls(**changes: bytes | int) -> dict[str, bytes | int]:
    found: dict[str, bytes | int] = {
        "Version": message(f1="0.1.0", f2="containerd", f3="1.6.20", f4="v1"),
        "Status": status(),
        "ListPodSandbox": message(f1=[sandbox(app="courier")]),
        "ListContainers": message(f1=[container()]),
        "ListImages": message(f1=IMAGES),
    }
    return found | changes


def machine(**changes: bytes | int) -> Machine:
    return Machine(
        [kubelet(f"--container-runtime-endpoint=unix://{SOCKET}")], calls=calls(**changes)
    )


def look(on: Machine, **args: Any) -> Finding:
    return world(nodes=[on.node()]).look("runtime", node="n1", **args)


def test_a_runtime_that_answers_and_is_ready_passes() -> None:
    assert passes(look(machine(), name="containerd", network_ready=True, kubelet_uses=True))
    assert "is docker" not in why(look(machine(), name="docker"))


def test_a_socket_where_nobody_answers_fails() -> None:
    assert why(look(machine(), endpoint="/run/crio/crio.sock")).startswith(
        "no runtime answers at n1:/run/crio/crio.sock"
    )
    assert "no runtime answers" in why(look(Machine([kubelet()])))


def test_what_answers_and_does_not_know_cri_fails() -> None:
    assert "no such" in why(look(machine(Status=14)))


def test_a_runtime_that_is_not_ready_fails_with_its_own_words() -> None:
    found = look(machine(Status=status(ready=0)))
    assert why(found) == "n1 containerd is not ready: Down not yet"
    without_network = machine(Status=status(network=0))
    assert passes(look(without_network))
    assert "cni plugin not initialized" in why(look(without_network, network_ready=True))


@pytest.mark.parametrize(
    "flag",
    [
        [f"--container-runtime-endpoint=unix://{SOCKET}"],
        ["--container-runtime-endpoint", SOCKET],
        [f"--container-runtime-endpoint=unix:///var{SOCKET}"],
    ],
)
def test_the_kubelet_uses_the_endpoint_however_it_is_written(flag: list[str]) -> None:
    on = Machine([kubelet(*flag)], calls=calls())
    assert passes(look(on, kubelet_uses=True, endpoint=f"unix://{SOCKET}"))


def test_an_endpoint_in_the_kubelets_configuration_counts() -> None:
    config = f"kind: KubeletConfiguration\ncontainerRuntimeEndpoint: unix://{SOCKET}\n"
    on = Machine([kubelet()], {"/var/lib/kubelet/config.yaml": config}, calls=calls())
    assert passes(look(on, kubelet_uses=True))


def test_a_kubelet_that_uses_another_runtime_or_none_fails() -> None:
    on = machine()
    on.tasks = [kubelet("--container-runtime-endpoint=unix:///run/cri-dockerd.sock")]
    found = look(on, kubelet_uses=True, endpoint=SOCKET)
    assert why(found) == "the kubelet of n1 uses unix:///run/cri-dockerd.sock"
    on.tasks = []
    assert why(look(on, kubelet_uses=True)) == "no kubelet runs on n1"


def test_the_cgroup_driver_is_the_one_in_force() -> None:
    assert passes(look(machine(), cgroup_driver="systemd"))
    plain = json.loads(json.dumps(CONFIG))
    plain["containerd"]["runtimes"]["runc"]["options"] = {}
    assert why(look(machine(Status=status(plain)), cgroup_driver="systemd")) == (
        "containerd on n1 uses the cgroup driver cgroupfs, not systemd"
    )


def test_a_runtime_that_tells_its_driver_by_itself_is_believed() -> None:
    cgroupfs = message(f1=message(f1=1))
    quiet = machine(Status=status(None), RuntimeConfig=cgroupfs)
    assert "cgroupfs, not systemd" in why(look(quiet, cgroup_driver="systemd"))
    systemd = machine(Status=status(None), RuntimeConfig=message(f1=message(f2="")))
    assert passes(look(systemd, cgroup_driver="systemd"))


def test_the_image_of_pods_is_compared_by_meaning_in_both_generations() -> None:
    assert passes(look(machine(), sandbox_image="k8s.gcr.io/pause:3.2"))
    assert "not of k8s.gcr.io/pause:3.9" in why(
        look(machine(), sandbox_image="k8s.gcr.io/pause:3.9")
    )
    newer = machine(Status=status({"containerd": CONFIG["containerd"]}))
    assert passes(look(newer, sandbox_image="registry.k8s.io/pause:3.10"))
    assert "pause:3.10" in why(look(newer, sandbox_image="k8s.gcr.io/pause:3.2"))


def test_the_configuration_in_force_can_be_asked_for() -> None:
    assert passes(look(machine(), config={"containerd.snapshotter": "overlayfs"}))
    assert "not native" in why(look(machine(), config={"containerd.snapshotter": "native"}))


def test_mirrors_are_found_in_every_place_that_holds() -> None:
    wanted = {"docker.io": "https://m.lab:5000/"}
    assert passes(look(machine(), mirrors=wanted))
    folder = json.loads(json.dumps(CONFIG))
    folder["registry"] = {"configPath": "/etc/containerd/certs.d", "mirrors": None}
    on = machine(Status=status(folder))
    assert "does not ask https://m.lab:5000/" in why(look(on, mirrors=wanted))
    on.files["/etc/containerd/certs.d/docker.io/hosts.toml"] = '[host."https://m.lab:5000"]\n'
    assert passes(look(on, mirrors=wanted))
    silent = machine(Status=status({"containerd": CONFIG["containerd"]}))
    silent.files["/etc/containerd/config.toml"] = (
        "version = 3\n[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = '/etc/m'\n"
    )
    silent.files["/etc/m/_default/hosts.toml"] = "[host.'https://m.lab:5000']\n"
    assert passes(look(silent, mirrors=wanted))


def test_containers_are_chosen_by_name_image_and_state() -> None:
    wanted = {"namespace": "default", "name": "courier", "image": "nginx:1.22"}
    assert passes(look(machine(), containers=wanted))
    assert passes(look(machine(), containers={"image": "sha256:" + "d" * 64}))
    assert "(running, docker.io/library/nginx:1.22)" in why(
        look(machine(), containers=wanted | {"image": "nginx:1.23"})
    )
    created = machine(ListContainers=message(f1=[container(state=0)]))
    assert "(created" in why(look(created, containers=wanted))
    assert passes(look(created, containers=wanted | {"state": "created"}))


def test_no_containers_are_not_enough_unless_none_are_asked_for() -> None:
    empty = machine(ListContainers=b"", ListPodSandbox=b"")
    assert "none is there" in why(look(empty, containers={"name": "courier"}))
    assert "none is there" in why(look(empty, containers={"name": "courier", "match": "every"}))
    assert passes(look(empty, containers={"name": "courier", "match": "none"}))
    assert passes(look(empty, pods={"name": "courier", "match": "none"}))
    assert "still has container" in why(
        look(machine(), containers={"name": "courier", "match": "none"})
    )


def test_every_container_and_the_most_of_them() -> None:
    two = machine(ListContainers=message(f1=[container(), container(state=2, id_="c" * 64)]))
    assert passes(look(two, containers={"name": "courier"}))
    assert "(exited" in why(look(two, containers={"name": "courier", "match": "every"}))
    assert "1 at most" in why(look(two, containers={"name": "courier", "state": "", "max": 1}))


def test_a_sandbox_that_is_not_ready_is_no_ready_pod() -> None:
    wanted: dict[str, Any] = {"labels": {"app": "courier"}}
    assert passes(look(machine(), pods=wanted))
    down = machine(ListPodSandbox=message(f1=[sandbox(state=1, app="courier")]))
    assert "pod default/courier (not ready)" in why(look(down, pods=wanted))
    assert passes(look(down, pods=wanted | {"ready": None}))
    left = look(down, pods=wanted | {"ready": None, "match": "none"})
    assert "still has pod default/courier" in why(left)


def test_images_are_there_or_gone_by_meaning() -> None:
    assert passes(look(machine(), images=[{"reference": "nginx:1.22"}]))
    assert passes(look(machine(), images=[{"reference": "docker.io/nginx:1.22"}]))
    assert passes(look(machine(), images=[{"reference": "nginx:9", "exists": False}]))
    assert "has no image nginx" in why(look(machine(), images=[{"reference": "nginx"}]))
    gone = [{"reference": "docker.io/library/nginx:1.22", "exists": False}]
    assert "still has the image" in why(look(machine(), images=gone))


@pytest.mark.parametrize("text", [ID, ID[:13], f"containerd://{ID}\n", ID[:12].upper()])
def test_the_id_of_the_running_container_is_right_in_every_length(text: str) -> None:
    on = machine()
    on.files["/root/id"] = text
    assert passes(look(on, containers={"name": "courier", "id_file": "/root/id"}))


@pytest.mark.parametrize("text", ["", "ab12", "c" * 13, "f" * 64, "courier"])
def test_a_stale_short_or_wrong_id_is_not_it(text: str) -> None:
    on = machine(ListContainers=message(f1=[container(), container(state=2, id_="c" * 64)]))
    on.files["/root/id"] = text
    found = look(on, containers={"name": "courier", "id_file": "/root/id"})
    assert "not the id of the container that runs now" in why(found)


def test_a_missing_answer_file_is_named() -> None:
    found = look(machine(), containers={"name": "courier", "id_file": "/root/id"})
    assert why(found) == "n1:/root/id does not exist"


def test_an_older_runtime_is_asked_in_its_own_version() -> None:
    asked: list[str] = []
    on = machine()

    def answer(argv: Any, stdin: str) -> Any:
        if len(argv) > 4 and argv[3].startswith("runtime."):
            asked.append(argv[3])
            if argv[3].startswith("runtime.v1."):
                argv = [*argv[:3], "x/Unknown", *argv[4:]]
        return on.answer(argv, stdin)

    found = world(nodes=[FakeNode("n1", answer)]).look("runtime", node="n1")
    assert passes(found)
    assert "runtime.v1alpha2.RuntimeService/Status" in asked


def test_a_lost_node_and_an_answer_that_makes_no_sense_are_unknown() -> None:
    lost = world(nodes=[FakeNode("n1", lost=True)])
    assert lost.look("runtime", node="n1").verdict is Verdict.UNKNOWN
    odd = world(nodes=[FakeNode("n1", prints("boot x\nup 1\n"))])
    assert odd.look("runtime", node="n1", endpoint="/x").verdict is Verdict.UNKNOWN
    assert look(machine(Version=b"\xff\xff")).verdict is Verdict.UNKNOWN
