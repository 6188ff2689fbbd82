"""Connections by our own scripts, on this machine: pods are made of files that look like /proc."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cluster.node import CommandResult
from grader.nodes.connections import Outcome, Target, try_connections
from grader.nodes.pod_network import Place, place_of_node, place_of_pod
from grader.verdict import Finding, Verdict
from labs.checks.connect import ConnectCheck
from tests.grader.fakes import FakeNode, TreeNode, World, passes, why, world
from tests.grader.kubernetes_objects import pod, service

ROUTE = "     |-- {ip}\n        /32 host LOCAL\n"


@pytest.fixture
def port() -> Iterator[int]:
    """A server on this machine that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def node(root: Path) -> TreeNode:
    """Its pods are entered by doing nothing."""
    made = TreeNode(root)
    made.program("nsenter", '[ "$1" = -t ] && echo "$2" >>"$HOME/entered"; shift 3; exec "$@"')
    return made


def process(made: TreeNode, number: int, uid: str, ip: str = "127.0.0.1") -> None:
    group = uid.replace("-", "_")
    made.write(f"/proc/{number}/cgroup", f"0::/kubepods.slice/kubepods-pod{group}.slice/x.scope\n")
    made.write(f"/proc/{number}/net/fib_trie", ROUTE.format(ip=ip))
    made.write(f"/proc/{number}/net/if_inet6", "")


def running(name: str, ip: str = "127.0.0.1", **changes: Any) -> dict[str, Any]:
    made = pod(name, node="n1", **{"uid": f"00-{name}-7", "labels": {"app": name}} | changes)
    made["status"]["podIP"] = ip
    return made


def attempts(made: TreeNode, place: Place, *targets: Target) -> list[Outcome]:
    round_ = world(nodes=[made]).around().round
    found = try_connections(round_, {place: targets}, 0.3)
    return [found[place, target].outcome for target in targets]


def test_a_connection_is_open_or_refused(tmp_path: Path, port: int, closed: int) -> None:
    targets = [Target("TCP", "127.0.0.1", one) for one in (port, closed)]
    found = attempts(node(tmp_path), place_of_node("n1"), *targets)
    assert found == [Outcome.OPEN, Outcome.REFUSED]


def test_a_server_that_says_nothing_is_not_waited_for(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        at = full.getsockname()
        with closing(socket.create_connection(at)):
            silent = Target("TCP", "127.0.0.1", at[1])
            found = attempts(
                node(tmp_path), place_of_node("n1"), silent, Target("TCP", "127.0.0.1", port)
            )
    assert found == [Outcome.TIMEOUT, Outcome.OPEN]


def test_a_udp_server_is_reached_when_it_answers(tmp_path: Path, closed: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def answer() -> None:
            data, sender = server.recvfrom(100)
            server.sendto(b"\0" + data, sender)

        thread = threading.Thread(target=answer)
        thread.start()
        at = Target("UDP", "127.0.0.1", server.getsockname()[1], b"a\nb\0c")
        assert attempts(node(tmp_path), place_of_node("n1"), at) == [Outcome.OPEN]
        thread.join()
        assert attempts(node(tmp_path), place_of_node("n1"), at) == [Outcome.TIMEOUT]
    nobody = Target("UDP", "127.0.0.1", closed, b"x")
    assert attempts(node(tmp_path), place_of_node("n1"), nobody) == [Outcome.REFUSED]


def test_the_process_that_is_entered_has_the_pods_address(tmp_path: Path, port: int) -> None:
    made = node(tmp_path)
    process(made, 10, "00-web-7", ip="127.0.0.11")
    process(made, 11, "00-web-7")
    process(made, 9, "00-other-7")
    place = place_of_pod(running("web"))
    assert attempts(made, place, Target("TCP", "127.0.0.1", port)) == [Outcome.OPEN]
    assert (tmp_path / "entered").read_text() == "11\n"


def matrix(port: int, **changes: Any) -> dict[str, Any]:
    return {
        "clients": {"web": {"namespace": "shop", "selector": "app=web"}, "node": {"node": "n1"}},
        "servers": {"db": {"namespace": "shop", "selector": "app=db", "port": port}},
        "expect": {"web": {"db": "allow"}, "node": {"db": "allow"}},
    } | changes


def here(root: Path, *items: dict[str, Any]) -> World:
    made = node(root)
    process(made, 11, "00-web-7")
    process(made, 12, "00-db-7")
    found = world(*(items or (running("web"), running("db"))), nodes=[made])
    found.cluster.time_scale = 0.3
    return found


def look(found: World, port: int, **changes: Any) -> Finding:
    return found.look("connect", **matrix(port, **changes))


def test_what_is_to_be_reached_and_is_passes(tmp_path: Path, port: int) -> None:
    assert passes(look(here(tmp_path), port))


def test_what_is_not_reached_fails_with_the_kernels_word(tmp_path: Path, closed: int) -> None:
    assert why(look(here(tmp_path), closed)) == (
        f"pod shop/web → pod shop/db TCP {closed}: connection refused"
    )


def denial(open_port: int, closed_port: int, wanted: str = "deny") -> dict[str, Any]:
    """`web` reaches `api`, and not `db`."""
    return {
        "clients": {"web": {"namespace": "shop", "selector": "app=web"}},
        "servers": {
            "db": {"namespace": "shop", "selector": "app=db", "port": closed_port},
            "api": {"ip": "127.0.0.1", "port": open_port},
        },
        "expect": {"web": {"db": wanted, "api": "allow"}},
    }


def test_a_denial_of_a_server_that_does_not_even_hear_itself_fails(
    tmp_path: Path, port: int, closed: int
) -> None:
    found = here(tmp_path).look("connect", **denial(port, closed))
    assert why(found) == (
        f"pod shop/db does not listen at TCP {closed} even for itself (connection refused), "
        "so no denial counts"
    )


def test_a_connection_that_must_not_be_fails(tmp_path: Path, port: int) -> None:
    found = here(tmp_path).look("connect", **denial(port, port))
    assert why(found) == f"pod shop/web → pod shop/db TCP {port}: connected, but this must not be"


def scripted(*lines: str) -> World:
    """A network of which we say what it does."""
    said = "\n".join(lines)
    made = FakeNode("n1", lambda argv, stdin: CommandResult(0, said, ""))
    return world(running("web"), running("db", ip="127.0.0.2"), nodes=[made])


def test_a_denial_beside_both_controls_passes() -> None:
    """Targets are numbered in the order of the matrix; the last client is the server itself."""
    denied = scripted("0 1 open", "0 end", "1 0 open", "1 end")
    assert passes(denied.look("connect", **denial(80, 81)))
    assert passes(denied.look("connect", **denial(80, 81, "timeout")))
    assert why(denied.look("connect", **denial(80, 81, "refused"))) == (
        "pod shop/web → pod shop/db TCP 81: no answer, not refused"
    )


def test_a_client_that_reaches_nothing_proves_nothing() -> None:
    dead = scripted("0 end", "1 0 open", "1 end")
    assert why(dead.look("connect", **denial(80, 81))) == (
        "pod shop/web → 127.0.0.1 TCP 80: no answer"
    )


def test_a_refusal_on_the_way_is_a_refusal() -> None:
    rejected = scripted("0 0 No route to host", "0 1 open", "0 end", "1 0 open", "1 end")
    assert passes(rejected.look("connect", **denial(80, 81, "refused")))
    assert why(rejected.look("connect", **denial(80, 81, "timeout"))).endswith(
        "no route to host, not a timeout"
    )


def test_a_network_that_cannot_be_entered_is_unknown() -> None:
    for said in (("0 lost", "1 end"), ("0 0 bash: too many open files", "0 end", "1 end"), ()):
        found = scripted(*said).look("connect", **denial(80, 81))
        assert found.verdict is Verdict.UNKNOWN


def test_a_lost_node_is_unknown() -> None:
    lost = world(running("web"), running("db"), nodes=[FakeNode("n1", lost=True)])
    assert lost.look("connect", **denial(80, 81)).verdict is Verdict.UNKNOWN


def test_an_empty_selection_and_a_pod_that_is_not_ready_fail(tmp_path: Path, port: int) -> None:
    only = here(tmp_path, running("web"))
    assert why(look(only, port)) == "there is no Pod in shop with app=db"
    sick = here(tmp_path, running("web"), running("db", ready=False, waiting="CrashLoopBackOff"))
    assert why(look(sick, port)) == "pod shop/db is not Ready: CrashLoopBackOff"


def test_a_service_is_reached_at_its_own_port(tmp_path: Path, port: int) -> None:
    svc = service("db", "127.0.0.1")
    svc["spec"]["ports"] = [{"name": "sql", "port": port, "targetPort": 5432}]
    found = here(tmp_path, running("web"), svc)
    servers = {"db": {"namespace": "shop", "service": "db", "port": "sql"}}
    assert passes(look(found, port, servers=servers))
    other = {"db": {**servers["db"], "port": "http"}}
    assert why(look(found, port, servers=other)) == "Service shop/db has no TCP port http"


def test_a_port_is_found_by_the_name_that_the_pod_gives_it(tmp_path: Path, port: int) -> None:
    db = running("db", containers=[{"ports": [{"name": "sql", "containerPort": port}]}])
    found = here(tmp_path, running("web"), db)
    servers = {"db": {"namespace": "shop", "selector": "app=db", "port": "sql"}}
    assert passes(look(found, port, servers=servers))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"expect": {"web": {"db": "deny"}, "node": {"db": "allow"}}}, "what else web reaches"),
        ({"servers": {"db": {"ip": "::1", "port": 53, "protocol": "UDP"}}}, ""),
        ({"servers": {"db": {"ip": "::1", "port": 54, "protocol": "UDP"}}}, "needs `send`"),
        ({"clients": {"web": {"namespace": "shop", "labels": {}, "selector": "a"}}}, "fresh pod"),
        ({"clients": {"web": {"namespace": "shop", "every_node": True}}}, "give labels"),
    ],
)
def test_a_matrix_that_proves_nothing_is_refused(changes: Any, complaint: str) -> None:
    if not complaint:
        ConnectCheck.model_validate(matrix(80, **changes))
        return
    with pytest.raises(ValidationError, match=complaint):
        ConnectCheck.model_validate(matrix(80, **changes))


def test_a_denial_of_an_address_needs_somebody_who_reaches_it() -> None:
    bad = denial(80, 81)
    bad["servers"]["db"] = {"ip": "169.254.169.254", "port": 80}
    with pytest.raises(ValidationError, match="say who reaches db"):
        ConnectCheck.model_validate(bad)
