"""A submission as people read it, drawn from its own form version, and what it says about its case."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from duijie.domain.forms.conditions import holds, row_scope
from duijie.domain.forms.values import Field, FieldType, Form
from duijie.domain.text import T, joined

Line = tuple[str, str, bool]
"""Label, answer, and whether it is personal data."""

_TITLE_LENGTH: Final = 30
_SENTENCE_ENDS: Final = "\n。！？!?；;"
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
YES: Final = T("是", en="Yes")
NO: Final = T("否", en="No")


@dataclass(frozen=True, slots=True)
class Mapped:
    """The columns of a case that its submission fills. What the form does not ask is empty."""

    topic: str
    title: str
    text: str
    requester: str
    contact: str
    mobile: str
    email: str
    departments: tuple[str, ...]


def display(
    form: Form,
    answers: Mapping[str, Any],
    language: str,
    *,
    names: Mapping[str, T] | None = None,
    areas: Mapping[str, T] | None = None,
) -> list[tuple[str, list[Line]]]:
    """Section titles with their answered lines, in ``language``. Never raises on odd answers.

    ``names`` are the names of departments by key, ``areas`` those of areas. Unanswered fields and empty sections
    are left out; each answer in a row of a repeat is a line of its own, labelled with the row.
    """
    known = _Names(names or {}, areas or {})
    sections = []
    for section in form.sections:
        lines = [(label.to(language), said.to(language), private)
                 for label, said, private in _lines(section.fields, answers, known)]  # fmt: skip
        if lines:
            sections.append((section.title.to(language), lines))
    return sections


def answer_text(
    field: Field, value: Any, names: Mapping[str, T] | None = None, areas: Mapping[str, T] | None = None
) -> T:
    """One stored answer in words, with its unit; of a repeat, how many rows there are."""
    match field.type:
        case FieldType.CHOICE:
            return _label(field, value)
        case FieldType.CHOICES:
            return _enumerated(value, lambda key: _label(field, key))
        case FieldType.DEPARTMENTS:
            return _enumerated(value, lambda key: _named(names, key))
        case FieldType.AREA:
            return _named(areas, value)
        case FieldType.REPEAT if isinstance(value, list | tuple):
            return T("{n} 项", en="{n}").fill(n=len(value))
        case FieldType.YES_NO if isinstance(value, bool):
            return YES if value else NO
        case FieldType.DATE:
            return _date(str(value))
        case FieldType.NUMBER | FieldType.MONEY if _is_number(value):
            return _amount(field, value)
        case _:
            return T.same(str(value))


def yuan(fen: float) -> str:
    """1234550 → "12,345.50"; whole yuan without decimals."""
    return f"{fen / 100:,.2f}".removesuffix(".00")


def mapped(form: Form, answers: Mapping[str, Any]) -> Mapped:
    """What validated ``answers`` say about the case, by the form's ``*_field`` names."""
    text = _words(form, form.text_field, answers)
    departments = answers.get(form.departments_field)
    return Mapped(
        topic=str(answers.get(form.topic_field) or ""),
        title=_words(form, form.title_field, answers) or beginning(text),
        text=text,
        requester=_words(form, form.requester_field, answers),
        contact=_words(form, form.contact_field, answers),
        mobile=_words(form, form.mobile_field, answers),
        email=_words(form, form.email_field, answers),
        departments=tuple(str(d) for d in departments) if isinstance(departments, list | tuple) else (),
    )


def beginning(text: str) -> str:
    """The first sentence of ``text``, cut at 30 characters (English: at the last whole word)."""
    end = min((i for c in _SENTENCE_ENDS if (i := text.find(c)) > 0), default=len(text))
    sentence = text[:end].strip()
    if len(sentence) <= _TITLE_LENGTH:
        return sentence
    cut = sentence[:_TITLE_LENGTH]
    word_end = cut.rfind(" ")
    inside_a_word = sentence[_TITLE_LENGTH].isascii() and word_end > _TITLE_LENGTH // 2
    return (cut[:word_end] if inside_a_word else cut).rstrip("，,、 ") + "…"


@dataclass(frozen=True, slots=True)
class _Names:
    departments: Mapping[str, T]
    areas: Mapping[str, T]


def _lines(
    fields: tuple[Field, ...], answers: Mapping[str, Any], known: _Names, outer: Mapping[str, Any] | None = None
) -> Iterator[tuple[T, T, bool]]:
    scope = row_scope(outer or {}, answers, {field.key for field in fields})
    for field in fields:
        value = answers.get(field.key)
        if value is None or not holds(field.show_if, scope):
            continue
        if field.type is FieldType.REPEAT:
            yield from _row_lines(field, value, known, scope)
        else:
            yield field.label, _said(field, answers, known), field.personal


def _row_lines(
    field: Field, rows: Any, known: _Names, outer: Mapping[str, Any]
) -> Iterator[tuple[T, T, bool]]:
    for number, row in enumerate(rows if isinstance(rows, list | tuple) else (), start=1):
        if isinstance(row, Mapping):
            for label, said, private in _lines(field.fields, row, known, outer):
                named = T("{row} {n}：{label}", en="{row} {n}: {label}")
                yield named.fill(row=field.unit or field.label, n=number, label=label), said, private


def _said(field: Field, answers: Mapping[str, Any], known: _Names) -> T:
    """An answer in words, with what was written beside "other"."""
    said = answer_text(field, answers[field.key], known.departments, known.areas)
    beside = answers.get(field.other_key) if field.other else None
    if not isinstance(beside, str):
        return said
    return T("{said}（{beside}）", en="{said} ({beside})").fill(said=said, beside=beside)


def _words(form: Form, key: str, answers: Mapping[str, Any]) -> str:
    field = form.find(key) if key else None
    return _said(field, answers, _Names({}, {})).zh if field and answers.get(key) is not None else ""


def _named(names: Mapping[str, T] | None, key: Any) -> T:
    return (names or {}).get(str(key), T.same(str(key)))


def _label(field: Field, key: Any) -> T:
    return next((c.label for c in field.offered if c.key == key), T.same(str(key)))


def _enumerated(value: Any, name: Callable[[Any], T]) -> T:
    items = value if isinstance(value, list | tuple) else [value]
    return joined([name(item) for item in items])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _amount(field: Field, value: float) -> T:
    if field.type is FieldType.MONEY:
        return T("{n} 元", en="{n} yuan").fill(n=yuan(value))
    number = f"{value:,}" if isinstance(value, int) else f"{value:,.15g}"
    return T("{n} {unit}", en="{n} {unit}").fill(n=number, unit=field.unit) if field.unit else T.same(number)


def _date(text: str) -> T:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return T.same(text)
    return T(f"{day.year}年{day.month}月{day.day}日", en=f"{day.day} {_MONTHS[day.month - 1]} {day.year}")
