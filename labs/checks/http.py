"""`http`: requests and their answers."""

from collections.abc import Mapping
from math import ceil, log
from typing import ClassVar, Self

from pydantic import Field, model_validator

from labs.checks.model import CheckModel, Expectations, Expected

FEWEST_FOR_WEIGHTS = 100
REFUSED_BY_CHANCE = 1e-5
"""How often right weights are refused, at most, over all values together."""


def fewest_requests(weights: Mapping[str, int]) -> int:
    """So many that a value which has a weight and never comes is not explained by chance."""
    shares = [weight / sum(weights.values()) for weight in weights.values() if weight]
    if len(shares) < 2:
        return FEWEST_FOR_WEIGHTS
    never = log(REFUSED_BY_CHANCE / (2 * len(weights))) / log(1 - min(shares))
    return max(FEWEST_FOR_WEIGHTS, ceil(never))


class Authority(CheckModel):
    """Where the certificate of an authority is: one of these places."""

    secret: str = ""
    """`NAMESPACE/NAME`."""
    config_map: str = ""
    key: str = "ca.crt"
    """Of the Secret or ConfigMap."""
    node: str = ""
    path: str = ""
    """A file of the node."""

    @model_validator(mode="after")
    def _is_one_place(self) -> Self:
        places = [self.secret, self.config_map, self.node and self.path]
        if sum(map(bool, places)) != 1:
            raise ValueError("ca names a secret, a config_map, or a node and a path")
        if any(place and place.count("/") != 1 for place in places[:2]):
            raise ValueError("a Secret or ConfigMap is written NAMESPACE/NAME")
        return self


class HttpCheck(CheckModel):
    """Requests from a node or from inside a pod's network (never from the host): status, body and
    headers of every answer. Redirects are not followed, certificates are verified."""

    example: ClassVar[str] = """
node: k8s-master
url: "http://{cluster_ip:shop/web}/"
requests: 6
json: {version: "2"}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "one good answer among bad ones",
        "an answer from the right address with the wrong body",
        "an error page that came with status 200",
        "a certificate of another authority, or for another name",
        "weights that no chance explains",
    )
    untold: ClassVar[tuple[str, ...]] = (
        *("node", "pod", "selector", "method", "requests", "distinct", "status"),
        *("resolve", "redirects", "ca"),
    )

    node: str = ""
    """Where the requests are made; or name a pod."""
    namespace: str = ""
    pod: str = ""
    """In whose network the requests are made, by curl of its node."""
    selector: str = ""
    """Of a pod instead of its name; then any Ready one will do."""
    url: str
    """`{cluster_ip:NAMESPACE/SERVICE}` becomes that Service's address, `{node_ip:NODE}` a node's,
    `{node_port:NAMESPACE/SERVICE/PORT}` the number of a node port. Host names are looked up as the
    pod or the node does."""
    method: str = "GET"
    headers: dict[str, str] = {}
    resolve: dict[str, str] = {}
    """Host name of the URL to the address that is asked for it (also as in `url`): the name is then
    in the Host header and, with TLS, in SNI and the certificate."""
    ca: Authority | None = None
    """The only authority to trust: a `secret` or `config_map` (`NAMESPACE/NAME`) with its `key`
    (`ca.crt`), or `path` of a `node`. Without it, those that the node trusts."""
    verify: bool = True
    """Whether the server's certificate must be right."""
    token: bool = False
    """Send the token of the pod's service account."""
    redirects: int = 0
    """How many redirects are followed; the last answer is judged."""
    requests: int = 1
    """How many, each on a new connection; all must answer as expected."""
    status: Expected = 200
    body: Expected = None
    answer_headers: Expectations = {}
    """By name in lower case; of a header that came twice, the values with a comma between."""
    json_body: Expectations = Field(default={}, alias="json")
    """Expectations of the body, read as JSON."""
    distinct: dict[str, int] = {}
    """JSON path to the least number of different values over all requests (load is spread)."""
    weights: dict[str, dict[str, int]] = {}
    """JSON path to values and their weights, over at least 100 `requests` (123 for 90 and 10, more
    for smaller shares: a value that never comes must be found out). By exact binomial tails, so
    that right weights are refused once in 100 000 looks; of 100 requests, a share that is wrong by
    35 points is found in more than 99 of 100 looks, of 400 requests one that is wrong by 17."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if bool(self.node) == bool(self.namespace):
            raise ValueError("requests are made on a node, or in a namespace's pod")
        if self.namespace and not (self.pod or self.selector):
            raise ValueError("a namespace needs a pod or a selector")
        if self.token and self.node:
            raise ValueError("a node has no service account: token needs a pod")
        for weights in self.weights.values():
            if not any(weights.values()) or min(weights.values()) < 0:
                raise ValueError("weights are numbers, at least one more than 0")
            if self.requests < fewest_requests(weights):
                raise ValueError(f"these weights need {fewest_requests(weights)} requests or more")
        return self
