"""The `vars` block of lab.yaml: draws every variable's value for one attempt."""

from labs.document import Field
from labs.variables import Draw, Value

FORMS = ("pick", "token", "range")
_EXAMPLES = "Write a plain value, {pick: [a, b]}, {token: 6} or {range: [30100, 30200]}."


def draw_variables(block: Field, seed: str, lab_id: str) -> dict[str, Value]:
    """The value of every variable, by name. Complaints go to the document."""
    values: dict[str, Value] = {}
    for name, rule in block.entries().items():
        if not name.isidentifier() or not name.isascii():
            rule.complain(f"{name!r} cannot be a variable.", "Use letters, digits and _.")
        values[name] = _draw(rule, Draw(seed, lab_id, name))
    return values


def _draw(rule: Field, draw: Draw) -> Value:
    """The value that `rule` gives; the empty text after a complaint."""
    value = rule.value()
    match value:
        case str() | int() if not isinstance(value, bool):
            return value
        case {"pick": [_, *_] as choices, **rest} if not rest and _are_values(choices):
            return draw.pick(choices)
        case {"token": int() as length, **rest} if not rest and 1 <= length <= 40:
            return draw.token(length)
        case {"range": [int() as low, int() as high], **rest} if not rest and low <= high:
            return draw.between(low, high)
    rule.complain("is no rule by which a value could be drawn.", _EXAMPLES)
    return ""


def _are_values(choices: list[object]) -> bool:
    return all(isinstance(item, str | int) and not isinstance(item, bool) for item in choices)
