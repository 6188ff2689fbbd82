"""The one base of every error that a person reads. Those with data live beside their cause."""


class SeatrialError(Exception):
    """Something could not be done: what is wrong, and what to do about it, one sentence each."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class LabError(SeatrialError):
    """A lab's files are wrong at one place: `where` is `file:line`, `field` a dotted path or ''."""

    def __init__(self, message: str, remedy: str, where: str = "", field: str = "") -> None:
        place = " ".join(part for part in (where, field) if part)
        super().__init__(f"{place}: {message}" if place else message, remedy)
        self.where = where
        self.field = field


class UnknownLab(SeatrialError):
    """No lab has the id that was asked for: wrong usage."""

    exit_code = 3
