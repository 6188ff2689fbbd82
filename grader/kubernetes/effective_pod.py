"""What a pod's spec comes to: sidecars among the containers, defaults and names resolved. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from grader.kubernetes.effective_security import container_security
from grader.kubernetes.probes import effective_probe
from grader.meaning.image_reference import parse_image

_READ_ONLY_SOURCES = ("configMap", "secret", "downwardAPI", "projected", "image")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
Spec = Mapping[str, Any]


def effective_pod(spec: Spec, metadata: Spec, claims: Sequence[Spec] = ()) -> dict[str, Any]:
    """`metadata`: of the pod or template, for annotations; `claims`: a StatefulSet's templates."""
    init = spec.get("initContainers") or []
    volumes = _volumes(spec, claims)
    mounted = _mounted_by(spec)

    def container(item: Spec) -> dict[str, Any]:
        return _container(item, spec, metadata, (volumes, mounted))

    return {
        "containers": [container(one) for one in [*_listed(spec), *filter(is_sidecar, init)]],
        "initContainers": [container(one) for one in init if not is_sidecar(one)],
        "volumes": [{**one, "mountedBy": mounted.get(name, [])} for name, one in volumes.items()],
        "restartPolicy": spec.get("restartPolicy") or "Always",
        "serviceAccountName": _service_account(spec),
        "automountServiceAccountToken": spec.get("automountServiceAccountToken") is not False,
        "terminationGracePeriodSeconds": spec.get("terminationGracePeriodSeconds", 30),
        "dnsPolicy": spec.get("dnsPolicy") or "ClusterFirst",
        **{key: bool(spec.get(key)) for key in ("hostNetwork", "hostPID", "hostIPC")},
    }


def is_sidecar(container: Spec) -> bool:
    """An init container that is started before the others, and kept running."""
    return container.get("restartPolicy") == "Always"


def _listed(spec: Spec) -> list[Spec]:
    return [one for one in spec.get("containers") or [] if isinstance(one, Mapping)]


def _service_account(spec: Spec) -> str:
    return str(spec.get("serviceAccountName") or spec.get("serviceAccount") or "default")


def _volumes(spec: Spec, claims: Sequence[Spec]) -> dict[str, dict[str, Any]]:
    found = {str(one.get("name")): dict(one) for one in spec.get("volumes") or []}
    for claim in claims:
        name = str((claim.get("metadata") or {}).get("name"))
        found[name] = {"name": name, "volumeClaimTemplate": dict(claim.get("spec") or {})}
    return found


def _mounted_by(spec: Spec) -> dict[str, list[str]]:
    """Names of containers by the volume that they mount."""
    found: dict[str, list[str]] = {}
    for container in [*_listed(spec), *(spec.get("initContainers") or [])]:
        for mount in container.get("volumeMounts") or []:
            names = found.setdefault(str(mount.get("name")), [])
            if container.get("name") not in names:
                names.append(str(container.get("name")))
    return found


def _container(
    item: Spec,
    spec: Spec,
    metadata: Spec,
    storage: tuple[dict[str, dict[str, Any]], dict[str, list[str]]],
) -> dict[str, Any]:
    ports = [
        {**one, "protocol": one.get("protocol") or "TCP"}
        for one in item.get("ports") or []
        if isinstance(one, Mapping)
    ]
    image = _image(item.get("image"))
    probes = {name: effective_probe(item[name], ports) for name in _PROBES if item.get(name)}
    words = [*(item.get("command") or []), *(item.get("args") or [])]
    return {
        **{key: value for key, value in item.items() if key not in _PROBES},
        "image": image,
        "imagePullPolicy": item.get("imagePullPolicy") or _pull_policy(image),
        **({"argv": words} if words else {}),
        "ports": ports,
        "resources": _resources(item.get("resources") or {}),
        "securityContext": container_security(item, spec, metadata),
        "volumeMounts": [_mount(one, storage) for one in item.get("volumeMounts") or []],
        "sidecar": is_sidecar(item),
        **probes,
    }


def _image(text: object) -> str:
    """`docker.io/library/nginx:latest`."""
    found = parse_image(text)
    if found is None:
        return str(text or "")
    tag, digest = f":{found.tag}" if found.tag else "", f"@{found.digest}" if found.digest else ""
    return f"{found.registry}/{found.repository}{tag}{digest}"


def _pull_policy(image: str) -> str:
    return "Always" if image.endswith(":latest") else "IfNotPresent"


def _resources(resources: Spec) -> dict[str, Any]:
    """What is limited and not requested is requested, as the API server has it for pods."""
    limits = dict(resources.get("limits") or {})
    return {
        **resources,
        "limits": limits,
        "requests": {**limits, **(resources.get("requests") or {})},
    }


def _mount(
    mount: Spec, storage: tuple[dict[str, dict[str, Any]], dict[str, list[str]]]
) -> dict[str, Any]:
    volumes, mounted = storage
    name = str(mount.get("name"))
    volume = volumes.get(name, {})
    path = str(mount.get("mountPath") or "")
    return {
        **mount,
        "mountPath": path.rstrip("/") or path[:1],
        "subPath": mount.get("subPath") or "",
        "readOnly": bool(mount.get("readOnly")) or _is_read_only(volume),
        "volume": {**volume, "mountedBy": mounted.get(name, [])},
    }


def _is_read_only(volume: Spec) -> bool:
    sources = [value for value in volume.values() if isinstance(value, Mapping)]
    return any(name in volume for name in _READ_ONLY_SOURCES) or any(
        source.get("readOnly") is True for source in sources
    )
