"""A build: the phases of a recipe that are not done yet, then one rename makes the image exist."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cluster.events import Listener, LogLine, PhaseProgressed, PhaseStarted
from cluster.image_phase import ScriptFailed, Surroundings, as_root, end_leftover, run_script
from cluster.image_recipe import Phase, Recipe, recipe_hash
from labs import paths
from labs.errors import SeatrialError

REPORT_EVERY = 1.0
"""Seconds between two reports within a phase."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class NotEnoughDisk(SeatrialError):
    """The file system of the cache is too full to build an image."""


class PhaseFailed(SeatrialError):
    """A phase of a build ended with an error: its last lines are in the message."""


@dataclass(slots=True)
class _Build:
    """One run: where it works, and how far it is."""

    recipe: Recipe
    images: Path
    listener: Listener
    expected: dict[str, float] = field(default_factory=dict)
    """Seconds by script, from the last build on this machine or else from the recipe."""

    @property
    def work(self) -> Path:
        return self.images / f".work-{self.recipe.name}-{self.recipe.hash}"

    @property
    def scripts(self) -> Path:
        """The recipe as it was when the build began: who edits it meanwhile makes another image."""
        return self.work / "recipe"

    @property
    def output(self) -> Path:
        return self.work / "output"

    @property
    def keep(self) -> Path:
        """What makes the next build quicker, whatever its hash."""
        return self.images.parent / "build" / self.recipe.name

    @property
    def log(self) -> Path:
        return paths.state() / "logs" / f"image-{self.recipe.name}-{self.recipe.hash}.log"

    def stamp(self, phase: Phase) -> Path:
        return self.work / f"{phase.script}.done"

    def done(self, phase: Phase) -> bool:
        """Whether it ended well since this machine started; a crash may have cost what it wrote."""
        return self.stamp(phase).exists() and self.stamped(phase)[1] == _boot()

    def stamped(self, phase: Phase) -> tuple[float, str]:
        """The seconds that a phase took, and the boot of the machine in which it ended."""
        seconds, boot = self.stamp(phase).read_text(encoding="ascii").split()
        return float(seconds), boot


def build_image(recipe: Recipe, images: Path, listener: Listener) -> Path:
    """Build `recipe` in a work folder under `images`, and return the image's folder. One at a time.

    Raises NotEnoughDisk, PhaseFailed, NotPrivileged.
    """
    build = _Build(recipe, images, listener)
    build.expected = {phase.script: phase.seconds for phase in recipe.phases} | _learned(build)
    as_root()
    _clear_stale(build)
    _check_disk(build)
    for folder in (build.output, build.keep, build.log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    if recipe_hash(build.scripts) != recipe.hash:
        shutil.rmtree(build.scripts, ignore_errors=True)
        shutil.copytree(recipe.folder, build.scripts, symlinks=True)
    for phase in recipe.phases:
        if not build.done(phase):
            _run(build, phase)
    return _finish(build)


def _run(build: _Build, phase: Phase) -> None:
    started = time.monotonic()
    reported = started
    listener, expected = build.listener, build.expected[phase.script]
    listener(PhaseStarted(phase.title, *_progress(build, 0.0)))

    def heard(line: str) -> None:
        nonlocal reported
        listener(LogLine(line))
        if time.monotonic() - reported >= REPORT_EVERY:
            reported = time.monotonic()
            listener(PhaseProgressed(*_progress(build, min(reported - started, expected * 0.98))))

    given = Surroundings(_environment(build), build.log, build.work / "running")
    try:
        run_script(build.scripts / phase.script, given, heard)
    except ScriptFailed as failure:
        said = "\n".join(failure.last_lines)
        raise PhaseFailed(
            f"Building the image failed at “{phase.title}” (code {failure.code}):\n{said}\n",
            f"The whole log is {build.log}. The next build goes on from this phase.",
        ) from failure
    build.stamp(phase).write_text(
        f"{max(0.1, time.monotonic() - started):.1f} {_boot()}", encoding="ascii"
    )


def _progress(build: _Build, in_phase: float) -> tuple[float, float]:
    """The fraction of the whole that is done, and the seconds that are left."""
    expected = build.expected
    whole = sum(expected[phase.script] for phase in build.recipe.phases)
    done = sum(expected[phase.script] for phase in build.recipe.phases if build.done(phase))
    return (done + in_phase) / whole, whole - done - in_phase


def _environment(build: _Build) -> dict[str, str]:
    """The declared interface of a recipe; see vm-images/README.md."""
    return {
        "SEATRIAL_RECIPE": str(build.scripts),
        "SEATRIAL_WORK": str(build.work),
        "SEATRIAL_KEEP": str(build.keep),
        "SEATRIAL_OUTPUT": str(build.output),
        "SEATRIAL_KUBERNETES_VERSION": build.recipe.kubernetes,
        "LC_ALL": "C.UTF-8",
    }


def _clear_stale(build: _Build) -> None:
    """End what a killed build left running; work for what the recipe was before is of no use."""
    for work in build.images.glob(f".work-{build.recipe.name}-*"):
        end_leftover(work / "running")
        if work != build.work:
            build.listener(LogLine("Removing what is left of an interrupted build."))
            _delete(work)


def _check_disk(build: _Build) -> None:
    build.images.mkdir(parents=True, exist_ok=True)
    used = sum(
        (Path(folder) / name).lstat().st_blocks * 512
        for folder, _, names in os.walk(build.work)
        for name in names
    )
    free = shutil.disk_usage(build.images).free
    needed = build.recipe.needed_disk - used
    if free < needed:
        raise NotEnoughDisk(
            f"Building the image needs {needed / 2**30:.1f} GiB in {build.images}, "
            f"and {free / 2**30:.1f} GiB are free.",
            "Free some, or set XDG_CACHE_HOME to a folder on a larger disk.",
        )


def _finish(build: _Build) -> Path:
    """Write the manifest last, make all of it durable, and give the image its name."""
    recipe, output = build.recipe, build.output
    if os.geteuid() != 0:
        owner = f"{os.getuid()}:{os.getgid()}"
        subprocess.run([*as_root(), "chown", "-R", owner, str(output)], check=True)
    seconds = {phase.script: build.stamped(phase)[0] for phase in recipe.phases}
    facts = output / "facts.json"
    manifest = {
        "recipe": recipe.name,
        "hash": recipe.hash,
        "kubernetes": recipe.kubernetes,
        "command_line": recipe.command_line,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": seconds,
        "sizes": {file.name: file.stat().st_size for file in sorted(output.iterdir())},
        **(json.loads(facts.read_text(encoding="utf-8")) if facts.exists() else {}),
    }
    (output / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    for path in (*output.iterdir(), output):
        _sync(path)
    _times(build).write_text(json.dumps(seconds), encoding="utf-8")
    image = build.images / f"{recipe.name}-{recipe.hash}"
    # What is there has no manifest: the rest of a removal that was killed.
    shutil.rmtree(image, ignore_errors=True)
    output.rename(image)
    _sync(build.images)
    _delete(build.work)
    return image


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _boot() -> str:
    return _BOOT.read_text(encoding="ascii").strip()


def _delete(work: Path) -> None:
    subprocess.run([*as_root(), "rm", "-rf", "--one-file-system", str(work)], check=True)


def _times(build: _Build) -> Path:
    return build.keep / "seconds.json"


def _learned(build: _Build) -> dict[str, float]:
    """What the phases took last time, of those that the recipe still has."""
    if not _times(build).exists():
        return {}
    scripts = {phase.script for phase in build.recipe.phases}
    learned = json.loads(_times(build).read_text(encoding="utf-8"))
    return {name: float(seconds) for name, seconds in learned.items() if name in scripts}
