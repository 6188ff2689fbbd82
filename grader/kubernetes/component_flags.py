"""Flags of the control plane's programs by what they mean: lists, booleans, defaults left unsaid.

Pure: where an argv comes from is for others.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from grader.meaning.compare import Mismatch, compare, compare_document
from grader.meaning.path import Missing, walk

_BOOLEANS = frozenset(
    {
        "allow-privileged",
        "allocate-node-cidrs",
        "anonymous-auth",
        "auto-tls",
        "client-cert-auth",
        "contention-profiling",
        "enable-aggregator-routing",
        "enable-bootstrap-token-auth",
        "enable-garbage-collector",
        "enable-priority-and-fairness",
        "kubelet-https",
        "leader-elect",
        "peer-auto-tls",
        "peer-client-cert-auth",
        "profiling",
        "rotate-kubelet-server-certificate",
        "service-account-lookup",
        "strict-reconfig-check",
        "use-service-account-credentials",
        "enable-grpc-gateway",
        "force-new-cluster",
        "logtostderr",
        "pre-vote",
        "watch-cache",
    }
)
_LISTS = frozenset(
    {
        "admission-control",
        "api-audiences",
        "authorization-mode",
        "cipher-suites",
        "controllers",
        "disable-admission-plugins",
        "enable-admission-plugins",
        "etcd-servers",
        "etcd-servers-overrides",
        "advertise-client-urls",
        "initial-advertise-peer-urls",
        "listen-client-urls",
        "listen-metrics-urls",
        "listen-peer-urls",
        "kubelet-preferred-address-types",
        "requestheader-allowed-names",
        "requestheader-extra-headers-prefix",
        "requestheader-group-headers",
        "requestheader-username-headers",
        "service-account-key-file",
        "tls-cipher-suites",
    }
)
_MAPPINGS = frozenset({"feature-gates", "initial-cluster", "runtime-config"})

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "kube-apiserver": {
        "allow-privileged": False,
        "anonymous-auth": True,
        "audit-log-maxage": 0,
        "audit-log-maxbackup": 0,
        "audit-log-maxsize": 0,
        "authorization-mode": ["AlwaysAllow"],
        "bind-address": "0.0.0.0",
        "default-not-ready-toleration-seconds": 300,
        "default-unreachable-toleration-seconds": 300,
        "disable-admission-plugins": [],
        "enable-admission-plugins": [],
        "enable-bootstrap-token-auth": False,
        "etcd-prefix": "/registry",
        "event-ttl": "1h0m0s",
        "insecure-port": 0,
        "kubelet-https": True,
        "max-mutating-requests-inflight": 200,
        "max-requests-inflight": 400,
        "profiling": True,
        "request-timeout": "1m0s",
        "secure-port": 6443,
        "service-account-lookup": True,
        "service-node-port-range": "30000-32767",
    },
    "kube-controller-manager": {
        "allocate-node-cidrs": False,
        "bind-address": "0.0.0.0",
        "cluster-name": "kubernetes",
        "controllers": ["*"],
        "leader-elect": True,
        "node-monitor-grace-period": "40s",
        "node-monitor-period": "5s",
        "pod-eviction-timeout": "5m0s",
        "profiling": True,
        "secure-port": 10257,
        "terminated-pod-gc-threshold": 12500,
        "use-service-account-credentials": False,
    },
    "kube-scheduler": {
        "bind-address": "0.0.0.0",
        "leader-elect": True,
        "profiling": True,
        "secure-port": 10259,
    },
    "etcd": {
        "auto-tls": False,
        "client-cert-auth": False,
        "data-dir": "default.etcd",
        "listen-client-urls": ["http://localhost:2379"],
        "name": "default",
        "peer-auto-tls": False,
        "peer-client-cert-auth": False,
        "snapshot-count": 100000,
    },
    "kube-proxy": {},
}
"""Of Kubernetes 1.20 and etcd 3.4, for what exercises ask about."""


def raw_flags(argv: Sequence[str]) -> dict[str, list[str]]:
    """Every value that was given to each flag, in order; `true` for a boolean without one."""
    found: dict[str, list[str]] = {}
    words = list(argv[1:])
    while words:
        word = words.pop(0)
        if word == "--":
            break
        if not word.startswith("-") or not word.strip("-"):
            continue
        name, sign, value = word.lstrip("-").partition("=")
        name = name.replace("_", "-")
        if not sign:
            takes_next = name not in _BOOLEANS and words and not words[0].startswith("-")
            value = words.pop(0) if takes_next else "true"
        found.setdefault(name, []).append(value)
    return found


def plain_flags(argv: Sequence[str]) -> dict[str, str]:
    """The last value of each flag, as it was written."""
    return {name: values[-1] for name, values in raw_flags(argv).items()}


def flags_document(component: str, argv: Sequence[str]) -> dict[str, Any]:
    """Each flag by its meaning, those with a default also when they are not given."""
    given = {name: _meaning(name, values) for name, values in raw_flags(argv).items()}
    return {**DEFAULTS.get(component, {}), **given}


def _meaning(name: str, values: Sequence[str]) -> Any:
    if name in _LISTS:
        return [part.strip() for value in values for part in value.split(",") if part.strip()]
    if name in _MAPPINGS:
        pairs = [part for value in values for part in value.split(",") if part.strip()]
        return {
            key.strip(): _scalar(text) for key, _, text in (one.partition("=") for one in pairs)
        }
    if name in _BOOLEANS:
        return values[-1].lower() in ("true", "t", "1")
    return _scalar(values[-1])


def _scalar(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdecimal() and (text == "0" or text[0] != "0") else text


def compare_flags(expected: Mapping[str, Any], document: Mapping[str, Any]) -> Mismatch | None:
    """Paths as in any `expect`; of lists the order does not matter, nor how they are written."""
    for path, wanted in expected.items():
        if path in _LISTS and isinstance(wanted, str | list | tuple):
            items = wanted.split(",") if isinstance(wanted, str) else list(wanted)
            wanted = {"set": [str(item).strip() for item in items if str(item).strip()]}
        mismatch = compare_document({path: wanted}, document) or _unsaid(path, wanted, document)
        if mismatch is not None:
            return mismatch
    return None


def _unsaid(path: str, wanted: Any, document: Mapping[str, Any]) -> Mismatch | None:
    """A flag that is plainly null is expected to be left out, or to have its default."""
    if wanted is not None:
        return None
    value = walk(document, path)[0].value
    return None if isinstance(value, Missing) else compare({"exists": False}, value, path)


def first_difference(
    one: Mapping[str, Any], other: Mapping[str, Any]
) -> tuple[str, Any, Any] | None:
    """The first flag, by name, that does not mean the same in both; `$(NAME)` may mean anything."""
    for name in sorted(one.keys() | other.keys()):
        left, right = one.get(name), other.get(name)
        if isinstance(left, list) and isinstance(right, list):
            left, right = sorted(map(str, left)), sorted(map(str, right))
        if left != right and "$(" not in f"{left}{right}":
            return name, one.get(name), other.get(name)
    return None
