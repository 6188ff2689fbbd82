"""`answer`: what a learner found out and wrote into a file of a node."""

import re
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from labs.checks.model import CheckModel, Expectations, Expected

Form = Literal[
    "text", "names", "table", "lines", "number", "quantity", "instant", "id", "json", "yaml", "sbom"
]
Match = Literal["exact", "includes", "within"]


class AnswerObjects(CheckModel):
    """The answer is what these objects say now."""

    kind: str
    api_version: str = ""
    namespace: str = ""
    name: str = ""
    selector: str = ""
    where: Expectations = {}
    """Only objects that fit."""
    path: str = Field(default="metadata.name", alias="field")
    """What is asked of each."""
    order_by: str = ""
    """The answer is in the order of this field; objects with equal values in any."""
    min: int = 1
    """How many there must be, so that nothing is not compared with nothing."""


class AnswerCommand(CheckModel):
    """The answer is what this command prints now."""

    argv: list[str]
    node: str = ""
    """If it is another one."""


class AnswerFile(CheckModel):
    """The answer stands in another file of a node."""

    path: str
    node: str = ""
    """If it is another one."""


class AnswerCheck(CheckModel):
    """What the learner wrote into a file, as what it means: names in any order and with or without
    `pod/`, dates in any format, short or whole ids. It is compared with `value`, or with the
    cluster as it is now. A finding never tells the right answer."""

    example: ClassVar[str] = """
node: k8s-master
path: /root/first.txt
as: names
objects: {kind: Pod, namespace: shop, where: {status.qosClass: BestEffort}}
"""
    catches: ClassVar[tuple[str, ...]] = (
        "more names than were asked for, or a whole log where some lines were",
        "an answer that was right once, such as the id of a container that has restarted since",
        "an empty file where there is nothing to compare it with",
    )
    untold: ClassVar[tuple[str, ...]] = (
        *("node", "as", "match", "min", "where", "field", "order_by", "only", "argv", "kind"),
        *("value", "selector"),
    )

    node: str
    path: str
    form: Form = Field(default="text", alias="as")
    """`text`: words, however far apart. `names`: between blanks, commas or line ends, with `pod/`
    or without. `table`: the column NAME of what `kubectl get` prints. `lines`: each may have more
    before and after it (time stamps, names of pods). `number`, `quantity`: just one. `instant`: a
    date, as precise as it was written. `id`: a container's, at least its first 12 characters.
    `json`, `yaml`: objects without what only lives on (`resourceVersion`). `sbom`: SPDX or
    CycloneDX that names these digests."""
    value: Expected = None
    """A list for `names`, `table`, `lines` and `sbom`; of several texts, dates or ids, one will do.
    For `text`, `number` and `quantity` operators are allowed."""
    objects: AnswerObjects | None = None
    command: AnswerCommand | None = None
    file: AnswerFile | None = None
    match: Match = "exact"
    """Of several names or lines: just these; these and perhaps others (`includes`); some of these
    and no others (`within`)."""
    min: int = 1
    """With `within`: how many of them at least."""
    only: str = ""
    """For `lines`: a regular expression that every line must match."""
    ignore_case: bool = False
    ordered: bool = False
    """For `names` and `table`: in the order of `value`, of the command, or of the other file."""
    expect: Expectations = {}
    """For `json` and `yaml`: what is true of the document."""

    @model_validator(mode="after")
    def _has_one_oracle(self) -> Self:
        given = [self.value is not None, self.objects, self.command, self.file]
        enough = bool(self.only or self.expect)
        if sum(map(bool, given)) > 1 or not (any(given) or enough):
            raise ValueError("an answer is compared with one of value, objects, command, file")
        if self.only:
            try:
                re.compile(self.only)
            except re.error as error:
                raise ValueError(f"only is no regular expression: {error}") from error
        if self.only and self.form != "lines":
            raise ValueError("only is for lines")
        if self.expect and self.form not in ("json", "yaml"):
            raise ValueError("expect is for json and yaml")
        return self
