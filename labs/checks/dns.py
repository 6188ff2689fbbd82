"""`dns`: what a name resolves to, as a pod or a node sees it."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from labs.checks.model import CheckModel, Expectations, Expected
from labs.checks.traffic import NetworkClient


class SameAs(CheckModel):
    """What the answer must be equal to: one of these."""

    service: str = ""
    """`NAMESPACE/NAME`: its cluster address, or, if it is headless, the addresses of its pods."""
    name: str = ""
    """Another name, looked up by the same client."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if bool(self.service) == bool(self.name):
            raise ValueError("same_as names a service or another name")
        if self.service and self.service.count("/") != 1:
            raise ValueError("a service is written NAMESPACE/NAME")
        return self


class DnsCheck(CheckModel):
    """What a name resolves to for a client, by the client's own resolv.conf (search list and ndots
    as the C library applies them) or by a name server that is given."""

    example: ClassVar[str] = """
client: {namespace: shop, labels: {}, every_node: true}
name: web.shop
same_as: {service: shop/web}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a name that resolves for some pods only, or on some nodes",
        "an old address, or one of several",
        "a name server that is broken and knows no name at all, taken for one that denies this one",
    )
    untold: ClassVar[tuple[str, ...]] = ("client", "type", "control")

    client: NetworkClient
    """Who asks: every pod of a `namespace` with `selector` (or one `pod`), a `node`, or a fresh pod
    of the grader's own in a `namespace` with `labels`, also on `every_node`."""
    name: str
    """With a dot at its end it is absolute. For PTR an address will do."""
    type: Literal["A", "AAAA", "SRV", "CNAME", "PTR"] = "A"
    server: str = ""
    """The address of a name server to ask instead of those of resolv.conf; as in `http`, braces
    are filled in."""
    answers: Expected = None
    """The values, a list of them as a set; of SRV `PORT TARGET`. Names without the last dot."""
    same_as: SameAs | None = None
    """The same set of addresses as a `service` (`NAMESPACE/NAME`) has, or another `name`."""
    nxdomain: bool = False
    """The name must not exist. Needs `control`."""
    control: str = ""
    """A name that the same client must be able to look up, so that a denial counts."""
    resolv_conf: Expectations = {}
    """Of the client's own: `servers` and `search` (lists), `ndots`."""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        wanted = [self.answers is not None, self.same_as is not None, self.nxdomain]
        if sum(wanted) > 1:
            raise ValueError("answers, same_as and nxdomain exclude each other")
        if self.nxdomain and not self.control:
            raise ValueError("nxdomain proves nothing by itself; give a `control` that resolves")
        return self
