"""Probes with their defaults filled in, and named ports as numbers. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

_DEFAULTS = {
    "initialDelaySeconds": 0,
    "timeoutSeconds": 1,
    "periodSeconds": 10,
    "successThreshold": 1,
    "failureThreshold": 3,
}
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")


def effective_probe(probe: Mapping[str, Any], ports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`handler` says which of exec, httpGet, tcpSocket and grpc it is."""
    found = {**probe, **{key: probe.get(key) or value for key, value in _DEFAULTS.items()}}
    for name in _HANDLERS:
        if isinstance(probe.get(name), Mapping):
            found["handler"] = name
            found[name] = _handler(name, probe[name], ports)
    return found


def _handler(
    name: str, handler: Mapping[str, Any], ports: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    found = dict(handler)
    if name == "httpGet":
        path = str(handler.get("path") or "/")
        found["path"] = path if path.startswith("/") else f"/{path}"
        found["scheme"] = handler.get("scheme") or "HTTP"
    if "port" in handler:
        found["port"] = port_number(handler["port"], ports)
    return found


def port_number(port: Any, ports: Sequence[Mapping[str, Any]]) -> Any:
    """The number of a container's port by its name; the name where no port has it."""
    if isinstance(port, str) and not port.isdecimal():
        return next((one["containerPort"] for one in ports if one.get("name") == port), port)
    return int(port) if isinstance(port, str) else port
