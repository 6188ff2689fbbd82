"""What objects come to: layers merged, defaults and names resolved, wherever they are written."""

import base64
import copy
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kubernetes.effective import asks_for_effective, with_effective
from grader.kubernetes.effective_security import ALL_CAPABILITIES, DEFAULT_CAPABILITIES


def container(name: str = "app", **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": "nginx", **fields}


def pod(*containers: dict[str, Any], annotations: Any = None, **spec: Any) -> dict[str, Any]:
    return {
        "kind": "Pod",
        "metadata": {"name": "p", "annotations": annotations or {}},
        "spec": {"containers": list(containers or [container()]), **spec},
    }


def effective(document: dict[str, Any]) -> dict[str, Any]:
    before = copy.deepcopy(document)
    found: dict[str, Any] = with_effective(document)["spec"]["effective"]
    assert document == before
    return found


def first(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = effective(document)["containers"][0]
    return found


def security(own: Any = None, of_pod: Any = None, annotations: Any = None) -> dict[str, Any]:
    one = container(securityContext=own) if own is not None else container()
    document = pod(one, annotations=annotations, securityContext=of_pod)
    found: dict[str, Any] = first(document)["securityContext"]
    return found


def test_a_container_that_says_nothing_has_the_defaults() -> None:
    found = security()
    assert found["privileged"] is False
    assert found["allowPrivilegeEscalation"] is True
    assert found["readOnlyRootFilesystem"] is False
    assert found["runAsNonRoot"] is False
    assert found["seccompProfile"] == {"type": "Unconfined"}
    assert set(found["capabilities"]["granted"]) == DEFAULT_CAPABILITIES
    assert "runAsUser" not in found


@pytest.mark.parametrize(
    ("own", "of_pod", "non_root"),
    [
        ({"runAsNonRoot": True}, None, True),
        (None, {"runAsNonRoot": True}, True),
        ({"runAsNonRoot": False}, {"runAsNonRoot": True}, False),
        ({"runAsUser": 1000}, None, True),
        (None, {"runAsUser": 1000}, True),
        ({"runAsUser": 0}, {"runAsUser": 1000}, False),
        ({"runAsUser": 0}, {"runAsNonRoot": True}, False),
        ({}, {}, False),
    ],
)
def test_who_a_container_runs_as_is_its_own_setting_over_its_pods(
    own: Any, of_pod: Any, non_root: bool
) -> None:
    assert security(own, of_pod)["runAsNonRoot"] is non_root


@pytest.mark.parametrize(
    ("own", "escalates"),
    [
        ({}, True),
        ({"allowPrivilegeEscalation": True}, True),
        ({"allowPrivilegeEscalation": False}, False),
        ({"allowPrivilegeEscalation": False, "privileged": True}, True),
        ({"allowPrivilegeEscalation": False, "capabilities": {"add": ["CAP_SYS_ADMIN"]}}, True),
        ({"allowPrivilegeEscalation": False, "capabilities": {"add": ["NET_ADMIN"]}}, False),
    ],
)
def test_privileges_escalate_unless_it_is_forbidden_and_can_be(own: Any, escalates: bool) -> None:
    assert security(own)["allowPrivilegeEscalation"] is escalates


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ({"drop": ["all"]}, set()),
        ({"drop": ["ALL"], "add": ["cap_net_bind_service"]}, {"NET_BIND_SERVICE"}),
        ({"drop": ["NET_RAW"]}, DEFAULT_CAPABILITIES - {"NET_RAW"}),
        ({"add": ["SYS_TIME"]}, DEFAULT_CAPABILITIES | {"SYS_TIME"}),
        ({"add": ["ALL"], "drop": ["SYS_ADMIN"]}, ALL_CAPABILITIES - {"SYS_ADMIN"}),
        ({"drop": sorted(DEFAULT_CAPABILITIES)}, set()),
    ],
)
def test_capabilities_are_what_is_left_of_the_runtimes_defaults(asked: Any, granted: Any) -> None:
    assert set(security({"capabilities": asked})["capabilities"]["granted"]) == granted


def test_a_privileged_container_has_all_capabilities_and_no_seccomp() -> None:
    asked = {"drop": ["ALL"]}
    found = security({"privileged": True, "capabilities": asked}, {"seccompProfile": {"type": "X"}})
    assert set(found["capabilities"]["granted"]) == ALL_CAPABILITIES
    assert found["seccompProfile"] == {"type": "Unconfined"}


RUNTIME = {"type": "RuntimeDefault"}
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
OF_APP = "container.seccomp.security.alpha.kubernetes.io/app"


@pytest.mark.parametrize(
    ("own", "of_pod", "annotations", "profile"),
    [
        ({"seccompProfile": RUNTIME}, {"seccompProfile": {"type": "Unconfined"}}, {}, RUNTIME),
        ({}, {"seccompProfile": RUNTIME}, {}, RUNTIME),
        ({}, {}, {SECCOMP: "runtime/default"}, RUNTIME),
        ({}, {}, {SECCOMP: "docker/default"}, RUNTIME),
        ({}, {}, {SECCOMP: "unconfined", OF_APP: "runtime/default"}, RUNTIME),
        ({}, {}, {OF_APP: "localhost/a"}, {"type": "Localhost", "localhostProfile": "a"}),
        ({}, {}, {OF_APP: "nonsense"}, {"type": "Unconfined"}),
    ],
)
def test_seccomp_comes_from_the_nearest_field_or_annotation(
    own: Any, of_pod: Any, annotations: Any, profile: Any
) -> None:
    assert security(own, of_pod, annotations)["seccompProfile"] == profile


def test_a_sidecar_is_among_the_containers_in_either_place() -> None:
    log = container("log")
    for document in (
        pod(container(), log),
        pod(initContainers=[{**log, "restartPolicy": "Always"}, container("prepare")]),
    ):
        names = {one["name"] for one in effective(document)["containers"]}
        assert names == {"app", "log"}
    waiting = effective(pod(initContainers=[container("log")]))
    assert [one["name"] for one in waiting["containers"]] == ["app"]
    assert [one["name"] for one in waiting["initContainers"]] == ["log"]


PORTS = [{"name": "http", "containerPort": 8080}, {"name": "x", "containerPort": 9}]


@pytest.mark.parametrize("port", ["http", 8080, "8080"])
def test_a_probe_has_its_port_as_a_number_and_its_defaults(port: Any) -> None:
    found = first(pod(container(ports=PORTS, livenessProbe={"httpGet": {"port": port}})))
    assert found["livenessProbe"] == {
        "handler": "httpGet",
        "httpGet": {"path": "/", "scheme": "HTTP", "port": 8080},
        "initialDelaySeconds": 0,
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }


def test_a_port_of_a_name_that_no_container_port_has_stays_a_name() -> None:
    found = first(pod(container(ports=PORTS, readinessProbe={"tcpSocket": {"port": "web"}})))
    assert found["readinessProbe"]["tcpSocket"] == {"port": "web"}
    assert "livenessProbe" not in found


def test_a_mount_has_its_volumes_source_and_who_shares_it() -> None:
    volumes = [
        {"name": "any", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "logs", "emptyDir": {}},
        {"name": "conf", "configMap": {"name": "c"}},
        {"name": "ro", "persistentVolumeClaim": {"claimName": "d", "readOnly": True}},
    ]
    mounts = [
        {"name": name, "mountPath": f"/{name}/"} for name in ("any", "logs", "conf", "ro", "gone")
    ]
    log = container("log", volumeMounts=[{"name": "logs", "mountPath": "/var/log/app"}])
    one = container(volumeMounts=mounts)
    found = {
        mount["name"]: mount for mount in first(pod(one, log, volumes=volumes))["volumeMounts"]
    }
    assert found["any"] == {
        "name": "any",
        "mountPath": "/any",
        "subPath": "",
        "readOnly": False,
        "volume": {
            "name": "any",
            "persistentVolumeClaim": {"claimName": "data"},
            "mountedBy": ["app"],
        },
    }
    assert found["logs"]["volume"]["mountedBy"] == ["app", "log"]
    assert found["conf"]["readOnly"] and found["ro"]["readOnly"]
    assert found["gone"]["volume"] == {"mountedBy": ["app"]}


def test_a_stateful_sets_mount_leads_to_its_claim_template() -> None:
    one = container(volumeMounts=[{"name": "data", "mountPath": "/data"}])
    template = {"spec": {"containers": [one]}}
    claim = {"metadata": {"name": "data"}, "spec": {"storageClassName": "fast"}}
    document = {
        "kind": "StatefulSet",
        "spec": {"template": template, "volumeClaimTemplates": [claim]},
    }
    found = with_effective(document)["spec"]["template"]["spec"]["effective"]["containers"][0]
    assert found["volumeMounts"][0]["volume"]["volumeClaimTemplate"] == {"storageClassName": "fast"}


def test_images_commands_and_resources_are_worked_out() -> None:
    limits = {"cpu": "1", "memory": "1Gi"}
    one = container(
        command=["sh", "-c"],
        args=["sleep 1"],
        resources={"limits": limits, "requests": {"cpu": "0"}},
    )
    found = first(pod(one))
    assert found["image"] == "docker.io/library/nginx:latest"
    assert found["imagePullPolicy"] == "Always"
    assert first(pod(container(image="nginx:1.22")))["imagePullPolicy"] == "IfNotPresent"
    assert found["argv"] == ["sh", "-c", "sleep 1"]
    assert found["resources"]["requests"] == {"cpu": "0", "memory": "1Gi"}
    assert "argv" not in first(pod())


def test_pods_within_templates_of_every_depth_are_found() -> None:
    template = {"metadata": {}, "spec": {"containers": [container()]}}
    deployment = with_effective({"kind": "Deployment", "spec": {"template": template}})
    assert deployment["spec"]["template"]["spec"]["effective"]["containers"][0]["name"] == "app"
    job = {"spec": {"template": template}}
    cron = with_effective({"kind": "CronJob", "spec": {"jobTemplate": job}})
    inner = cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert inner["effective"]["restartPolicy"] == "Always"


def service(*ports: dict[str, Any], pods: Any = ()) -> list[dict[str, Any]]:
    document = {"kind": "Service", "spec": {"ports": list(ports)}}
    found: list[dict[str, Any]] = with_effective(document, lambda: pods)["spec"]["effective"][
        "ports"
    ]
    return found


def test_a_services_target_port_is_the_number_that_its_pods_give_the_name() -> None:
    here = [pod(container(ports=PORTS)), pod(container(ports=PORTS))]
    (named,) = service({"port": 80, "targetPort": "http"}, pods=here)
    assert named == {"port": 80, "targetPort": 8080, "targetPortName": "http", "protocol": "TCP"}
    other = [*here, pod(container(ports=[{"name": "http", "containerPort": 81}]))]
    assert service({"port": 80, "targetPort": "http"}, pods=other)[0]["targetPort"] == "http"
    assert service({"port": 80}, {"port": 81, "targetPort": "90"}) == [
        {"port": 80, "targetPort": 80, "protocol": "TCP"},
        {"port": 81, "targetPort": 90, "protocol": "TCP"},
    ]


def test_a_quota_has_one_name_for_each_resource() -> None:
    spec = {"hard": {"cpu": "1", "requests.memory": "1Gi", "pods": 4, "secrets": 3}}
    found = with_effective({"kind": "ResourceQuota", "spec": spec})["spec"]["effective"]["hard"]
    assert found == {
        "requests.cpu": "1",
        "requests.memory": "1Gi",
        "pods": 4,
        "count/secrets": 3,
    }


def test_items_of_one_type_of_a_limit_range_hold_together() -> None:
    limits = [
        {"type": "Pod", "max": {"cpu": "4"}},
        {
            "type": "Container",
            "default": {"cpu": "500m"},
            "max": {"cpu": "2"},
            "min": {"cpu": "1m"},
        },
        {
            "type": "Container",
            "default": {"memory": "1Gi"},
            "max": {"cpu": "1"},
            "min": {"cpu": "2m"},
        },
    ]
    found = with_effective({"kind": "LimitRange", "spec": {"limits": limits}})
    assert found["spec"]["effective"]["limits"][1] == {
        "type": "Container",
        "default": {"cpu": "500m", "memory": "1Gi"},
        "max": {"cpu": "1"},
        "min": {"cpu": "2m"},
    }


def test_a_secrets_data_is_read() -> None:
    data = {"a": base64.b64encode(b"harbour\n").decode(), "b": base64.b64encode(b"\xff").decode()}
    found = with_effective({"kind": "Secret", "data": data})["effective"]["data"]
    assert found == {"a": "harbour\n", "b": "/w=="}


def test_other_documents_are_left_as_they_are() -> None:
    documents: list[Any] = [
        {"kind": "ConfigMap", "data": {}},
        {"spec": 3},
        [1],
        "text",
        {"spec": {}},
    ]
    for document in documents:
        assert with_effective(document) == document


def test_only_expectations_that_lead_there_ask_for_it() -> None:
    assert asks_for_effective({"spec.effective.containers[any]": {"has": {"image": "x"}}})
    assert asks_for_effective({"spec": {"has": {"effective.hostPID": False}}})
    assert not asks_for_effective({"spec.replicas": 3})


FIELDS: dict[str, Any] = {
    "runAsUser": 1000,
    "runAsGroup": 2000,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


@given(st.sets(st.sampled_from(sorted(FIELDS))), st.randoms(use_true_random=False))
def test_a_setting_means_the_same_on_the_pod_and_on_each_container(
    names: set[str], choose: Random
) -> None:
    def result(on_pod: set[str]) -> Any:
        own = {name: FIELDS[name] for name in names - on_pod}
        document = pod(
            container(securityContext=own), securityContext={name: FIELDS[name] for name in on_pod}
        )
        return first(document)["securityContext"]

    split = {name for name in names if choose.random() < 0.5}
    assert result(set()) == result(names) == result(split)


CAPABILITIES = st.sets(st.sampled_from(sorted(ALL_CAPABILITIES)), max_size=5)


@given(CAPABILITIES, CAPABILITIES, st.randoms(use_true_random=False))
def test_the_spelling_of_capabilities_never_matters(
    add: set[str], drop: set[str], choose: Random
) -> None:
    def spelt(names: set[str]) -> list[str]:
        listed = [f"CAP_{name}" if choose.random() < 0.5 else name for name in names]
        choose.shuffle(listed)
        return [name.lower() if choose.random() < 0.5 else name for name in listed]

    def found() -> Any:
        return security({"capabilities": {"add": spelt(add), "drop": spelt(drop)}})["capabilities"]

    assert found() == found()
    assert not drop & set(found()["granted"])


@given(st.permutations(["app", "log", "more"]), st.randoms(use_true_random=False))
def test_order_and_names_of_volumes_and_containers_never_matter(
    order: list[str], choose: Random
) -> None:
    name = choose.choice(["v1", "data", "x"])
    containers = [
        container(one, volumeMounts=[{"name": name, "mountPath": "/data"}] if one != "more" else [])
        for one in order
    ]
    volumes = [
        {"name": "z", "emptyDir": {}},
        {"name": name, "persistentVolumeClaim": {"claimName": "d"}},
    ]
    choose.shuffle(volumes)
    found = effective(pod(*containers, volumes=volumes))
    app = next(one for one in found["containers"] if one["name"] == "app")
    (mount,) = app["volumeMounts"]
    assert mount["volume"]["persistentVolumeClaim"] == {"claimName": "d"}
    assert set(mount["volume"]["mountedBy"]) == {"app", "log"}
