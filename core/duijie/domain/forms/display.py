"""A submission as people read it, drawn from its own form version, and what it says about its case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from duijie.domain.forms.conditions import holds
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
    form: Form, answers: Mapping[str, Any], language: str, *, names: Mapping[str, T] | None = None
) -> list[tuple[str, list[Line]]]:
    """Section titles with their answered lines, in ``language``. Never raises on odd answers.

    ``names`` are the names of departments by key. Unanswered fields and empty sections are left out.
    """
    sections = []
    for section in form.sections:
        lines = [
            (f.label.to(language), answer_text(f, answers[f.key], names).to(language), f.private)
            for f in section.fields
            if answers.get(f.key) is not None and holds(f.show_if, answers)
        ]
        if lines:
            sections.append((section.title.to(language), lines))
    return sections


def answer_text(field: Field, value: Any, names: Mapping[str, T] | None = None) -> T:
    """One stored answer in words, with its unit."""
    match field.type:
        case FieldType.CHOICE:
            return _label(field, value)
        case FieldType.CHOICES:
            return _enumerated(value, lambda key: _label(field, key))
        case FieldType.DEPARTMENTS:
            known = names or {}
            return _enumerated(value, lambda key: known.get(str(key), T.same(str(key))))
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


def _words(form: Form, key: str, answers: Mapping[str, Any]) -> str:
    field = form.find(key) if key else None
    value = answers.get(key)
    return answer_text(field, value).zh if field and value is not None else ""


def _label(field: Field, key: Any) -> T:
    return next((c.label for c in field.choices if c.key == key), T.same(str(key)))


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
