"""A server that is away, slow or back again while something is judged."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from cluster.native.api_server import NativeApi
from grader.grade import Grader
from grader.kubernetes.api import ApiUnreachable
from grader.kubernetes.client import KubernetesApi
from grader.live_source import ApiLink
from grader.verdict import CriterionResult, Verdict
from tests.grader.sample_lab import criterion, lab, step
from tests.live.native.conftest import put_into

CONFIG = {"kind": "ConfigMap", "namespace": "default", "name": "late"}
PATH = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def link(mortal_server: NativeApi) -> ApiLink:
    return ApiLink(mortal_server)


def grader(server: NativeApi, link: ApiLink, eventually: float, name: str = "late") -> Grader:
    one = criterion("c", "resource", **{**CONFIG, "name": name})
    return Grader(lab(step("one", replace(one, eventually=eventually))), server, {}, (), link)


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_a_server_that_stays_away_is_unknown_and_costs_nothing(
    mortal_server: NativeApi, link: ApiLink
) -> None:
    link.api().objects("Namespace", "", "")
    mortal_server.server.end()
    try:
        result = grader(mortal_server, link, eventually=2).grade().steps[0].results[0]
    finally:
        mortal_server.start_server()
    assert result.verdict is Verdict.UNKNOWN
    assert "the API server does not answer" in result.evidence.why
    assert "costs nothing" in result.evidence.why


def test_a_server_that_comes_back_in_time_is_judged_by_what_it_holds(
    mortal_server: NativeApi, link: ApiLink
) -> None:
    """The connections that were kept from before are no hindrance."""
    put_into(KubernetesApi(mortal_server.api()), PATH, "late")
    link.api().objects("Namespace", "", "")
    mortal_server.server.end()
    with meanwhile(mortal_server.start_server):
        result = grader(mortal_server, link, eventually=30).grade().steps[0].results[0]
    assert result.verdict is Verdict.PASSED
    assert 0.3 < result.seconds < 20


def test_a_server_that_comes_back_can_also_fail(mortal_server: NativeApi, link: ApiLink) -> None:
    mortal_server.server.end()
    with meanwhile(mortal_server.start_server):
        judged = grader(mortal_server, link, eventually=5, name="never").grade()
    result = judged.steps[0].results[0]
    assert (result.verdict, result.evidence.why) == (
        Verdict.FAILED,
        "there is no ConfigMap default/never",
    )


def test_a_kept_connection_to_a_server_that_has_restarted_is_replaced(
    mortal_server: NativeApi,
) -> None:
    api = KubernetesApi(mortal_server.api())
    before = len(api.objects("Namespace", "", ""))
    mortal_server.server.end()
    mortal_server.start_server()
    assert len(api.objects("Namespace", "", "")) == before
    api.close()


def test_a_server_that_hangs_is_unreachable_within_the_time_limit(
    mortal_server: NativeApi,
) -> None:
    api = KubernetesApi(mortal_server.api(), time_scale=0.2)
    api.objects("Namespace", "", "")
    mortal_server.server.freeze()
    try:
        with pytest.raises(ApiUnreachable, match="does not answer in time"):
            api.objects("Namespace", "", "")
    finally:
        mortal_server.server.thaw()
    assert api.objects("Namespace", "", "")
    api.close()


def test_a_slow_answer_is_an_answer(mortal_server: NativeApi) -> None:
    api = KubernetesApi(mortal_server.api())
    mortal_server.server.freeze()
    timer = threading.Timer(1.0, mortal_server.server.thaw)
    timer.start()
    try:
        assert api.objects("Namespace", "", "")
    finally:
        timer.join()
        api.close()


def test_a_server_without_its_store_cannot_be_looked_at(mortal_server: NativeApi) -> None:
    """It answers with an error of its own: also to a review, which is no refusal then."""
    api = KubernetesApi(mortal_server.api(), time_scale=0.2)
    review = {"spec": {"user": "ann", "nonResourceAttributes": {"path": "/x", "verb": "get"}}}
    mortal_server.etcd.freeze()
    try:
        with pytest.raises(ApiUnreachable):
            api.objects("ConfigMap", "", "default")
        with pytest.raises(ApiUnreachable):
            api.request("GET", "/healthz/etcd", None, "", ())
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        assert api.request("POST", path, review, "", ()).status == 201, "answered from memory"
    finally:
        mortal_server.etcd.thaw()
    assert api.objects("ConfigMap", "", "kube-system") is not None
    api.close()


def test_one_unknown_does_not_outlive_the_trouble(mortal_server: NativeApi, link: ApiLink) -> None:
    told: list[CriterionResult] = []
    put_into(KubernetesApi(mortal_server.api()), PATH, "there")
    judge = grader(mortal_server, link, eventually=0, name="there")
    assert judge.grade(on_result=told.append).exit_code == 0
    mortal_server.server.end()
    assert judge.grade(on_result=told.append).exit_code == 2
    mortal_server.start_server()
    assert judge.grade(on_result=told.append).exit_code == 0
    assert [one.verdict.value for one in told] == ["PASSED", "UNKNOWN", "PASSED"]
