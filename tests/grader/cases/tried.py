"""What LimitRanges and ResourceQuotas of a world make of a pod, as the API server does it.

Only of a pod with limits of its containers; tests/live/native/test_access.py has the real words.
"""

import copy
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from grader.meaning.quantity import parse_quantity

Item = dict[str, Any]


def make_for_trial(items: Sequence[Item], body: Item) -> dict[str, Any]:
    made = copy.deepcopy(body)
    space, name = made["metadata"]["namespace"], made["metadata"]["name"]
    here = [item for item in items if item["metadata"].get("namespace") == space]
    limits = [
        limit
        for item in here
        if item["kind"] == "LimitRange"
        for limit in item["spec"]["limits"]
        if limit["type"] == "Container"
    ]
    for container in made["spec"]["containers"]:
        _fill_in(container.setdefault("resources", {}), limits)
    wrong = _above(made, limits) or _beyond_quota(made, here)
    if not wrong:
        return {"status": 201, "body": made}
    said = f'pods "{name}" is forbidden: {wrong}'
    status = {"kind": "Status", "reason": "Forbidden", "code": 403, "message": said}
    return {"status": 403, "body": status}


def _fill_in(resources: Item, limits: Sequence[Item]) -> None:
    for limit in limits:
        given = {"limits": limit.get("default"), "requests": limit.get("defaultRequest")}
        for kind, values in given.items():
            if values:
                resources[kind] = {**values, **resources.get(kind, {})}
    for key, value in (resources.get("limits") or {}).items():
        resources.setdefault("requests", {}).setdefault(key, value)


def _above(pod: Item, limits: Sequence[Item]) -> str:
    for limit in limits:
        for key, most in (limit.get("max") or {}).items():
            for container in pod["spec"]["containers"]:
                asked = (container["resources"].get("limits") or {}).get(key)
                if asked is not None and _number(asked) > _number(most):
                    return f"maximum {key} usage per Container is {most}, but limit is {asked}"
    return ""


def _beyond_quota(pod: Item, here: Sequence[Item]) -> str:
    for quota in here:
        if quota["kind"] != "ResourceQuota":
            continue
        used = (quota.get("status") or {}).get("used") or {}
        for key, most in quota["spec"]["hard"].items():
            asked = _asked(pod, key)
            if asked is None:
                return f"failed quota: {quota['metadata']['name']}: must specify {key}"
            if asked + _number(used.get(key, "0")) > _number(most):
                return (
                    f"exceeded quota: {quota['metadata']['name']}, requested: {key}={asked}, "
                    f"used: {key}={used.get(key, '0')}, limited: {key}={most}"
                )
    return ""


def _asked(pod: Item, key: str) -> Fraction | None:
    """What a pod takes of a quota's key; `cpu` is `requests.cpu`."""
    if key == "pods":
        return Fraction(1)
    kind, _, name = key.rpartition(".")
    values = [one["resources"].get(kind or "requests") or {} for one in pod["spec"]["containers"]]
    if any(name not in one for one in values):
        return None
    return sum((_number(one[name]) for one in values), Fraction(0))


def _number(value: Any) -> Fraction:
    found = parse_quantity(value)
    assert found is not None, value
    return Fraction(found)
