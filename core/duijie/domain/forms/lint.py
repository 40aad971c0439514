"""What is wrong with a form that a plugin declares, found before anybody fills it in."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from duijie.domain.forms.conditions import OPERATORS
from duijie.domain.forms.values import Condition, Field, FieldType, Form
from duijie.domain.text import T

RESERVED_KEYS: Final = frozenset({"csrf_token", "consent", "website"})
"""Names of inputs that stand beside a form's own on the page."""

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_WITH_CHOICES: Final = frozenset({FieldType.CHOICE, FieldType.CHOICES})
_NUMBERS: Final = frozenset({FieldType.NUMBER, FieldType.MONEY})
_LISTS: Final = frozenset({FieldType.CHOICES, FieldType.DEPARTMENTS})
_SILENT: Final = frozenset({FieldType.ATTACHMENTS, FieldType.NOTE})
_BRANCHES: Final = frozenset({"and", "or", "not"})
_WORDS: Final = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PLACE})
_MAPPED: Final = {
    "topic_field": frozenset({FieldType.CHOICE}),
    "text_field": _WORDS,
    "requester_field": _WORDS | {FieldType.CHOICE},
    "contact_field": frozenset({FieldType.TEXT}),
    "mobile_field": frozenset({FieldType.MOBILE}),
    "email_field": frozenset({FieldType.EMAIL}),
    "title_field": frozenset({FieldType.TEXT}),
    "departments_field": frozenset({FieldType.DEPARTMENTS}),
}
_NEEDED: Final = ("topic_field", "text_field", "requester_field")
_ALWAYS_ANSWERED: Final = ("topic_field", "text_field")  # who brings a case may stay anonymous


def form_problems(form: Form) -> list[str]:
    """One sentence per mistake, for the plugin's author; empty when the form is sound."""
    return [
        *_empty_texts(form),
        *_keys(form),
        *(problem for field in form.fields() for problem in _field(field)),
        *_conditions(form),
        *_mapping(form),
    ]


def _empty_texts(form: Form) -> Iterator[str]:
    for where, text in _texts(form):
        for language in ("zh", "en"):
            if text is not None and not text.to(language).strip():
                yield f"{where} has no text in {language!r}"


def _texts(form: Form) -> Iterator[tuple[str, T | None]]:
    yield from (("the title", form.title), ("the intro", form.intro), ("the consent", form.consent))
    for number, section in enumerate(form.sections, start=1):
        yield f"the title of section {number}", section.title
    for field in form.fields():
        yield f"the label of {field.key!r}", field.label
        yield f"the hint of {field.key!r}", field.hint
        yield f"the unit of {field.key!r}", field.unit
        yield from ((f"choice {c.key!r} of {field.key!r}", c.label) for c in field.choices)


def _keys(form: Form) -> Iterator[str]:
    if not form.fields():
        yield "the form asks nothing"
    for key, count in Counter(field.key for field in form.fields()).items():
        if count > 1:
            yield f"field {key!r} stands {count} times"
        if not _KEY.fullmatch(key):
            yield f"field key {key!r} must be lower-case letters, digits and underscores, a letter first"
        if key in RESERVED_KEYS:
            yield f"field key {key!r} is reserved for the page"


def _field(field: Field) -> Iterator[str]:
    name = repr(field.key)
    if field.type in _WITH_CHOICES and not field.choices:
        yield f"field {name} has no choices"
    if field.type not in _WITH_CHOICES and field.choices:
        yield f"field {name} of type {field.type.value} takes no choices"
    for key, count in Counter(c.key for c in field.choices).items():
        if count > 1:
            yield f"choice {key!r} of field {name} stands {count} times"
        if not key.strip():
            yield f"field {name} has a choice without a key"
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield f"field {name} has a minimum above its maximum"
    if field.unit and field.type is FieldType.MONEY and field.unit.zh != "元":
        yield f"field {name} has a unit of its own, but money is always asked in yuan"
    if field.type is FieldType.NOTE and field.required:
        yield f"field {name} is a note and cannot be required"


def _conditions(form: Form) -> Iterator[str]:
    earlier: dict[str, Field] = {}
    for field in form.fields():
        if field.show_if:
            for what in _condition(field.show_if, form, earlier):
                yield f"the condition of {field.key!r} {what}"
        earlier[field.key] = field


def _condition(condition: Condition, form: Form, earlier: dict[str, Field]) -> Iterator[str]:
    if condition.op not in OPERATORS:
        yield f"has an unknown operator {condition.op!r}"
    elif condition.op in _BRANCHES:
        if not condition.parts:
            yield f"has an {condition.op!r} without parts"
        for part in condition.parts:
            yield from _condition(part, form, earlier)
    else:
        yield from _leaf(condition, form, earlier)


def _leaf(condition: Condition, form: Form, earlier: dict[str, Field]) -> Iterator[str]:
    key = condition.field
    field = earlier.get(key)
    if field is None:
        later = form.find(key) is not None
        yield f"names {key!r}, which {'does not stand before it' if later else 'is not asked'}"
        return
    if field.type in _SILENT:
        yield f"names {key!r}, which has no answer"
    if condition.op == "has" and field.type not in _LISTS:
        yield f"asks what {key!r} has, which is no list"
    if condition.op in {"eq", "in"} and field.type in _LISTS:
        yield f"compares the list {key!r}; use has()"
    if condition.op in {"ge", "lt"} and field.type not in _NUMBERS:
        yield f"compares the size of {key!r}, which is no number"
    yield from _values(condition, field)


def _values(condition: Condition, field: Field) -> Iterator[str]:
    if condition.op == "in" and not isinstance(condition.value, tuple):
        yield f"needs a tuple of values for {field.key!r}"
        return
    if condition.op in {"ge", "lt"} and isinstance(condition.value, bool | str | None):
        yield f"needs a number to compare {field.key!r} with"
    values = condition.value if condition.op == "in" else (condition.value,)
    if field.type in _WITH_CHOICES and condition.op in {"eq", "ne", "in", "has"}:
        known = [choice.key for choice in field.choices]
        yield from (f"expects {v!r}, which is no choice of {field.key!r}" for v in values if v not in known)
    compared = field.type is FieldType.YES_NO and condition.op in {"eq", "ne"}
    if compared and not isinstance(condition.value, bool):
        yield f"must compare {field.key!r} with True or False"


def _mapping(form: Form) -> Iterator[str]:
    for name, types in _MAPPED.items():
        key: str = getattr(form, name)
        if not key:
            if name in _NEEDED:
                yield f"{name} is not set"
            continue
        field = form.find(key)
        if field is None:
            yield f"{name} names {key!r}, which is not asked"
        elif field.type not in types:
            yield f"{name} names {key!r} of type {field.type.value}; it must be {_either(types)}"
        elif name in _ALWAYS_ANSWERED and not field.required:
            yield f"{name} names {key!r}, which must be required"
        elif name in _ALWAYS_ANSWERED and field.show_if:
            yield f"{name} names {key!r}, which must always be shown"


def _either(types: frozenset[FieldType]) -> str:
    return " or ".join(sorted(t.value for t in types))
