"""A form as JSON Schema (draft 2020-12), for whoever sends answers by program or builds another front end.

The schema describes answers as they are stored. It accepts whatever `validate` accepts unchanged; the other way round
it cannot count check digits or look into a calendar, and plugins' own checks are left to the server.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from duijie.domain.forms.exchange import digest
from duijie.domain.forms.limits import OTHER_AT_MOST, ROWS_AT_MOST, longest
from duijie.domain.forms.reading import LARGEST, WITHOUT_ANSWER
from duijie.domain.forms.schema_rules import rules
from duijie.domain.forms.values import Field, FieldType, Form
from duijie.domain.text import T

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_ODD: Final = r"\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff"
_EDGE: Final = r"(?!\s)(?![\s\S]*\s$)"
_PATTERNS: Final = {
    FieldType.TEXT: rf"^{_EDGE}[^\u0000-\u001f{_ODD}]+$",
    FieldType.PLACE: rf"^{_EDGE}[^\u0000-\u001f{_ODD}]+$",
    FieldType.CUSTOM: rf"^{_EDGE}[^\u0000-\u0008\u000b-\u001f{_ODD}]+$",
    FieldType.LONG_TEXT: rf"^{_EDGE}[^\u0000-\u0008\u000b-\u001f{_ODD}]+$",
    FieldType.DATE: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    FieldType.CREDIT_CODE: r"^[1-9ANY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$",
    FieldType.IDENTITY: r"^[1-9][0-9]{5}(19|[2-9][0-9])[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]$",
    FieldType.MOBILE: r"^1[3-9][0-9]{9}$",
    FieldType.EMAIL: r"^[^\s@]+@[^\s@]+\.[^\s@]+$",
}
_FORMATS: Final = {FieldType.DATE: "date", FieldType.EMAIL: "email"}


def form_as_schema(
    form: Form,
    language: str = "zh",
    *,
    departments: Sequence[tuple[str, T]] = (),
    areas: Mapping[str, T] | Sequence[tuple[str, T]] = (),
) -> dict[str, Any]:
    """The schema of the answers to ``form``, with titles and descriptions in ``language``.

    ``departments`` and ``areas`` are (key, name) of what this installation offers; without them such a field takes
    any key and is not required. ``$id`` names the version of the form; ``x-consent`` is what must be agreed to.
    """
    offered = {FieldType.DEPARTMENTS: list(departments), FieldType.AREA: list(dict(areas).items())}
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:duijie:form:{form.key}:{digest(form)}",
        "title": form.title.to(language),
        **({"description": form.intro.to(language)} if form.intro else {}),
        **({"x-consent": form.consent.to(language)} if form.consent else {}),
        **_object(form.fields(), language, offered),
    }
    schema.update(rules(form.fields(), {kind for kind, keys in offered.items() if keys}))
    return schema


def _object(fields: Sequence[Field], language: str, offered: Mapping[FieldType, list[tuple[str, T]]]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for field in fields:
        if field.type in WITHOUT_ANSWER:
            continue
        properties[field.key] = {**_told(field, language), **_answer(field, language, offered)}
        if field.other:
            pattern = _PATTERNS[FieldType.TEXT]
            beside: dict[str, Any] = {"type": "string", "maxLength": OTHER_AT_MOST, "pattern": pattern}
            properties[field.other_key] = beside
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _told(field: Field, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {"title": field.label.to(language)}
    if field.hint:
        told["description"] = field.hint.to(language)
    if field.type is FieldType.MONEY:
        told["x-unit"] = "0.01 CNY"
    elif field.unit and field.type is not FieldType.REPEAT:
        told["x-unit"] = field.unit.to(language)
    if field.personal:
        told["x-private"] = True
    if field.custom:
        told["x-custom"] = field.custom
    return told


def _answer(field: Field, language: str, offered: Mapping[FieldType, list[tuple[str, T]]]) -> dict[str, Any]:
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            kind = "number" if field.type is FieldType.NUMBER else "integer"
            return {"type": kind, **_bounds(field), "exclusiveMinimum": -LARGEST, "exclusiveMaximum": LARGEST}
        case FieldType.YES_NO:
            return {"type": "boolean"}
        case FieldType.CHOICE:
            return _one_of([(c.key, c.label) for c in field.offered], language)
        case FieldType.AREA:
            return _one_of(offered[field.type], language)
        case FieldType.CHOICES | FieldType.DEPARTMENTS:
            keys = offered.get(field.type, [(c.key, c.label) for c in field.offered])
            return {"type": "array", "items": _one_of(keys, language), "uniqueItems": True, **_counts(field)}
        case FieldType.REPEAT:
            rows = {**_object(field.fields, language, offered), "minProperties": 1}
            return {"type": "array", "items": rows, **_counts(field, ROWS_AT_MOST)}
        case _:
            return _text(field)


def _one_of(keys: Sequence[tuple[str, T]], language: str) -> dict[str, Any]:
    """The keys with their names, as generators of forms read them."""
    if not keys:
        return {"type": "string", "minLength": 1}
    return {"type": "string", "oneOf": [{"const": key, "title": name.to(language)} for key, name in keys]}


def _bounds(field: Field) -> dict[str, float]:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _counts(field: Field, most: int | None = None) -> dict[str, int]:
    maximum = most if field.maximum is None else int(field.maximum)
    return {
        "minItems": max(1, int(field.minimum or 0)),
        **({"maxItems": maximum} if maximum is not None else {}),
    }


def _text(field: Field) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "minLength": 1}
    most = longest(field)
    if most is not None:
        text |= {"minLength": max(1, int(field.minimum or 0)), "maxLength": most}
    if field.type in _PATTERNS:
        text["pattern"] = _PATTERNS[field.type]
    return text | ({"format": _FORMATS[field.type]} if field.type in _FORMATS else {})
