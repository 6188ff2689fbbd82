import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.checks.etcd import baseline
from grader.checks.etcd import look as look_at
from grader.recording import RecordedSource, record_answers
from grader.round import Round
from grader.surroundings import Surroundings
from grader.verdict import Finding, Verdict
from labs.checks.etcd import EtcdCheck, EtcdKeys
from tests.grader.fakes import UNREACHABLE, FakeNode, World, passes, why, world
from tests.grader.mirror_pods import FOLDER, run_kubelet
from tests.grader.proc_tree import ProcNode, pod_group

FLAGS = (
    "--name=k8s-master",
    "--data-dir=/var/lib/etcd",
    "--listen-client-urls=https://127.0.0.1:2379,https://192.168.52.200:2379",
    "--client-cert-auth=true",
    "--cert-file=/pki/server.crt",
    "--key-file=/pki/server.key",
    "--trusted-ca-file=/pki/ca.crt",
)
_ETCDCTL = """
case "$*" in
  *"--cacert "*"/pki/ca.crt --cert "*"/pki/server.crt --key "*"/pki/server.key "*) ;;
  *) echo "no certificate in $*" >&2; exit 1;;
esac
shift 14
case "$1 $2" in
  "member list") name=members;;
  "endpoint status") name=status;;
  "endpoint hashkv") name=hash; [ "$5" = 600 ] || name=none;;
  "alarm list") name=alarms;;
  *) name=$(printf %s "$2" | tr / _);;
esac
cat "$HOME/answers/$name" 2>/dev/null || echo '{"header":{"revision":600}}'
[ ! -e "$HOME/answers/$name.fails" ]
"""


def member(number: int = 1, **changes: Any) -> dict[str, Any]:
    host = f"192.168.52.20{number - 1}"
    made = {
        "ID": number,
        "name": "k8s-master" if number == 1 else f"n{number}",
        "peerURLs": [f"https://{host}:2380"],
        "clientURLs": [f"https://{host}:2379"],
    }
    return {key: value for key, value in {**made, **changes}.items() if value}


def status(number: int = 1, leader: int = 1, revision: int = 600) -> dict[str, Any]:
    header = {"cluster_id": 7, "member_id": number, "revision": revision}
    return {"Endpoint": "x", "Status": {"header": header, "version": "3.4.23", "leader": leader}}


def digest(number: int = 1, value: int = 11, compacted: int = 585) -> dict[str, Any]:
    found = {"header": {"member_id": number}, "hash": value, "compact_revision": compacted}
    return {"Endpoint": "x", "HashKV": found}


class Etcd:
    """A node with one etcd, whose answers can be changed."""

    def __init__(self, root: Path) -> None:
        self.node = ProcNode(root)
        run_kubelet(self.node)
        self.node.program("etcdctl", _ETCDCTL)
        self.node.process(743, ["etcd", *FLAGS], pod_group("hash", "c-etcd"), "/rootfs")
        (root / "var/lib/etcd/member").mkdir(parents=True)
        (root / "rootfs/var/lib").mkdir(parents=True)
        self.mount("var/lib/etcd")
        self.manifest("/var/lib/etcd")
        self.says("members", {"members": [member()]})
        self.says("status", [status()])
        self.says("hash", [digest()])
        self.says("alarms", {})
        self.keys("/registry/", ("/registry/x", b"x", 1))

    def says(self, name: str, answer: Any, fails: bool = False) -> None:
        text = answer if isinstance(answer, str) else json.dumps(answer, separators=(",", ":"))
        self.node.write(f"answers/{name}", f"{text}\n")
        if fails:
            self.node.write(f"answers/{name}.fails", "")

    def keys(self, asked: str, *found: tuple[str, bytes, int]) -> None:
        items = [
            {
                "key": base64.b64encode(key.encode()).decode(),
                "value": base64.b64encode(value).decode(),
                "create_revision": made,
            }
            for key, value, made in found
        ]
        self.says(asked.replace("/", "_"), {"header": {"revision": 600}, "kvs": items})

    def mount(self, folder: str) -> None:
        """What the process sees at its data-dir."""
        link = self.node.root / "rootfs/var/lib/etcd"
        link.unlink(missing_ok=True)
        link.symlink_to(self.node.root / folder)

    def manifest(self, host_path: str, inside: str = "/var/lib/etcd") -> None:
        mounts = [{"name": "etcd-data", "mountPath": inside}, {"name": "p", "mountPath": "/pki"}]
        flags = [flag for flag in FLAGS if "data-dir" not in flag]
        argv = ["etcd", *flags, f"--data-dir={inside}"]
        volumes = [{"name": "etcd-data", "hostPath": {"path": host_path}}]
        spec = {
            "containers": [{"name": "etcd", "command": argv, "volumeMounts": mounts}],
            "volumes": volumes,
        }
        metadata = {"name": "etcd", "namespace": "kube-system"}
        text = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        self.node.write(f"{FOLDER}/etcd.yaml", yaml.safe_dump(text))

    def world(self) -> World:
        """Without an API server: etcd is asked past it."""
        here = world(nodes=[self.node])
        here.api.trouble = UNREACHABLE
        return here

    def look(self, before: Any = None, **args: Any) -> Finding:
        return self.world().look("etcd", before, node="k8s-master", **args)


@pytest.fixture
def etcd(tmp_path: Path) -> Etcd:
    return Etcd(tmp_path)


def test_a_healthy_etcd_is_asked_past_the_api_server(etcd: Etcd) -> None:
    found = etcd.look(
        members=1,
        data_dir="/var/lib/etcd",
        flags={"client-cert-auth": True, "auto-tls": False},
        expect={
            "version": {"matches": "^3\\.4"},
            "members[name=k8s-master].clientURLs": {"count": 1},
        },
    )
    assert passes(found)
    assert "client-cert-auth is true, not false" in why(
        etcd.look(flags={"client-cert-auth": False})
    )


def test_an_etcd_that_does_not_run_or_answer_fails(etcd: Etcd) -> None:
    etcd.says("members", "Error: context deadline exceeded", fails=True)
    assert "does not answer at https://127.0.0.1:2379: Error: context deadline" in why(etcd.look())
    (etcd.node.root / "proc/743/comm").write_text("gone\n")
    assert why(etcd.look()) == "no etcd runs on k8s-master"


def test_every_member_must_have_started_and_answer(etcd: Etcd) -> None:
    three = [member(number) for number in (1, 2, 3)]
    etcd.says("members", {"members": three})
    etcd.says("status", "failed to get n3\n" + json.dumps([status(1), status(2)]), fails=True)
    assert "etcd member n3 does not answer at https://192.168.52.202:2379" in why(
        etcd.look(members=3)
    )
    assert "etcd has 3 members, not 1" in why(etcd.look(members=1))
    etcd.says("members", {"members": [member(), member(2, name="")]})
    assert "https://192.168.52.201:2380 has not started" in why(etcd.look())
    etcd.says("members", {"members": [member(), member(2, isLearner=True)]})
    assert "is only a learner" in why(etcd.look())


def test_members_must_hold_the_same_data(etcd: Etcd) -> None:
    etcd.says("members", {"members": [member(1), member(2)]})
    etcd.says("status", [status(1), status(2)])
    etcd.says("hash", [digest(1), digest(2)])
    assert passes(etcd.look(members=2))
    etcd.says("hash", [digest(1), digest(2, 12)])
    assert "hold different data at one revision" in why(etcd.look(members=2))
    etcd.says("hash", [digest(1)], fails=True)
    assert "only 1 of 2 members of etcd tell the hash" in why(etcd.look(members=2))
    etcd.says("hash", [digest(1), digest(2, 12, compacted=590)])
    assert passes(etcd.look(members=2))


def test_a_cluster_without_a_leader_or_with_an_alarm_fails(etcd: Etcd) -> None:
    etcd.says("status", [status(leader=0)])
    assert why(etcd.look()) == "etcd has no leader"
    etcd.says("status", [status()])
    etcd.says("alarms", {"alarms": [{"memberID": 1, "alarm": 1}]})
    assert why(etcd.look()) == "etcd has raised the alarm NOSPACE"


def test_the_process_must_use_what_its_manifest_mounts(etcd: Etcd) -> None:
    (etcd.node.root / "var/lib/etcd-restored").mkdir()
    etcd.manifest("/var/lib/etcd-restored")
    found = etcd.look(data_dir="/var/lib/etcd-restored")
    assert "/var/lib/etcd-restored is not what the running etcd uses" in why(found)
    etcd.mount("var/lib/etcd-restored")
    assert passes(etcd.look(data_dir="/var/lib/etcd-restored"))
    assert "/var/lib/etcd is not what the running etcd uses" in why(
        etcd.look(data_dir="/var/lib/etcd")
    )
    assert "/var/lib/other is not there" in why(etcd.look(data_dir="/var/lib/other"))


def test_a_data_directory_replaced_under_a_running_etcd_fails(etcd: Etcd) -> None:
    root = etcd.node.root
    (root / "var/lib/etcd").rename(root / "var/lib/etcd-old")
    (root / "var/lib/etcd").mkdir()
    etcd.mount("var/lib/etcd-old")
    assert "k8s-master:/var/lib/etcd is not what the running etcd uses" in why(etcd.look())


def test_a_manifest_that_etcd_does_not_run_with_fails(etcd: Etcd) -> None:
    etcd.manifest("/var/lib/etcd", inside="/var/lib/new")
    assert "says data-dir /var/lib/new, but etcd runs with /var/lib/etcd" in why(etcd.look())


def test_a_data_directory_inside_the_container_would_be_lost(etcd: Etcd) -> None:
    path = f"{FOLDER}/etcd.yaml"
    text = (etcd.node.root / path.lstrip("/")).read_text()
    etcd.node.write(path, text.replace("hostPath", "emptyDir"))
    assert "its data would be lost" in why(etcd.look())


def test_keys_are_counted_and_none_needs_a_control(etcd: Etcd) -> None:
    etcd.keys("/registry/pods/shop/", ("/registry/pods/shop/web", b"x", 5))
    assert passes(etcd.look(keys=[{"prefix": "/registry/pods/shop/", "count": 1}]))
    assert "the number of keys is 1, not 2" in why(
        etcd.look(keys=[{"prefix": "/registry/pods/shop/", "count": 2}])
    )
    gone = [{"key": "/registry/namespaces/b", "count": 0}]
    assert passes(etcd.look(keys=gone))
    assert "the number of keys is 0" in why(etcd.look(keys=[{"key": "/registry/namespaces/b"}]))
    etcd.keys("/registry/")
    assert "holds no object of the cluster" in why(etcd.look(keys=gone))


def test_every_value_must_be_encrypted_old_ones_too(etcd: Etcd) -> None:
    new = ("/registry/secrets/shop/new", b"k8s:enc:aescbc:v1:key1:\x00\x9f", 590)
    old = ("/registry/secrets/shop/old", b"k8s\x00\n\x0cv1 Secret", 300)
    rule = {"prefix": "/registry/secrets/shop/", "starts": "k8s:enc:"}
    etcd.keys(str(rule["prefix"]), new)
    assert passes(etcd.look(keys=[rule]))
    assert passes(
        etcd.look(keys=[{**rule, "starts": ["k8s:enc:secretbox:", "k8s:enc:aescbc:v1:"]}])
    )
    wrong = etcd.look(keys=[{**rule, "starts": "k8s:enc:secretbox:v1:"}])
    assert "begins with k8s:enc:aescbc" in why(wrong)
    etcd.keys(str(rule["prefix"]), new, old)
    assert "the value of /registry/secrets/shop/old in etcd begins with k8s." in why(
        etcd.look(keys=[rule])
    )
    etcd.keys(str(rule["prefix"]))
    assert "the number of keys is 0" in why(etcd.look(keys=[rule]))


def test_an_object_made_anew_is_not_the_restored_one(etcd: Etcd) -> None:
    rule = {"key": "/registry/namespaces/a", "older_than_baseline": True}
    args = EtcdCheck(node="k8s-master", keys=[EtcdKeys(**rule)])  # type: ignore[arg-type]
    before = baseline(args, etcd.world().around())
    assert before == {"revision": 600}
    etcd.keys("/registry/namespaces/a", ("/registry/namespaces/a", b"x", 420))
    assert passes(etcd.look(before, keys=[rule]))
    etcd.keys("/registry/namespaces/a", ("/registry/namespaces/a", b"x", 612))
    assert "was made anew, at revision 612" in why(etcd.look(before, keys=[rule]))
    assert etcd.look(keys=[rule]).verdict is Verdict.UNKNOWN


def test_what_was_seen_can_be_judged_again(etcd: Etcd) -> None:
    args = EtcdCheck(node="k8s-master", members=1, keys=[EtcdKeys(prefix="/registry/", count=1)])
    around = etcd.world().around()
    found = look_at(args, around)
    assert passes(found)
    recorded = Round(RecordedSource(record_answers(around.round.asked)))
    assert look_at(args, Surroundings(recorded)) == found


def test_no_etcdctl_and_a_lost_node_are_unknown(etcd: Etcd) -> None:
    etcd.node.program("etcdctl", "")
    (etcd.node.root / "bin/etcdctl").unlink()
    assert etcd.look().verdict is Verdict.UNKNOWN
    lost = world(nodes=[FakeNode("k8s-master", lost=True)])
    assert lost.look("etcd", node="k8s-master").verdict is Verdict.UNKNOWN
