"""One real API server without nodes for all these tests; each test has a namespace of its own."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cluster import image
from cluster.native.api_server import NativeApi
from grader.judgement import Case
from grader.kubernetes.client import KubernetesApi
from grader.live_source import ApiLink, LiveSource
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding
from grader.waves import look_once
from tests.grader.sample_lab import criterion

Look = Callable[..., Finding]
Put = Callable[..., Any]

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def connections_are_let_go(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made: list[KubernetesApi] = []
    make = KubernetesApi.__init__

    def noted(self: KubernetesApi, *args: Any, **more: Any) -> None:
        make(self, *args, **more)
        made.append(self)

    monkeypatch.setattr(KubernetesApi, "__init__", noted)
    yield
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def server() -> Iterator[NativeApi]:
    with NativeApi(image.build()) as found:
        yield found


@pytest.fixture(scope="module")
def mortal_server() -> Iterator[NativeApi]:
    """One that a test may stop, as long as it starts it again."""
    with NativeApi(image.build()) as found:
        yield found


@pytest.fixture
def api(server: NativeApi) -> Iterator[KubernetesApi]:
    found = KubernetesApi(server.api())
    yield found
    found.close()


@pytest.fixture
def put(api: KubernetesApi) -> Put:
    """Makes an object, which must work, and gives it as the server has it."""

    def make(path: str, name: str, **body: Any) -> Any:
        return put_into(api, path, name, **body)

    return make


def put_into(api: KubernetesApi, path: str, name: str, **body: Any) -> Any:
    document = {"metadata": {"name": name}, **body}
    answer = api.request("POST", path, document, "", ())
    assert answer.status == 201, answer.body
    return answer.body


@pytest.fixture
def namespace(put: Put) -> str:
    name = f"test-{next(_numbers)}"
    put("/api/v1/namespaces", name)
    return name


@pytest.fixture
def look(server: NativeApi) -> Look:
    """One look of a check, with the server as it is now."""
    link = ApiLink(server)

    def once(check: str, **args: Any) -> Finding:
        round_ = Round(LiveSource(server, link))
        case = Case("step", criterion("c", check, **args))
        return look_once(case, Surroundings(round_, patient=False))

    return once
