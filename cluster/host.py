"""The libvirt host that runs the nodes: the few things we ask of it, and libvirt's answer to them.

No other file imports libvirt. The seam `Host` has a fake in `cluster.fake`.
"""

import contextlib
import threading
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from labs.errors import SeatrialError

DEFAULT_URI = "qemu:///system"


class HostUnavailable(SeatrialError):
    """libvirt does not answer, or refused what was asked."""


class Element(Enum):
    """What libvirt keeps by name."""

    DOMAIN = "domain"
    NETWORK = "network"
    FILTER = "nwfilter"
    POOL = "storage pool"


class Host(Protocol):
    """A libvirt host. Every method may be called from any thread and raises HostUnavailable."""

    def names(self, kind: Element, prefix: str) -> dict[str, bool]:
        """The elements whose name begins with `prefix`, and whether each is active."""
        ...

    def define(self, kind: Element, xml: str) -> None: ...

    def start(self, kind: Element, name: str) -> None:
        """Make a defined element active; nothing happens when it is already."""
        ...

    def remove(self, kind: Element, name: str) -> None:
        """Stop and undefine; nothing happens when there is no such element."""
        ...

    def processor_seconds(self, domain: str) -> float:
        """What a running domain's first virtual processor has used of the host's."""
        ...

    def create_volume(self, pool: str, xml: str) -> None: ...

    def save(self, domain: str, path: Path) -> None:
        """Write the domain's memory to `path` and end it. The file may be root's alone."""
        ...

    def fetch(self, pool: str, volume: str, path: Path) -> None:
        """Copy a file of the pool's folder that only libvirt may read to a file of ours."""
        ...

    def restore(self, path: Path) -> None:
        """Start a domain from a file (or FIFO) written by `save`."""
        ...


class LibvirtHost:
    """`Host` by libvirt-python, over one connection that is opened when first needed."""

    def __init__(self, uri: str = DEFAULT_URI) -> None:
        self.uri = uri
        self._connection: Any = None
        self._lock = threading.Lock()

    def names(self, kind: Element, prefix: str) -> dict[str, bool]:
        def call(libvirt: Any, host: Any) -> dict[str, bool]:
            found = {}
            for element in _all_elements(host, kind):
                if element.name().startswith(prefix):
                    # Another lab's may vanish between the list and the question.
                    with contextlib.suppress(libvirt.libvirtError):
                        found[element.name()] = kind is Element.FILTER or bool(element.isActive())
            return found

        names: dict[str, bool] = self._call(call)
        return names

    def define(self, kind: Element, xml: str) -> None:
        def call(libvirt: Any, host: Any) -> Any:
            match kind:
                case Element.DOMAIN:
                    return host.defineXML(xml)
                case Element.NETWORK:
                    return host.networkDefineXML(xml)
                case Element.FILTER:
                    return host.nwfilterDefineXML(xml)
                case Element.POOL:
                    return host.storagePoolDefineXML(xml, 0)

        self._call(call)

    def start(self, kind: Element, name: str) -> None:
        def call(libvirt: Any, host: Any) -> None:
            element = _find(libvirt, host, kind, name)
            if element is None:
                raise HostUnavailable(
                    f"libvirt knows no {kind.value} {name}.", "Run `seatrial down` for this lab."
                )
            if not element.isActive():
                element.create()
            elif kind is Element.DOMAIN and element.state()[0] == libvirt.VIR_DOMAIN_PAUSED:
                element.resume()

        self._call(call)

    def remove(self, kind: Element, name: str) -> None:
        def call(libvirt: Any, host: Any) -> None:
            element = _find(libvirt, host, kind, name)
            if element is None:
                return
            if kind is not Element.FILTER and element.isActive():
                element.destroy()
            try:
                element.undefine()
            except libvirt.libvirtError:
                if _find(libvirt, host, kind, name) is not None:
                    raise

        self._call(call)

    def processor_seconds(self, domain: str) -> float:
        def call(libvirt: Any, host: Any) -> float:
            (_, _, nanoseconds, _), *_ = host.lookupByName(domain).vcpus()[0]
            return float(nanoseconds) / 1e9

        seconds: float = self._call(call)
        return seconds

    def create_volume(self, pool: str, xml: str) -> None:
        self._call(lambda libvirt, host: host.storagePoolLookupByName(pool).createXML(xml, 0))

    def save(self, domain: str, path: Path) -> None:
        self._call(lambda libvirt, host: host.lookupByName(domain).save(str(path)))

    def fetch(self, pool: str, volume: str, path: Path) -> None:
        def call(libvirt: Any, host: Any) -> None:
            found = host.storagePoolLookupByName(pool)
            found.refresh(0)
            stream = host.newStream(0)
            with path.open("wb") as file:
                found.storageVolLookupByName(volume).download(stream, 0, 0, 0)
                stream.recvAll(lambda _, data, to: to.write(data), file)
                stream.finish()

        self._call(call)

    def restore(self, path: Path) -> None:
        self._call(lambda libvirt, host: host.restore(str(path)))

    def close(self) -> None:
        """Let go the connection; the next call opens another."""
        with self._lock:
            self._connection = None

    def _call(self, call: Any) -> Any:
        import libvirt

        try:
            return call(libvirt, self._connect(libvirt))
        except libvirt.libvirtError as error:
            raise HostUnavailable(
                f"libvirt refused: {error}", "Run `seatrial doctor` to see what is missing."
            ) from error

    def _connect(self, libvirt: Any) -> Any:
        with self._lock:
            if self._connection is None or not self._connection.isAlive():
                libvirt.registerErrorHandler(_say_nothing, None)
                try:
                    self._connection = libvirt.open(self.uri)
                except libvirt.libvirtError as error:
                    raise HostUnavailable(
                        f"libvirt does not answer at {self.uri}: {error}",
                        "Run `./seatrial`: it starts libvirtd, or says how.",
                    ) from error
            return self._connection


def _say_nothing(context: object, error: object) -> None:
    """libvirt would print to the terminal that the application draws on."""


def _all_elements(host: Any, kind: Element) -> list[Any]:
    match kind:
        case Element.DOMAIN:
            return list(host.listAllDomains())
        case Element.NETWORK:
            return list(host.listAllNetworks())
        case Element.FILTER:
            return list(host.listAllNWFilters())
        case Element.POOL:
            return list(host.listAllStoragePools())


def _find(libvirt: Any, host: Any, kind: Element, name: str) -> Any:
    lookups = {
        Element.DOMAIN: host.lookupByName,
        Element.NETWORK: host.networkLookupByName,
        Element.FILTER: host.nwfilterLookupByName,
        Element.POOL: host.storagePoolLookupByName,
    }
    missing = {
        libvirt.VIR_ERR_NO_DOMAIN,
        libvirt.VIR_ERR_NO_NETWORK,
        libvirt.VIR_ERR_NO_NWFILTER,
        libvirt.VIR_ERR_NO_STORAGE_POOL,
    }
    try:
        return lookups[kind](name)
    except libvirt.libvirtError as error:
        if error.get_error_code() in missing:
            return None
        raise
