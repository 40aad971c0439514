"""Fills a form in, so that a test says only what it is about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from duijie.domain.forms.check_digits import credit_check_character
from duijie.domain.forms.conditions import holds
from duijie.domain.forms.custom import CustomType, as_base
from duijie.domain.forms.identity import identity_check_character
from duijie.domain.forms.values import Field, FieldType, Form

TEXT: Final = "测试填写的内容，说明情况和希望解决的问题。"


@dataclass(frozen=True, slots=True)
class Known:
    """What answers are made of: which case of the test it is, the departments and areas offered, plugins' types."""

    number: int
    departments: Sequence[str] = ()
    areas: Sequence[str] = ()
    custom: Mapping[str, CustomType] = field(default_factory=dict)


Make = Callable[[Field, Known], Any]


def filled(form: Form, said: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """``said``, and an answer to every other required field that is then shown. None leaves a field empty.

    Raises KeyError for a name that the form does not ask: a misspelt field would be dropped without a word.
    """
    asked = {field.key for field in form.fields()}
    if unknown := sorted(key for key in said if key.partition(".")[0] not in asked):
        raise KeyError(f"the form {form.key!r} does not ask {', '.join(unknown)}; it asks {', '.join(sorted(asked))}")
    answers = _filled(form.fields(), said, known, _always(form))
    return {key: value for key, value in (answers | {k: v for k, v in said.items() if "." in k}).items() if value is not None}


def answer(field: Field, known: Known) -> Any:
    """An answer to one field; a text for types that this does not know."""
    plain = as_base(field, known.custom)
    return _MAKE.get(plain.type, _text)(plain, known)


def _filled(fields: Sequence[Field], said: Mapping[str, Any], known: Known, always: set[str]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for one in fields:
        if one.key in said:
            answers[one.key] = said[one.key]
        elif (one.required or one.key in always) and holds(one.show_if, answers):
            answers[one.key] = answer(one, known)
    return answers


def _always(form: Form) -> set[str]:
    """What makes the case's own columns, so that a requester can be written to."""
    return {form.email_field, form.contact_field} - {""}


def _text(field: Field, known: Known) -> str:
    words = f"{field.label.zh}{known.number}"
    least, most = int(field.minimum or 0), int(field.maximum or 200)
    return (words + TEXT * (1 + least // len(TEXT)))[: max(least, min(len(words), most))]


def _long_text(field: Field, known: Known) -> str:
    least, most = int(field.minimum or 0), int(field.maximum or 5000)
    return (f"第 {known.number} 件：" + TEXT * (1 + least // len(TEXT)))[:most]


def _number(field: Field, _: Known) -> Any:
    least = field.minimum if field.minimum is not None else min(1, field.maximum if field.maximum is not None else 1)
    return int(least) if least == int(least) else least


def _credit_code(_: Field, known: Known) -> str:
    first = f"91330200MA{known.number:07d}"
    return first + credit_check_character(first)


def _identity(_: Field, known: Known) -> str:
    first = f"33020019900101{known.number % 1000:03d}"
    return first + identity_check_character(first)


def _rows(field: Field, known: Known) -> list[dict[str, Any]]:
    return [_filled(field.fields, {}, known, {field.fields[0].key})] * max(1, int(field.minimum or 1))


def _some(keys: Sequence[str], field: Field) -> list[str]:
    return list(keys[: max(1, int(field.minimum or 1))])


_MAKE: Final[Mapping[FieldType, Make]] = {
    FieldType.LONG_TEXT: _long_text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.DATE: lambda *_: "2026-03-02",
    FieldType.YES_NO: lambda *_: False,
    FieldType.CHOICE: lambda field, _: field.choices[0].key,
    FieldType.CHOICES: lambda field, _: _some([choice.key for choice in field.choices], field),
    FieldType.DEPARTMENTS: lambda field, known: _some(known.departments, field),
    FieldType.AREA: lambda _, known: known.areas[0] if known.areas else None,
    FieldType.CREDIT_CODE: _credit_code,
    FieldType.IDENTITY: _identity,
    FieldType.MOBILE: lambda _, known: f"138{known.number:08d}",
    FieldType.EMAIL: lambda _, known: f"requester{known.number}@example.test",
    FieldType.REPEAT: _rows,
}
