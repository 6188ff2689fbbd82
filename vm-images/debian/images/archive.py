"""Writes an OCI archive of many images that share layers: archive.py IMAGES.json LAYERS ARCHIVE.

Only the standard library, and no container tool: an image is tar files and JSON.
"""

import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Archive:
    """The archive that is being written: blobs by digest, each once."""

    def __init__(self, file: Path) -> None:
        self.tar = tarfile.open(file, "w")
        self.written: set[str] = set()

    def add(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        self.tar.addfile(entry, BytesIO(content))

    def blob(self, media_type: str, content: bytes) -> dict[str, object]:
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self.written:
            self.add(f"blobs/sha256/{digest}", content)
            self.written.add(digest)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}


def layer(archive: Archive, folder: Path) -> tuple[dict[str, object], str]:
    """The descriptor of a folder's layer, and the digest of its uncompressed content."""
    command = ["tar", "-C", str(folder), "--sort=name", "--mtime=@0", "--numeric-owner"]
    content = subprocess.run([*command, "-cf", "-", "."], stdout=subprocess.PIPE, check=True).stdout
    descriptor = archive.blob(LAYER, gzip.compress(content, compresslevel=1, mtime=0))
    return descriptor, f"sha256:{hashlib.sha256(content).hexdigest()}"


def image(
    archive: Archive, wanted: dict[str, object], layers: list[tuple[dict[str, object], str]]
) -> dict[str, object]:
    settings = {key: value for key, value in wanted.items() if key != "layers"}
    settings["Env"] = [PATH, *wanted.get("Env", [])]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": settings,
        "rootfs": {"type": "layers", "diff_ids": [diff for _, diff in layers]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": archive.blob(CONFIG, json.dumps(config).encode()),
        "layers": [descriptor for descriptor, _ in layers],
    }
    return archive.blob(MANIFEST, json.dumps(manifest).encode())


def main() -> None:
    wanted = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folders = Path(sys.argv[2])
    archive = Archive(Path(sys.argv[3]))
    names = sorted({name for one in wanted.values() for name in one["layers"]})
    layers = {}
    for name in names:
        layers[name] = layer(archive, folders / name)
        size = layers[name][0]["size"]
        print(f"layer {name}: {size} bytes compressed")
    manifests = []
    for name, one in wanted.items():
        descriptor = image(archive, one, [layers[layer_name] for layer_name in one["layers"]])
        manifests.append({**descriptor, "annotations": {"io.containerd.image.name": name}})
    archive.add("oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
    archive.add("index.json", json.dumps({"schemaVersion": 2, "manifests": manifests}).encode())
    archive.tar.close()


if __name__ == "__main__":
    main()
