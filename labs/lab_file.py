"""One lab.yaml, with the scripts that it names, as a `Lab`. What fits together is `lint`'s."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labs.document import Document, Field, read_document, unknown_placeholder
from labs.model import (
    CheckSpec,
    Criterion,
    Keep,
    Lab,
    NodeScript,
    Requirement,
    Solution,
    Step,
    WrongAnswer,
)
from labs.variables import render, unknown_placeholders
from labs.vars_block import draw_variables

LAB_REQUIRED = ("id", "title", "summary", "source", "cluster", "target_seconds", "steps")
LAB_OPTIONAL = (
    *("supports", "stand_ins", "vars", "setup", "ready", "cleanup", "solutions", "wrong"),
)
STEP_REQUIRED = ("id", "title", "text", "requirements", "criteria", "hints", "debrief")
CRITERION_OPTIONAL = ("req", "points", "guard", "keep", "eventually", "stable", "needs")


@dataclass(frozen=True, slots=True)
class LabPlace:
    """Where a lab's files are. `root` holds the folders `labs` and `notebooks`."""

    root: Path
    chapter_folder: str
    name: str

    @property
    def chapter(self) -> int:
        return int(self.chapter_folder.partition("-")[0])

    @property
    def id(self) -> str:
        return f"{self.chapter}/{self.name}"

    @property
    def folder(self) -> Path:
        return self.root / "labs" / self.chapter_folder / self.name

    @property
    def notebook(self) -> Path:
        return self.root / "notebooks" / self.chapter_folder / f"{self.name}.ipynb"

    def files(self) -> list[Path]:
        """All files of the lab's folder except hidden ones, sorted."""
        return visible_files(self.folder)

    def content_hash(self) -> str:
        notebook = [self.notebook] if self.notebook.is_file() else []
        return content_hash((*self.files(), *notebook), self.root)


def visible_files(folder: Path) -> list[Path]:
    """All files below `folder` except hidden ones, sorted."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not _hidden(path.relative_to(folder)))


def content_hash(files: Iterable[Path], root: Path) -> str:
    """SHA-256 over files and their names below `root`."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class LabFile:
    """A lab as read: `root` keeps the places of its fields and what is wrong with them."""

    lab: Lab
    root: Field
    place: LabPlace

    @property
    def document(self) -> Document:
        return self.root.document


def read_lab(place: LabPlace, seed: str = "") -> LabFile:
    """Read and render a lab. Complaints are in its document; raises LabError if it is no YAML."""
    path = place.folder / "lab.yaml"
    root = read_document(path, str(path.relative_to(place.root)))
    fields = root.fields(LAB_REQUIRED, LAB_OPTIONAL)
    root.document.values = draw_variables(fields["vars"], seed, place.id)
    if fields["id"].string(place.name) != place.name:
        fields["id"].complain(
            f"is {fields['id'].string()!r}, but the folder is {place.name!r}.",
            "Make them the same.",
        )
    return LabFile(_lab(fields, place), root, place)


def _lab(fields: Mapping[str, Field], place: LabPlace) -> Lab:
    scripts = Scripts(place.folder)
    supports = fields["supports"]
    return Lab(
        id=place.id,
        chapter=place.chapter,
        name=place.name,
        title=fields["title"].text(),
        summary=fields["summary"].text(),
        source=fields["source"].string(),
        supports={key: item.value() for key, item in supports.entries().items()},
        profile=fields["cluster"].fields(("profile",))["profile"].string(),
        target_seconds=fields["target_seconds"].integer(),
        steps=tuple(_step(item, place.folder) for item in fields["steps"].items()),
        setup=scripts.read(fields["setup"]),
        ready=tuple(read_criterion(item, place.folder) for item in fields["ready"].items()),
        cleanup=scripts.read(fields["cleanup"]),
        solutions=tuple(_solution(item, scripts) for item in fields["solutions"].items()),
        wrong=tuple(_wrong(item, scripts) for item in fields["wrong"].items()),
        notebook=place.notebook,
        folder=place.folder,
        stand_ins=fields["stand_ins"].text(),
        variables={k: str(v) for k, v in fields["vars"].document.values.items()},
        content_hash=place.content_hash(),
    )


def _step(item: Field, folder: Path) -> Step:
    fields = item.fields(STEP_REQUIRED)
    return Step(
        id=fields["id"].string(),
        title=fields["title"].text(),
        text=fields["text"].text(),
        requirements=tuple(
            Requirement(key, text.text()) for key, text in fields["requirements"].entries().items()
        ),
        criteria=tuple(read_criterion(one, folder) for one in fields["criteria"].items()),
        hints=tuple(hint.text() for hint in fields["hints"].items()),
        debrief=fields["debrief"].text(),
    )


def read_criterion(item: Field, folder: Path) -> Criterion:
    """A criterion as written; complaints go to its document. `folder`: of its lab."""
    fields = item.fields(("id", "check"), CRITERION_OPTIONAL)
    keep = fields["keep"].string("still")
    if keep not in ("once", "still"):
        fields["keep"].complain(f"must be once or still, not {keep!r}.", "Leave it out for still.")
        keep = "still"
    return Criterion(
        id=fields["id"].string(),
        check=_check(fields["check"], folder),
        requirements=fields["req"].strings(),
        points=fields["points"].integer(),
        guard=fields["guard"].flag(),
        keep=Keep(keep),
        eventually=fields["eventually"].seconds(),
        stable=fields["stable"].seconds(),
        needs=fields["needs"].strings(),
    )


def _check(check: Field, folder: Path) -> CheckSpec:
    entries = check.entries()
    if len(entries) != 1:
        if check.present:
            check.complain(
                f"names {len(entries)} checks.", "Write one: `check: {file: {node: …, path: …}}`."
            )
        return CheckSpec("", {}, check.line)
    ((kind, args),) = entries.items()
    values = {key: item.value() for key, item in args.entries().items()}
    return CheckSpec(kind, values, args.line, folder)


def _solution(item: Field, scripts: "Scripts") -> Solution:
    fields = item.fields(("id", "title", "steps"))
    steps = {key: scripts.read(value) for key, value in fields["steps"].entries().items()}
    return Solution(fields["id"].string(), fields["title"].text(), steps)


def _wrong(item: Field, scripts: "Scripts") -> WrongAnswer:
    fields = item.fields(("id", "title", "step", "run", "expect"))
    return WrongAnswer(
        id=fields["id"].string(),
        title=fields["title"].text(),
        step=fields["step"].string(),
        scripts=scripts.read(fields["run"]),
        expect={key: value.string() for key, value in fields["expect"].entries().items()},
    )


@dataclass(frozen=True, slots=True)
class Scripts:
    """Reads and renders the scripts of one folder."""

    folder: Path

    def read(self, block: Field) -> tuple[NodeScript, ...]:
        found = []
        for item in block.items():
            fields = item.fields(("node", "run"))
            if fields["run"].string():
                found.append(self.script(fields["node"].string(), fields["run"]))
        return tuple(found)

    def script(self, node: str, run: Field) -> NodeScript:
        """The script at the path that `run` holds; empty after a complaint."""
        name = run.string()
        path = self.folder / name
        document = run.document
        if Path(name).is_absolute() or ".." in Path(name).parts:
            run.complain(f"{name!r} is outside the lab's folder.", "Keep scripts in the folder.")
            return NodeScript(node, "", path)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            run.complain(f"there is no text file {name!r}.", "Create it, or correct the path.")
            return NodeScript(node, "", path)
        shown = Path(document.shown).parent / name
        for unknown, line in unknown_placeholders(text, document.values):
            script = Document(str(shown), document.problems)
            script.complain(line + 1, "", *unknown_placeholder(unknown, document.values))
        return NodeScript(node, render(text, document.values), path)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)
