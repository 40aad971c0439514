"""The ``constraint`` column: simple bounds become a field's minimum and maximum."""

from math import ceil, floor
from typing import Final

from duijie.cli.xlsform.tokens import Tokens, Unclear
from duijie.domain.forms.values import FieldType

Bounds = tuple[float | None, float | None]

_NUMBERS: Final = frozenset({FieldType.NUMBER, FieldType.MONEY})
_TEXTS: Final = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PLACE})


def bounds_of(expression: str, kind: FieldType, *, whole: bool) -> Bounds:
    """The least and the most that ``expression`` allows a field of ``kind``. Raises Unclear.

    ``whole`` says that the answer is a whole number, so that ``. > 0`` is at least 1.
    """
    tokens = Tokens(expression)
    least, most = _one(tokens, kind, whole)
    while tokens.took("name", "and"):
        other_least, other_most = _one(tokens, kind, whole)
        least = other_least if least is None else max(least, other_least if other_least is not None else least)
        most = other_most if most is None else min(most, other_most if other_most is not None else most)
    if tokens.next.kind != "end":
        raise _unfit()
    return least, most


def _one(tokens: Tokens, kind: FieldType, whole: bool) -> Bounds:
    wrapped = tokens.took("mark", "(")
    whole |= _subject(tokens, kind)
    op, number = tokens.take(), tokens.take()
    if op.kind != "op" or number.kind != "number" or (wrapped and not tokens.took("mark", ")")):
        raise _unfit()
    value = float(number.text) * (100 if kind is FieldType.MONEY else 1)
    match op.text:
        case ">=":
            return _tidy(ceil(value) if whole else value), None
        case "<=":
            return None, _tidy(floor(value) if whole else value)
        case ">" if whole:
            return _tidy(floor(value) + 1), None
        case "<" if whole:
            return None, _tidy(ceil(value) - 1)
        case _:
            raise _unfit()


def _subject(tokens: Tokens, kind: FieldType) -> bool:
    """Take what is bounded; answers whether it is counted in whole numbers."""
    if kind in _NUMBERS and tokens.took("mark", "."):
        return kind is FieldType.MONEY
    function = {FieldType.CHOICES: "count-selected"}.get(kind, "string-length" if kind in _TEXTS else "")
    if not (function and tokens.took("name", function)):
        raise _unfit()
    for mark in "(.)":
        tokens.need("mark", mark)
    return True


def _tidy(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _unfit() -> Unclear:
    return Unclear(
        "这个限制没有读取；能读取的有 . >= 1 and . <= 5、string-length(.) <= 200、count-selected(.) <= 3。",
        "This constraint is not read; what can be read is . >= 1 and . <= 5, string-length(.) <= 200, "
        "count-selected(.) <= 3.",
    )
