"""`resource` on work that is right however it is spelt, and on wrong work that looks right."""

import base64
from typing import Any

import pytest
import yaml

from grader.checks.resource import baseline
from grader.verdict import Verdict
from labs.checks.resource import ResourceCheck
from tests.grader.fakes import NOT_INITIALISED, UNREACHABLE, World, passes, why, world
from tests.grader.kubernetes_objects import namespace, pod


def check(text: str) -> dict[str, Any]:
    """The arguments of a `resource`, as they stand in a lab."""
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def some_pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    one = pod("web", containers=list(containers))
    one["spec"] |= spec
    return one


def claim(**changes: Any) -> dict[str, Any]:
    spec = {
        "storageClassName": "standard",
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": changes.get("size", "2Gi")}},
        "volumeName": "pv-1",
    }
    status = {"phase": changes.get("phase", "Bound"), "capacity": {"storage": "2Gi"}}
    metadata = {"name": "data", "namespace": "shop", "uid": "pvc"}
    status |= {"conditions": changes["conditions"]} if "conditions" in changes else {}
    return {"kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec, "status": status}


CLAIM = check(
    """
    kind: PersistentVolumeClaim
    namespace: shop
    name: data
    expect:
      spec.storageClassName: standard
      spec.accessModes: {set: [ReadWriteOnce]}
      spec.resources.requests.storage: 2Gi
      status.phase: Bound
      status.conditions[type=FileSystemResizePending]: {exists: false}
    """
)
MOUNTS = check(
    """
    kind: Pod
    namespace: shop
    name: web
    expect:
      status.conditions[type=Ready].status: "True"
      spec.effective.containers[any]:
        has:
          image: nginx
          volumeMounts[any]:
            has:
              mountPath: /usr/share/nginx/html
              volume.persistentVolumeClaim.claimName: data
              readOnly: false
              subPath: ""
    """
)
HTML = "/usr/share/nginx/html"
OF_DATA = {"persistentVolumeClaim": {"claimName": "data"}}


@pytest.mark.parametrize("size", ["2Gi", "2048Mi", 2147483648])
def test_a_claim_of_the_size_in_any_unit_passes(size: Any) -> None:
    assert passes(world(claim(size=size)).look("resource", **CLAIM))


def test_a_claim_that_waits_or_is_still_being_resized_fails() -> None:
    waits = world(claim(phase="Pending")).look("resource", **CLAIM)
    assert "status.phase is Pending, not Bound" in why(waits)
    resizing = claim(conditions=[{"type": "FileSystemResizePending", "status": "True"}])
    assert "is set, to" in why(world(resizing).look("resource", **CLAIM))


@pytest.mark.parametrize("image", ["nginx", "docker.io/library/nginx:latest"])
@pytest.mark.parametrize("name", ["data", "www"])
@pytest.mark.parametrize("path", [HTML, HTML + "/"])
def test_the_volume_may_have_any_name_and_the_sidecar_any_place(
    image: str, name: str, path: str
) -> None:
    web = {"name": "x", "image": image, "volumeMounts": [{"name": name, "mountPath": path}]}
    side = {"name": "side", "image": "busybox"}
    volumes = [{"name": "other", "emptyDir": {}}, {"name": name, **OF_DATA}]
    for containers in ((web, side), (side, web)):
        assert passes(world(some_pod(*containers, volumes=volumes)).look("resource", **MOUNTS))


@pytest.mark.parametrize(
    ("mount", "volume", "reason"),
    [
        ({}, {"emptyDir": {}}, "persistentVolumeClaim is not set"),
        ({"readOnly": True}, OF_DATA, "readOnly is true, not false"),
        ({"subPath": "a"}, OF_DATA, "subPath is a, not"),
        ({"mountPath": "/data"}, OF_DATA, f"mountPath is /data, not {HTML}"),
    ],
)
def test_another_source_path_or_mode_of_the_mount_fails(
    mount: Any, volume: Any, reason: str
) -> None:
    mounts = [{"name": "v", "mountPath": HTML, **mount}]
    web = {"name": "x", "image": "nginx", "volumeMounts": mounts}
    found = world(some_pod(web, volumes=[{"name": "v", **volume}])).look("resource", **MOUNTS)
    assert reason in why(found)


def test_a_mount_in_a_container_of_another_image_fails_and_names_the_closest() -> None:
    mounts = [{"name": "v", "mountPath": HTML}]
    wrong = {"name": "b", "image": "busybox", "volumeMounts": mounts}
    web = {"name": "a", "image": "nginx"}
    found = world(some_pod(web, wrong, volumes=[{"name": "v", **OF_DATA}])).look(
        "resource", **MOUNTS
    )
    assert why(found).startswith("Pod shop/web: none of the 2 containers fits; the closest: ")


SIDECAR = check(
    """
    kind: Pod
    namespace: shop
    name: web
    expect:
      spec.effective.containers[name=log]:
        has:
          argv: {argv: [sh, -c, "tail -n +1 -F /var/log/app.log"]}
          volumeMounts[any]:
            has: {volume.emptyDir: {exists: true}, volume.mountedBy: {set: [app, log]}}
    """
)
LOG = {
    "name": "log",
    "image": "busybox",
    "command": ["tail", "-n", "+1", "-F", "/var/log/app.log"],
    "volumeMounts": [{"name": "logs", "mountPath": "/var/log"}],
}
APP = {"name": "app", "image": "x", "volumeMounts": [{"name": "logs", "mountPath": "/logs"}]}
LOGS = [{"name": "logs", "emptyDir": {}}, {"name": "own", "emptyDir": {}}]


def test_a_sidecar_in_either_place_that_shares_the_volume_passes() -> None:
    for spec in (
        some_pod(LOG, APP, volumes=LOGS),
        some_pod(APP, initContainers=[{**LOG, "restartPolicy": "Always"}], volumes=LOGS),
    ):
        assert passes(world(spec).look("resource", **SIDECAR))


def test_a_sidecar_on_a_volume_of_its_own_fails() -> None:
    own = {**LOG, "volumeMounts": [{"name": "own", "mountPath": "/var/log"}]}
    found = world(some_pod(APP, own, volumes=LOGS)).look("resource", **SIDECAR)
    assert "volume.mountedBy lacks app; there: log" in why(found)
    plain = some_pod(APP, initContainers=[LOG], volumes=LOGS)
    assert "no item of containers has name=log; there: name=app" in why(
        world(plain).look("resource", **SIDECAR)
    )


HARDENED = check(
    """
    kind: Pod
    namespace: shop
    name: web
    expect:
      spec.effective.containers[].securityContext:
        has:
          runAsNonRoot: true
          readOnlyRootFilesystem: true
          allowPrivilegeEscalation: false
          privileged: false
          capabilities.granted: {set: [NET_BIND_SERVICE]}
          seccompProfile.type: RuntimeDefault
    """
)
OWN: dict[str, Any] = {
    "readOnlyRootFilesystem": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["all"], "add": ["NET_BIND_SERVICE"]},
}
OF_POD: dict[str, Any] = {"runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}


def test_hardening_on_the_pod_or_on_each_container_passes() -> None:
    one = {"name": "a", "image": "x", "securityContext": OWN}
    every = {"name": "b", "image": "x", "securityContext": {**OWN, **OF_POD, "privileged": False}}
    assert passes(world(some_pod(one, every, securityContext=OF_POD)).look("resource", **HARDENED))


@pytest.mark.parametrize("lacking", [*OWN, *OF_POD])
def test_one_of_three_containers_that_is_not_hardened_fails(lacking: str) -> None:
    full = {**OWN, **OF_POD}
    good = [{"name": name, "image": "x", "securityContext": full} for name in ("a", "b")]
    bad = {key: value for key, value in full.items() if key != lacking}
    found = world(some_pod(*good, {"name": "c", "image": "x", "securityContext": bad})).look(
        "resource", **HARDENED
    )
    assert "containers[name=c].securityContext" in why(found)


PROBED = check(
    """
    kind: Pod
    namespace: shop
    name: web
    expect:
      status.conditions[type=Ready].status: "True"
      spec.effective.containers[name=web].readinessProbe:
        has:
          handler: httpGet
          httpGet: {path: /, port: 80, scheme: HTTP}
          periodSeconds: 10
          failureThreshold: 3
    """
)


@pytest.mark.parametrize(
    "probe",
    [
        {"httpGet": {"port": "http", "path": "/"}},
        {"httpGet": {"port": 80}, "periodSeconds": 10, "initialDelaySeconds": 0},
    ],
)
def test_a_probe_however_its_port_is_named_passes(probe: Any) -> None:
    ports = [{"name": "http", "containerPort": 80}]
    web = {"name": "web", "image": "nginx", "ports": ports, "readinessProbe": probe}
    assert passes(world(some_pod(web)).look("resource", **PROBED))


def test_another_handler_or_timing_of_the_probe_fails() -> None:
    for probe, reason in (
        ({"tcpSocket": {"port": 80}}, "handler is tcpSocket, not httpGet"),
        ({"httpGet": {"port": 80}, "periodSeconds": 5}, "periodSeconds is 5, not 10"),
        ({"httpGet": {"port": "web"}}, "port is web, not 80"),
    ):
        web = {"name": "web", "image": "nginx", "readinessProbe": probe}
        assert reason in why(world(some_pod(web)).look("resource", **PROBED))


QUOTA = check(
    """
    kind: ResourceQuota
    namespace: shop
    expect:
      spec.effective.hard: {requests.cpu: 1, requests.memory: 1Gi, pods: 4}
    """
)


def quota(**hard: Any) -> dict[str, Any]:
    metadata = {"name": "q", "namespace": "shop", "uid": "q"}
    return {"kind": "ResourceQuota", "metadata": metadata, "spec": {"hard": hard}}


def test_a_quota_by_either_name_and_in_any_unit_passes() -> None:
    assert passes(world(quota(cpu="1000m", memory="1024Mi", pods="4")).look("resource", **QUOTA))
    long = {"requests.cpu": "1", "requests.memory": "1Gi", "pods": "4", "limits.cpu": "2"}
    assert passes(world(quota(**long)).look("resource", **QUOTA))
    few = world(quota(**{"limits.cpu": "1", "memory": "1Gi", "pods": "4"})).look(
        "resource", **QUOTA
    )
    assert "requests.cpu is not set" in why(few)


ROTATED = check(
    """
    kind: Secret
    namespace: shop
    name: db
    expect: {effective.data.password: "n3w"}
    """
)


def test_a_secret_is_compared_by_what_it_says() -> None:
    def secret(value: bytes) -> World:
        data = {"password": base64.b64encode(value).decode()}
        metadata = {"name": "db", "namespace": "shop", "uid": "s"}
        return world({"kind": "Secret", "metadata": metadata, "data": data})

    assert passes(secret(b"n3w").look("resource", **ROTATED))
    assert "is old, not n3w" in why(secret(b"old").look("resource", **ROTATED))


def job(name: str, owner: str = "hello", succeeded: int = 1) -> dict[str, Any]:
    return {
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "ownerReferences": [{"kind": "CronJob", "name": owner, "uid": "cj"}],
        },
        "status": {"succeeded": succeeded} if succeeded else {"failed": 2},
    }


JOBS = check(
    """
    kind: Job
    namespace: shop
    match: any
    new: true
    expect:
      metadata.ownerReferences[kind=CronJob].name: hello
      status.succeeded: {ge: 1}
    """
)


def test_only_jobs_made_since_the_beginning_count() -> None:
    here = world(namespace("shop"), job("old"))
    before = baseline(ResourceCheck.model_validate(JOBS), here.around())
    assert before == {"uids": ["uid-old"]}
    assert why(here.look("resource", before, **JOBS)) == (
        "there is no Job in shop made after the lab was set up"
    )
    here.api.items.append(job("new", succeeded=0))
    assert "status.succeeded is 0" in why(here.look("resource", before, **JOBS))
    here.api.items.append(job("newer"))
    assert passes(here.look("resource", before, **JOBS))


def test_what_was_there_before_must_have_been_recorded() -> None:
    assert world(job("old")).look("resource", **JOBS).verdict is Verdict.UNKNOWN


def test_without_a_control_plane_nothing_was_there_before() -> None:
    args = ResourceCheck.model_validate(JOBS)
    assert baseline(args, world(no_api=NOT_INITIALISED).around()) == {"uids": []}
    assert baseline(ResourceCheck(kind="Job"), world(job("old")).around()) == {}


def test_a_named_port_of_a_service_needs_the_pods_and_asks_for_them_only_then() -> None:
    svc = {
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", "uid": "svc"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]},
    }
    ports = [{"name": "http", "containerPort": 8080}]
    web = pod("a", containers=[{"name": "web", "image": "x", "ports": ports}])
    other = pod("b", labels={"app": "api"})
    args: dict[str, Any] = {"kind": "Service", "namespace": "shop", "name": "web"}
    here = world(svc, web, other)
    path = "spec.effective.ports[port=80].targetPort"
    assert passes(here.look("resource", **args, expect={path: 8080}))
    here.api.reads.clear()
    assert passes(here.look("resource", **args, expect={"spec.ports[any].port": 80}))
    assert [read for read in here.api.reads if "Pod" in read] == []
    here.api.trouble = UNREACHABLE
    assert here.look("resource", **args, expect={path: 8080}).verdict is Verdict.UNKNOWN


SCHEDULE = check(
    """
    kind: CronJob
    namespace: shop
    name: hello
    expect:
      spec.schedule: {cron: "*/15 * * * *"}
      spec.concurrencyPolicy: Forbid
      spec.jobTemplate.spec.template.spec.effective.containers[any]:
        has: {image: busybox, argv: {argv: "echo hello"}}
    """
)


def cron_job(schedule: str, **fields: Any) -> dict[str, Any]:
    one = {"name": "c", "image": "busybox", **fields}
    return {
        "kind": "CronJob",
        "metadata": {"name": "hello", "namespace": "shop", "uid": "cj"},
        "spec": {
            "schedule": schedule,
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": {"template": {"spec": {"containers": [one]}}}},
        },
    }


def test_a_cron_job_of_the_same_times_and_command_passes() -> None:
    for schedule in ("*/15 * * * *", "0,15,30,45 * * * *"):
        for words in (
            {"command": ["echo", "hello"]},
            {"args": ["echo", "hello"]},
            {"command": ["/bin/sh", "-c"], "args": ["echo hello"]},
        ):
            assert passes(world(cron_job(schedule, **words)).look("resource", **SCHEDULE))


def test_a_cron_job_of_other_times_or_another_command_fails() -> None:
    words = {"command": ["echo", "hello"]}
    found = world(cron_job("15 * * * *", **words)).look("resource", **SCHEDULE)
    assert why(found) == "CronJob shop/hello: spec.schedule is 15 * * * *, not */15 * * * *"
    wrong = world(cron_job("*/15 * * * *", command=["echo hello"])).look("resource", **SCHEDULE)
    assert 'argv is ["echo hello"], not echo hello' in why(wrong)
