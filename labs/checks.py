"""The checks that a lab can name, and the fields each takes. `grader/checks/` judges them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Duration = Annotated[str, Field(pattern=r"^\d+(ms|s|m|h)$", examples=["30s", "500ms"])]
Selection = Literal["every", "any", "none"]

Expected = Any
"""A plain value (compared by meaning: quantities, numbers, image references, case-exact text), or a
mapping of operators, all of which must hold: eq, ne, gt, ge, lt, le, in, not_in, contains (text or
list item), matches (regular expression, searched), exists (bool), quantity, image, duration, set
(order and repetition ignored), count (number or operators, over a list or mapping)."""

OPERATORS = frozenset(
    {"eq", "ne", "gt", "ge", "lt", "le", "in", "not_in", "contains", "matches", "exists"}
    | {"quantity", "image", "duration", "set", "count"}
)

Expectations = dict[str, Expected]
"""Path to expected value. Path: `spec.template.spec.containers[name=web].image`; a key with dots is
quoted: `metadata.labels."app.kubernetes.io/name"`; `[]` stands for every item of a list."""


class CheckModel(BaseModel):
    """Base of all check arguments: unknown fields are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


class ResourceCheck(CheckModel):
    """Kubernetes objects of one kind: which exist, and what is true of their fields."""

    kind: str
    api_version: str = ""
    """Only needed where two groups have the kind."""
    namespace: str = ""
    name: str = ""
    selector: str = ""
    """Labels, as for `kubectl -l`."""
    match: Selection = "every"
    """How many of the selected objects must fit `expect`."""
    min: int = 1
    """How many objects must be there at least."""
    max: int | None = None
    expect: Expectations = {}


class UnchangedCheck(CheckModel):
    """Objects (or a file of a node) are still those of the baseline: names, uids and `fields`."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    selector: str = ""
    fields: list[str] = []
    """Paths that must be as they were; without them only names and uids count."""
    node: str = ""
    file: str = ""
    """A file of `node`, compared by its content's hash."""


class NodeCheck(CheckModel):
    """Kubernetes nodes are Ready by condition *and* by a lease renewed since the check began."""

    name: str = ""
    """One node; all of them (or those of `selector`) without it."""
    selector: str = ""
    min: int = 1
    ready: bool = True
    schedulable: bool | None = None
    """Whether it takes new pods: not cordoned."""
    expect: Expectations = {}


class RolloutCheck(CheckModel):
    """A Deployment, StatefulSet or DaemonSet is rolled out: observed, updated, available."""

    kind: Literal["Deployment", "StatefulSet", "DaemonSet"] = "Deployment"
    namespace: str
    name: str
    replicas: int | None = None
    """How many the object asks for, and how many are available."""
    newer_than_baseline: bool = False
    """A rollout happened after the lab was set up (revision or generation is higher)."""


class EndpointsCheck(CheckModel):
    """A Service's ready endpoints: at least `min`, each backed by a Ready pod with `pod_labels`."""

    namespace: str
    service: str
    min: int = 1
    max: int | None = None
    pod_labels: dict[str, str] = {}
    """Labels that every pod behind the Service carries."""
    port: int | None = None
    """The port that the endpoints listen on."""


class HttpCheck(CheckModel):
    """Requests from a node (never from the host): status, body and headers of every answer."""

    node: str
    """Where the requests are made."""
    url: str
    """Inside braces, `{cluster_ip:NAMESPACE/SERVICE}` becomes that Service's address."""
    method: str = "GET"
    headers: dict[str, str] = {}
    requests: int = 1
    """How many, each on a new connection; all must answer as expected."""
    status: Expected = 200
    body: Expected = None
    json_body: Expectations = Field(default={}, alias="json")
    """Expectations of the body, read as JSON."""
    distinct: dict[str, int] = {}
    """JSON path to the least number of different values over all requests (load is spread)."""


class ExecCheck(CheckModel):
    """A command in a container of a running pod, without a shell unless argv names one."""

    namespace: str
    pod: str = ""
    """A name; or choose by `selector`, then any running pod will do."""
    selector: str = ""
    container: str = ""
    """The first one without it."""
    argv: list[str]
    exit: Expected = 0
    stdout: Expected = None
    stderr: Expected = None


class CommandCheck(CheckModel):
    """A command on a node, as root, with a clean environment and a fixed PATH."""

    node: str
    argv: list[str]
    exit: Expected = 0
    stdout: Expected = None
    stderr: Expected = None
    json_body: Expectations = Field(default={}, alias="json")
    """Expectations of standard output, read as JSON."""


class FileCheck(CheckModel):
    """A file of a node: existence, kind, owner, mode, content as text or by path when parsed."""

    node: str
    path: str
    exists: bool = True
    kind: Literal["file", "directory", "symlink", "any"] = "any"
    owner: str = ""
    group: str = ""
    mode: str = ""
    """Octal, exactly: `0600`."""
    content: Expected = None
    """The text as a whole."""
    yaml: Expectations = {}
    json_body: Expectations = Field(default={}, alias="json")
    toml: Expectations = {}
    ini: Expectations = {}
    newer_than_baseline: bool = False
    """It was written after the lab was set up."""


class ServiceCheck(CheckModel):
    """A systemd unit is exactly in these states (`inactive` is not `active`)."""

    node: str
    unit: str
    active: Expected = "active"
    """As `systemctl is-active` says."""
    enabled: Expected = None
    """As `systemctl is-enabled` says."""


class SysctlCheck(CheckModel):
    """Kernel parameters now, and what systemd-sysctl would set at the next start."""

    node: str
    values: dict[str, str | int]
    """Names and values."""
    now: bool = True
    after_reboot: bool = True


class ModuleCheck(CheckModel):
    """Kernel modules loaded (or built in) now, and by systemd-modules-load at the next start."""

    node: str
    names: list[str]
    now: bool = True
    after_reboot: bool = True


class SwapCheck(CheckModel):
    """No swap is in use now, and none is turned on at the next start (fstab, units)."""

    node: str
    now: bool = True
    after_reboot: bool = True


CHECKS: dict[str, type[CheckModel]] = {
    "resource": ResourceCheck,
    "unchanged": UnchangedCheck,
    "node": NodeCheck,
    "rollout": RolloutCheck,
    "endpoints": EndpointsCheck,
    "http": HttpCheck,
    "exec": ExecCheck,
    "command": CommandCheck,
    "file": FileCheck,
    "service": ServiceCheck,
    "sysctl": SysctlCheck,
    "module": ModuleCheck,
    "swap": SwapCheck,
}
"""Every check by the name it has in lab.yaml."""
