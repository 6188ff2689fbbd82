"""An operator's operand that cannot be read: the lab's author made a mistake, not the learner."""

from labs.errors import SeatrialError


class OperandError(SeatrialError):
    """What a check compares with is not of the kind that its operator asks for."""


def unreadable(operator: str, operand: object, remedy: str) -> OperandError:
    return OperandError(f"{operator}: {operand!r} cannot be read.", remedy)
