"""Ready means: the condition says so, and the lease was renewed after the moment that counts."""

import datetime
from typing import Any

import pytest

from cluster import readiness
from cluster.node import ApiAccess
from cluster.readiness import NotReady, ready_nodes, wait_ready
from labs.deadline import Deadline

API = ApiAccess("https://127.0.0.1:1", "kubernetes", "ca", "cert", "key")
RESUMED = datetime.datetime(2026, 11, 20, 12, 0, 0, tzinfo=datetime.UTC)


def cluster(**nodes: tuple[str, str]) -> dict[str, Any]:
    """Name to (status of the Ready condition, time of the lease)."""
    return {
        "nodes": {
            "items": [
                {
                    "metadata": {"name": name},
                    "status": {"conditions": [{"type": "Ready", "status": status}]},
                }
                for name, (status, _) in nodes.items()
            ]
        },
        "leases": {
            "items": [
                {"metadata": {"name": name}, "spec": {"renewTime": renewed} if renewed else {}}
                for name, (_, renewed) in nodes.items()
            ]
        },
    }


def answer_with(monkeypatch: pytest.MonkeyPatch, *answers: dict[str, Any]) -> None:
    """Each look at the leases goes on to the next answer; the last one stays."""
    left = list(answers)
    present = left[0]

    def get(api: ApiAccess, path: str) -> Any:
        nonlocal present
        if path.endswith("leases"):
            present = left.pop(0) if len(left) > 1 else left[0]
        return present["leases" if path.endswith("leases") else "nodes"]

    monkeypatch.setattr(readiness, "get", get)


def test_a_node_whose_lease_is_older_than_the_resume_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(
        monkeypatch,
        cluster(
            fresh=("True", "2026-11-20T12:00:00.500000Z"),
            stale=("True", "2026-11-20T11:59:59.900000Z"),
            never=("True", ""),
            unwell=("False", "2026-11-20T12:00:01.000000Z"),
        ),
    )
    assert ready_nodes(API, RESUMED) == {"fresh"}


def test_waiting_tells_of_each_node_once_as_it_becomes_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = "2026-11-20T11:00:00.000000Z", "2026-11-20T12:00:05.000000Z"
    answer_with(
        monkeypatch,
        cluster(one=("True", new), two=("True", old)),
        cluster(one=("True", new), two=("True", new)),
    )
    told: list[str] = []
    wait_ready(API, 2, RESUMED, Deadline.after(20), told.append)
    assert told == ["one", "two"]


def test_the_last_reason_is_given_when_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, cluster(one=("True", "2026-11-20T12:00:05.000000Z")))
    with pytest.raises(NotReady, match="Ready: one of 3"):
        wait_ready(API, 3, RESUMED, Deadline.after(0))


def test_an_api_server_that_does_not_answer_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(api: ApiAccess, path: str) -> Any:
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(readiness, "get", refuse)
    with pytest.raises(NotReady, match=r"does not answer \(refused\)"):
        wait_ready(API, 1, RESUMED, Deadline.after(0))
