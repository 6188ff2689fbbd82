"""Container image references, normalised: `nginx` is `docker.io/library/nginx:latest`."""

import re
from dataclasses import dataclass

_GRAMMAR = re.compile(
    r"(?P<name>[a-zA-Z0-9][a-zA-Z0-9._-]*(?::[0-9]+(?=/))?(?:/[a-zA-Z0-9._-]+)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>[a-z0-9]+:[0-9a-f]{32,}))?"
)
_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")


@dataclass(frozen=True, slots=True)
class ImageReference:
    registry: str
    repository: str
    tag: str
    """Empty only when a digest alone says which image."""
    digest: str

    def same_image(self, other: "ImageReference") -> bool:
        """Equal repository, and the same digest where both give one, else the same tag."""
        if (self.registry, self.repository) != (other.registry, other.repository):
            return False
        if self.digest and other.digest:
            return self.digest == other.digest
        return self.tag == other.tag


def parse_image(text: object) -> ImageReference | None:
    """The normalised reference; None when `text` is not one."""
    found = _GRAMMAR.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    registry, slash, repository = found["name"].partition("/")
    if not slash or not ("." in registry or ":" in registry or registry == "localhost"):
        registry, repository = "docker.io", found["name"]
    if registry in _HUB:
        registry = "docker.io"
        repository = repository if "/" in repository else f"library/{repository}"
    digest = found["digest"] or ""
    tag = found["tag"] or ("" if digest else "latest")
    return ImageReference(registry, repository, tag, digest)
