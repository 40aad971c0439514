"""What is wrong with a form that a plugin declares, found before anybody fills it in."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from duijie.domain.forms.conditions import OPERATORS
from duijie.domain.forms.limits import ROWS_AT_MOST
from duijie.domain.forms.plain import text_problems
from duijie.domain.forms.values import OTHER, Condition, Field, FieldType, Form

RESERVED_KEYS: Final = frozenset({"csrf_token", "consent", "website", "draft", "source", "version", "add"})
"""Names of inputs that stand beside a form's own on the page."""

FIELDS_AT_MOST: Final = 300
CHOICES_AT_MOST: Final = 2000

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_WITH_CHOICES: Final = frozenset({FieldType.CHOICE, FieldType.CHOICES})
_NUMBERS: Final = frozenset({FieldType.NUMBER, FieldType.MONEY})
_LISTS: Final = frozenset({FieldType.CHOICES, FieldType.DEPARTMENTS})
_NOT_IN_ROWS: Final = frozenset({FieldType.REPEAT, FieldType.ATTACHMENTS})
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


def form_problems(form: Form, custom: Collection[str] = ()) -> list[str]:
    """One sentence per mistake, for the plugin's author; empty when the form is sound.

    ``custom`` are the keys of the field types that plugins bring.
    """
    return [
        *_texts(form),
        *_keys(form),
        *(problem for path, field in form.paths() for problem in _field(path, field)),
        *(problem for field in form.fields() for problem in _repeat(field)),
        *_customs(form, custom),
        *_conditions(form),
        *_mapping(form),
    ]


def _texts(form: Form) -> Iterator[str]:
    for where, text in (("the title", form.title), ("the intro", form.intro), ("the consent", form.consent)):
        yield from text_problems(f"form {form.key!r}: {where}", text)
    for number, section in enumerate(form.sections, start=1):
        yield from text_problems(f"form {form.key!r}: the title of section {number}", section.title)
    for path, field in form.paths():
        for part in ("label", "hint", "unit"):
            yield from text_problems(f"form {form.key!r}: the {part} of {path!r}", getattr(field, part))
        for choice in field.choices:
            yield from text_problems(f"form {form.key!r}: choice {choice.key!r} of {path!r}", choice.label)


def _keys(form: Form) -> Iterator[str]:
    asked = [field for _, field in form.paths()]
    if not asked:
        yield "the form asks nothing"
    if len(asked) > FIELDS_AT_MOST:
        yield f"form {form.key!r} has {len(asked)} fields; at most {FIELDS_AT_MOST}"
    # One name, one question: a condition inside a repeat sees the row's answers and the outer ones.
    for key, count in Counter(field.key for field in asked).items():
        if count > 1:
            yield f"field {key!r} stands {count} times"
        if not _KEY.fullmatch(key):
            yield f"field key {key!r} must be lower-case letters, digits and underscores, a letter first"
        if key in RESERVED_KEYS:
            yield f"field key {key!r} is reserved for the page"


def _repeat(field: Field) -> Iterator[str]:
    if field.type is not FieldType.REPEAT:
        if field.fields:
            yield f"field {field.key!r} of type {field.type.value} takes no fields of its own"
        return
    if not field.fields:
        yield f"repeat {field.key!r} asks nothing"
    for inner in field.fields:
        if inner.type in _NOT_IN_ROWS:
            yield f"repeat {field.key!r} holds {inner.key!r} of type {inner.type.value}, which cannot be repeated"
    if max(field.minimum or 0, field.maximum or 0) > ROWS_AT_MOST:
        yield f"repeat {field.key!r} takes more than {ROWS_AT_MOST} rows"
    if field.maximum is not None and field.maximum < 1:
        yield f"repeat {field.key!r} takes no rows"


def _customs(form: Form, custom: Collection[str]) -> Iterator[str]:
    for path, field in form.paths():
        if field.type is not FieldType.CUSTOM and field.custom:
            yield f"field {path!r} of type {field.type.value} names the custom type {field.custom!r}"
        elif field.type is FieldType.CUSTOM and field.custom not in custom:
            there = ", ".join(sorted(custom)) or "none"
            yield f"field {path!r} is of the custom type {field.custom!r}, which no plugin brings; known: {there}"


def _field(path: str, field: Field) -> Iterator[str]:
    name = repr(path)
    if len(field.choices) > CHOICES_AT_MOST:
        yield f"field {name} has {len(field.choices)} choices; at most {CHOICES_AT_MOST}"
    if field.other and field.type not in _WITH_CHOICES:
        yield f"field {name} of type {field.type.value} takes no other"
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
    everywhere = {field.key for _, field in form.paths()}
    earlier: dict[str, Field] = {}
    for field in form.fields():
        yield from _told(field, everywhere, earlier)
        inside = dict(earlier)  # what stands inside a repeat sees the outer answers, and not the other way round
        for inner in field.fields:
            yield from _told(inner, everywhere, inside)
            inside[inner.key] = inner
        earlier[field.key] = field


def _told(field: Field, everywhere: Collection[str], earlier: Mapping[str, Field]) -> Iterator[str]:
    for what in _condition(field.show_if, everywhere, earlier) if field.show_if else ():
        yield f"the condition of {field.key!r} {what}"


def _condition(
    condition: Condition, everywhere: Collection[str], earlier: Mapping[str, Field]
) -> Iterator[str]:
    if condition.op not in OPERATORS:
        yield f"has an unknown operator {condition.op!r}"
    elif condition.op in _BRANCHES:
        if not condition.parts:
            yield f"has an {condition.op!r} without parts"
        for part in condition.parts:
            yield from _condition(part, everywhere, earlier)
    else:
        yield from _leaf(condition, everywhere, earlier)


def _leaf(condition: Condition, everywhere: Collection[str], earlier: Mapping[str, Field]) -> Iterator[str]:
    key = condition.field
    field = earlier.get(key)
    if field is None:
        later = key in everywhere
        yield f"names {key!r}, which {'does not stand before it' if later else 'is not asked'}"
        return
    if field.type in _SILENT:
        yield f"names {key!r}, which has no answer"
    if field.type is FieldType.REPEAT and condition.op != "filled":
        yield f"compares the repeat {key!r}; only filled() can be asked of it"
    elif condition.op == "has" and field.type not in _LISTS:
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
        known = [choice.key for choice in field.offered]
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
        elif name == "topic_field" and OTHER not in {c.key for c in field.choices} and field.other:
            yield f"topic_field names {key!r}, whose choice {OTHER!r} must be declared: it is a topic of the group"


def _either(types: frozenset[FieldType]) -> str:
    return " or ".join(sorted(t.value for t in types))
