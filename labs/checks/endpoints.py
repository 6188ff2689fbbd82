"""`endpoints`: who stands behind a Service."""

from typing import ClassVar

from labs.checks.model import CheckModel


class EndpointsCheck(CheckModel):
    """A Service's ready endpoints: at least `min`, each backed by a Ready pod with `pod_labels`."""

    example: ClassVar[str] = """
namespace: shop
service: web
min: 3
pod_labels: {version: green}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "a selector that fits no Ready pod",
        "an address written by hand, with no pod behind it",
        "an old pod that still gets traffic",
        "a pod that was given the right labels by hand (with `workload`)",
    )

    namespace: str
    service: str
    min: int = 1
    max: int | None = None
    pod_labels: dict[str, str] = {}
    """Labels that every pod behind the Service carries."""
    workload: str = ""
    """The Deployment, StatefulSet or DaemonSet that all pods behind the Service belong to."""
    port: int | None = None
    """The port that the endpoints listen on."""
