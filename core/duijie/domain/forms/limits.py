"""Whether an answer that could be read is there, long enough, large enough, and not too much."""

from typing import Any, Final

from duijie.domain.forms.reading import LISTS
from duijie.domain.forms.values import Field, FieldType
from duijie.domain.text import T

ROWS_AT_MOST: Final = 50
"""How many rows a repeat takes that sets no maximum of its own; none may set more."""

OTHER_AT_MOST: Final = 200
"""How many characters stand beside the choice "other"."""

_LONGEST: Final = {FieldType.TEXT: 200, FieldType.PLACE: 200, FieldType.LONG_TEXT: 5000}
_CHOSEN: Final = frozenset(
    {
        FieldType.CHOICE, FieldType.CHOICES, FieldType.DEPARTMENTS, FieldType.AREA, FieldType.YES_NO,
        FieldType.DATE,
    }
)  # fmt: skip


def longest(field: Field) -> int | None:
    """How many characters a text field takes; None for other types."""
    default = _LONGEST.get(field.type)
    return default if default is None or field.maximum is None else int(field.maximum)


def missing(field: Field) -> T:
    """What is said where a required answer is not there."""
    if field.type in _CHOSEN:
        return T("请选择“{label}”。", en="Please choose: {label}").fill(label=field.label)
    return T("请填写“{label}”。", en="Please fill in: {label}").fill(label=field.label)


def limit_problem(field: Field, value: Any) -> T | None:
    """What is wrong with the size of ``value``; ``field`` is of a built-in type."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _out_of_bounds(field, value)
    if field.type in LISTS:
        return _wrong_count(field, len(value))
    return _wrong_length(field, len(value)) if field.type in _LONGEST else None


def rows_problem(field: Field, count: int) -> T | None:
    """What is wrong with the number of filled-in rows of a repeat."""
    most = ROWS_AT_MOST if field.maximum is None else int(field.maximum)
    if count > most:
        return T("最多填写 {most} 项，现在是 {count} 项。", en="At most {most} entries; there are {count}.").fill(
            most=most, count=count
        )
    least = int(field.minimum or 0)
    if 0 < count < least:
        return T("至少填写 {least} 项，现在是 {count} 项。", en="At least {least} entries; there are {count}.").fill(
            least=least, count=count
        )
    return None


def other_problem(field: Field, text: str) -> T | None:
    """What is wrong with the text beside the choice "other", which is chosen."""
    if not text:
        return T("“{label}”选择了“其他”，请写明是什么。", en="You chose “other” for “{label}”: please say what.").fill(
            label=field.label
        )
    return _too_long(len(text), OTHER_AT_MOST)


def _out_of_bounds(field: Field, value: float) -> T | None:
    if field.minimum is not None and value < field.minimum:
        bound = _bound(field, field.minimum)
        return T("不能小于 {bound}，请核对。", en="This must be at least {bound}.").fill(bound=bound)
    if field.maximum is not None and value > field.maximum:
        bound = _bound(field, field.maximum)
        return T("不能大于 {bound}，请核对。", en="This must be at most {bound}.").fill(bound=bound)
    return None


def _bound(field: Field, bound: float) -> T:
    if field.type is FieldType.MONEY:
        return T("{n} 元", en="{n} yuan").fill(n=f"{bound / 100:.15g}")
    unit = field.unit or T.same("")
    return T(f"{bound:.15g} {unit.zh}".strip(), en=f"{bound:.15g} {unit.en}".strip())


def _wrong_length(field: Field, count: int) -> T | None:
    most = longest(field)
    if most is not None and count > most:
        return _too_long(count, most)
    if field.minimum is not None and count < field.minimum:
        return T(
            "至少 {least} 字，现在是 {count} 字，请补充。",
            en="At least {least} characters; this has {count}. Please add to it.",
        ).fill(least=int(field.minimum), count=count)
    return None


def _too_long(count: int, most: int) -> T | None:
    if count <= most:
        return None
    return T(
        "最多 {most} 字，现在是 {count} 字，请删减。",
        en="At most {most} characters; this has {count}. Please shorten it.",
    ).fill(most=most, count=count)


def _wrong_count(field: Field, count: int) -> T | None:
    if field.maximum is not None and count > field.maximum:
        return T(
            "最多选择 {most} 项，现在是 {count} 项。", en="Choose at most {most}; {count} are chosen."
        ).fill(most=int(field.maximum), count=count)
    if field.minimum is not None and count < field.minimum:
        return T(
            "至少选择 {least} 项，现在是 {count} 项。", en="Choose at least {least}; {count} chosen so far."
        ).fill(least=int(field.minimum), count=count)
    return None
