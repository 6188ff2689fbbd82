"""`http`: requests and their answers."""

from typing import ClassVar

from pydantic import Field

from labs.checks.model import CheckModel, Expectations, Expected


class HttpCheck(CheckModel):
    """Requests from a node (never from the host): status, body and headers of every answer."""

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
    )
    untold: ClassVar[tuple[str, ...]] = ("node", "method", "requests", "distinct", "status")

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
