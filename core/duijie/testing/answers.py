"""Fills a form in, so that a test says only what it is about."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from duijie.domain.forms.check_digits import credit_check_character
from duijie.domain.forms.conditions import holds
from duijie.domain.forms.values import Field, FieldType, Form

TEXT: Final = "测试填写的内容，说明情况和希望解决的问题。"
Make = Callable[[Field, int, Sequence[str]], Any]
"""(the field, which case of the test it is, the roster's departments) → an answer that the form takes."""


def filled(form: Form, said: Mapping[str, Any], number: int, departments: Sequence[str]) -> dict[str, Any]:
    """``said``, and an answer to every other required field that is then shown. None leaves a field empty.

    Raises KeyError for a name that the form does not ask: a misspelt field would be dropped without a word.
    """
    asked = {field.key for field in form.fields()}
    if unknown := sorted(key for key in said if key.partition(".")[0] not in asked):
        raise KeyError(f"the form {form.key!r} does not ask {', '.join(unknown)}; it asks {', '.join(sorted(asked))}")
    answers: dict[str, Any] = {}
    for field in form.fields():
        if field.key in said:
            answers[field.key] = said[field.key]
        elif (field.required or field.key in _always(form)) and holds(field.show_if, answers):
            answers[field.key] = answer(field, number, departments)
    return {key: value for key, value in (answers | {k: v for k, v in said.items() if "." in k}).items() if value is not None}


def answer(field: Field, number: int, departments: Sequence[str]) -> Any:
    """An answer to one field; a text for types that this does not know."""
    make = _MAKE.get(field.type.value, _text)
    return make(field, number, departments)


def _always(form: Form) -> set[str]:
    """What makes the case's own columns, so that a requester can be written to."""
    return {form.email_field, form.contact_field} - {""}


def _text(field: Field, number: int, _departments: Sequence[str]) -> str:
    words = f"{field.label.zh}{number}"
    least, most = int(field.minimum or 0), int(field.maximum or 200)
    return (words + TEXT * (1 + least // len(TEXT)))[: max(least, min(len(words), most))]


def _long_text(field: Field, number: int, _departments: Sequence[str]) -> str:
    least, most = int(field.minimum or 0), int(field.maximum or 5000)
    return (f"第 {number} 件：" + TEXT * (1 + least // len(TEXT)))[:most]


def _number(field: Field, _nth: int, _departments: Sequence[str]) -> Any:
    least = field.minimum if field.minimum is not None else min(1, field.maximum if field.maximum is not None else 1)
    return int(least) if least == int(least) else least


def _choices(field: Field, _nth: int, _departments: Sequence[str]) -> list[str]:
    return [choice.key for choice in field.choices[: max(1, int(field.minimum or 1))]]


def _departments(field: Field, _nth: int, departments: Sequence[str]) -> list[str]:
    return list(departments[: max(1, int(field.minimum or 1))])


def _credit_code(_field: Field, number: int, _departments: Sequence[str]) -> str:
    first = f"91330200MA{number:07d}"
    return first + credit_check_character(first)


_MAKE: Final[Mapping[str, Make]] = {
    FieldType.LONG_TEXT.value: _long_text,
    FieldType.NUMBER.value: _number,
    FieldType.MONEY.value: _number,
    FieldType.DATE.value: lambda *_: "2026-03-02",
    FieldType.YES_NO.value: lambda *_: False,
    FieldType.CHOICE.value: lambda field, *_: field.choices[0].key,
    FieldType.CHOICES.value: _choices,
    FieldType.DEPARTMENTS.value: _departments,
    FieldType.CREDIT_CODE.value: _credit_code,
    FieldType.MOBILE.value: lambda _field, number, _: f"138{number:08d}",
    FieldType.EMAIL.value: lambda _field, number, _: f"requester{number}@example.test",
}
