"""The virtual key `effective`: what an object comes to, its defaults, names and layers resolved.

Never in Kubernetes itself; paths of checks walk it: `spec.template.spec.effective.containers[…]`.
The object itself is left as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.kubernetes.api import Object
from grader.kubernetes.effective_objects import (
    effective_limit_range,
    effective_quota,
    effective_secret,
    effective_service,
)
from grader.kubernetes.effective_pod import effective_pod
from grader.kubernetes.objects import is_going, labels
from grader.round import Round

KEY = "effective"

Pods = Callable[[], Sequence[Object]]
"""Reads the pods that a Service may select, when they are needed."""


def asks_for_effective(expectations: object) -> bool:
    """Whether a path may lead there, be it within `has`."""
    return KEY in str(expectations)


def with_effective(document: Any, pods: Pods = lambda: ()) -> Any:
    """The same document with the key `effective` wherever there is something to resolve."""
    if not isinstance(document, Mapping) or not isinstance(document.get("spec", {}), Mapping):
        return document
    kind, spec = document.get("kind"), document.get("spec") or {}
    if kind == "Service":
        return {**document, "spec": {**spec, KEY: effective_service(spec, pods)}}
    if kind == "ResourceQuota":
        return {**document, "spec": {**spec, KEY: effective_quota(spec)}}
    if kind == "LimitRange":
        return {**document, "spec": {**spec, KEY: effective_limit_range(spec)}}
    if kind == "Secret":
        return {**document, KEY: effective_secret(document)}
    return _with_pod_spec(document, spec.get("volumeClaimTemplates") or ())


def _with_pod_spec(holder: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> Any:
    """`holder`: a pod, a template, or an object with a template below it."""
    spec = holder.get("spec")
    if not isinstance(spec, Mapping):
        return holder
    if isinstance(spec.get("containers"), list):
        metadata = holder.get("metadata") or {}
        return {**holder, "spec": {**spec, KEY: effective_pod(spec, metadata, claims)}}
    for below in ("template", "jobTemplate"):
        if isinstance(spec.get(below), Mapping):
            return {**holder, "spec": {**spec, below: _with_pod_spec(spec[below], claims)}}
    return holder


def effective_view(item: Object, expectations: object, round_: Round) -> Object:
    """The object as paths walk it; nothing is read that they do not ask for."""
    if not asks_for_effective(expectations):
        return item
    found: Object = with_effective(item, lambda: _selected_pods(item, round_))
    return found


def _selected_pods(service: Object, round_: Round) -> Sequence[Object]:
    selector = (service.get("spec") or {}).get("selector") or {}
    namespace = service["metadata"].get("namespace", "")
    return tuple(
        pod
        for pod in round_.objects("Pod", "v1", namespace)
        if selector and selector.items() <= labels(pod).items() and not is_going(pod)
    )
