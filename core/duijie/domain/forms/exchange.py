"""Forms as JSON: what a version of a form is kept as, and the digest that names it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from duijie.domain.forms.conditions import condition_as_json, condition_from_json
from duijie.domain.forms.values import Choice, Field, FieldType, Form, Section
from duijie.domain.text import T

_NAMES: Final = (
    "topic_field", "text_field", "requester_field", "contact_field", "mobile_field",
    "email_field", "title_field", "departments_field",
)  # fmt: skip


def form_as_json(form: Form) -> dict[str, Any]:
    """The whole form; what stands at its default is left out, so that a later default changes no digest."""
    data: dict[str, Any] = {
        "key": form.key,
        "title": form.title.as_json(),
        "sections": [
            {"title": section.title.as_json(), "fields": [_field_as_json(f) for f in section.fields]}
            for section in form.sections
        ],
    }
    data.update({name: getattr(form, name) for name in _NAMES if getattr(form, name)})
    data.update(_texts(intro=form.intro, consent=form.consent))
    return data


def form_from_json(data: Mapping[str, Any]) -> Form:
    """Read what `form_as_json` wrote. Raises KeyError or ValueError when it is something else."""
    sections = tuple(
        Section(T.from_json(s["title"]), tuple(_field_from_json(f) for f in s["fields"]))
        for s in data["sections"]
    )
    names = {name: str(data.get(name, "")) for name in _NAMES}
    return Form(
        key=str(data["key"]),
        title=T.from_json(data["title"]),
        sections=sections,
        intro=_text(data, "intro"),
        consent=_text(data, "consent"),
        **names,
    )


def digest(form: Form) -> str:
    """SHA-256 of the form's canonical JSON, 64 hexadecimal characters: the name of this version."""
    canonical = json.dumps(form_as_json(form), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _field_as_json(field: Field) -> dict[str, Any]:
    data: dict[str, Any] = {"key": field.key, "type": field.type.value, "label": field.label.as_json()}
    data.update({name: True for name in ("required", "private", "other") if getattr(field, name)})
    data.update(_texts(hint=field.hint, unit=field.unit))
    data.update({n: v for n in ("minimum", "maximum") if (v := getattr(field, n)) is not None})
    if field.choices:
        data["choices"] = [{"key": c.key, "label": c.label.as_json()} for c in field.choices]
    if field.show_if:
        data["show_if"] = condition_as_json(field.show_if)
    if field.fields:
        data["fields"] = [_field_as_json(inner) for inner in field.fields]
    if field.custom:
        data["custom"] = field.custom
    return data


def _field_from_json(data: Mapping[str, Any]) -> Field:
    condition = data.get("show_if")
    return Field(
        key=str(data["key"]),
        type=FieldType(data["type"]),
        label=T.from_json(data["label"]),
        required=bool(data.get("required", False)),
        hint=_text(data, "hint"),
        choices=tuple(Choice(str(c["key"]), T.from_json(c["label"])) for c in data.get("choices", ())),
        show_if=condition_from_json(condition) if condition else None,
        unit=_text(data, "unit"),
        minimum=data.get("minimum"),
        maximum=data.get("maximum"),
        private=bool(data.get("private", False)),
        fields=tuple(_field_from_json(inner) for inner in data.get("fields", ())),
        other=bool(data.get("other", False)),
        custom=str(data.get("custom", "")),
    )


def _texts(**texts: T | None) -> dict[str, Any]:
    return {name: text.as_json() for name, text in texts.items() if text is not None}


def _text(data: Mapping[str, Any], name: str) -> T | None:
    value = data.get(name)
    return T.from_json(value) if value else None
