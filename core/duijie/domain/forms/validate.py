"""What somebody filled in becomes clean answers, or a list of what to correct."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from duijie.domain.errors import Problem
from duijie.domain.forms.conditions import holds
from duijie.domain.forms.display import Mapped, display, mapped
from duijie.domain.forms.reading import LISTS, WITHOUT_ANSWER, read
from duijie.domain.forms.values import Field, FieldType, Form
from duijie.domain.text import T

__all__ = ["Mapped", "Validated", "display", "from_html", "longest", "mapped", "shown_fields", "validate"]

_LONGEST: Final = {FieldType.TEXT: 200, FieldType.PLACE: 200, FieldType.LONG_TEXT: 5000}
_CHOSEN: Final = frozenset(
    {FieldType.CHOICE, FieldType.CHOICES, FieldType.DEPARTMENTS, FieldType.YES_NO, FieldType.DATE}
)


@dataclass(frozen=True, slots=True)
class Validated:
    """``answers`` in field order, in the shapes of `FieldType`; to be stored only without ``problems``."""

    answers: dict[str, Any]
    problems: tuple[Problem, ...]


def validate(form: Form, answers: Mapping[str, Any], *, departments: Collection[str] = ()) -> Validated:
    """Normalise and check ``answers``; fields that are not shown and keys that are not asked are dropped.

    ``answers`` holds typed values (from JSON) or texts and lists of texts (see `from_html`);
    ``departments`` the keys that DEPARTMENTS fields offer. Attachments are checked where they are stored.
    Never raises on whatever was sent.
    """
    sent = answers if isinstance(answers, Mapping) else {}
    kept: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in form.fields():
        if field.type in WITHOUT_ANSWER or not holds(field.show_if, kept):
            continue
        result = read(field, sent.get(field.key), departments)
        if result.value is not None:
            kept[field.key] = result.value
        problem = result.problem or _problem(field, result.value, departments)
        if problem:
            problems.append(Problem(field.key, problem))
    return Validated(kept, tuple(problems))


def from_html(form: Form, getlist: Callable[[str], Sequence[str]]) -> dict[str, Any]:
    """The raw answers of a posted form, to be validated, or drawn again as they were typed.

    ``getlist`` is that of a multidict, such as ``request.form.getlist``.
    """
    raw: dict[str, Any] = {}
    for field in form.fields():
        sent = list(getlist(field.key)) if field.type not in WITHOUT_ANSWER else []
        if sent:
            raw[field.key] = sent if field.type in LISTS else sent[0]
    return raw


def shown_fields(form: Form, answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that are asked, given validated ``answers``; attachments and notes among them."""
    return tuple(field for field in form.fields() if holds(field.show_if, answers))


def longest(field: Field) -> int | None:
    """How many characters a text field takes; None for other types."""
    default = _LONGEST.get(field.type)
    return default if default is None or field.maximum is None else int(field.maximum)


def _problem(field: Field, value: Any, departments: Collection[str]) -> T | None:
    if value is None:
        unanswerable = field.type is FieldType.DEPARTMENTS and not departments
        return _missing(field) if field.required and not unanswerable else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _out_of_bounds(field, value)
    if field.type in LISTS:
        return _wrong_count(field, len(value))
    return _wrong_length(field, len(value)) if field.type in _LONGEST else None


def _missing(field: Field) -> T:
    if field.type in _CHOSEN:
        return T("请选择“{label}”。", en="Please choose: {label}").fill(label=field.label)
    return T("请填写“{label}”。", en="Please fill in: {label}").fill(label=field.label)


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
        return T(
            "最多 {most} 字，现在是 {count} 字，请删减。",
            en="At most {most} characters; this has {count}. Please shorten it.",
        ).fill(most=most, count=count)
    if field.minimum is not None and count < field.minimum:
        return T(
            "至少 {least} 字，现在是 {count} 字，请补充。",
            en="At least {least} characters; this has {count}. Please add to it.",
        ).fill(least=int(field.minimum), count=count)
    return None


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
