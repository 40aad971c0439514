"""Which answers must be there and which must not, by the conditions of a form: the if/then of its JSON Schema."""

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any, Final

from duijie.domain.forms.reading import LISTS, WITHOUT_ANSWER
from duijie.domain.forms.values import OTHER, Condition, Field, FieldType

Schema = dict[str, Any]

NEVER: Final[Schema] = {"not": {}}
OUTER_AT_MOST: Final = 6
"""Of a condition inside a repeat that looks at more outer answers than this, the schema says nothing."""

_UNANSWERABLE: Final = frozenset({FieldType.DEPARTMENTS, FieldType.AREA})
_BRANCHES: Final = frozenset({"and", "or", "not"})


def rules(fields: Sequence[Field], offered: Collection[FieldType]) -> Schema:
    """``{"required", "allOf"}`` for ``fields``; ``offered`` says which of departments and areas there are."""
    required = [f.key for f in fields if f.show_if is None and _needed(f, offered)]
    found = [*_conditional(fields, offered), *_others(fields)]
    for repeat in fields:
        if repeat.type is FieldType.REPEAT:
            found += _in_rows(repeat, offered)
    return {**({"required": required} if required else {}), **({"allOf": found} if found else {})}


def condition_as_schema(condition: Condition) -> Schema:
    """The answers for which ``condition`` holds."""
    parts = [condition_as_schema(part) for part in condition.parts]
    match condition.op:
        case "and":
            return {"allOf": parts} if parts else {}
        case "or":
            return {"anyOf": parts} if parts else NEVER
        case "not":
            return {"not": {"anyOf": parts}} if parts else {}
        case "ne":
            return {"not": _answered(condition.field, {"const": condition.value})}
        case _:
            return _answered(condition.field, _leaf(condition))


def _leaf(condition: Condition) -> Schema:
    match condition.op:
        case "eq":
            return {"const": condition.value}
        case "in":
            return {"enum": list(condition.value)}
        case "has":
            return {"type": "array", "contains": {"const": condition.value}}
        case "ge":
            return {"type": "number", "minimum": condition.value}
        case "lt":
            return {"type": "number", "exclusiveMaximum": condition.value}
        case "filled":
            return {"not": {"enum": ["", [], None]}}
        case _:
            return NEVER


def _answered(key: str, schema: Schema) -> Schema:
    return {"properties": {key: schema}, "required": [key]}


def _needed(field: Field, offered: Collection[FieldType]) -> bool:
    answerable = field.type not in WITHOUT_ANSWER and (field.type not in _UNANSWERABLE or field.type in offered)
    return field.required and answerable


def _conditional(fields: Sequence[Field], offered: Collection[FieldType]) -> Iterator[Schema]:
    for field in fields:
        if field.show_if is not None and field.type not in WITHOUT_ANSWER:
            yield _shown_if(condition_as_schema(field.show_if), field, offered)


def _shown_if(condition: Schema, field: Field, offered: Collection[FieldType]) -> Schema:
    """Shown: asked for where it is required; not shown: not answered."""
    then = {"then": {"required": [field.key]}} if _needed(field, offered) else {}
    return {"if": condition, **then, "else": {"properties": {field.key: False}}}


def _others(fields: Sequence[Field]) -> Iterator[Schema]:
    for field in fields:
        if field.other:
            chosen = {"type": "array", "contains": {"const": OTHER}} if field.type in LISTS else {"const": OTHER}
            yield {
                "if": _answered(field.key, chosen),
                "then": {"required": [field.other_key]},
                "else": {"properties": {field.other_key: False}},
            }


def _in_rows(repeat: Field, offered: Collection[FieldType]) -> Iterator[Schema]:
    """What holds in each row. A schema inside a row cannot look out of it.

    So a condition that mixes both is written once for every way its outer parts can turn out, under an ``if`` that
    stands outside.
    """
    inner = {field.key for field in repeat.fields}
    alone = [f for f in repeat.fields if f.show_if is None or not _outer(f.show_if, inner)]
    own = rules([f for f in alone if f.type is not FieldType.REPEAT], offered)
    own_others = [rule for rule in _others(repeat.fields) if rule not in own.get("allOf", [])]
    if own_others:
        own["allOf"] = [*own.get("allOf", []), *own_others]
    if own:
        yield {"properties": {repeat.key: {"items": own}}}
    for field in repeat.fields:
        leaves = _outer(field.show_if, inner) if field.show_if else []
        if field.show_if and 0 < len(leaves) <= OUTER_AT_MOST and field.type not in WITHOUT_ANSWER:
            for turns in product((True, False), repeat=len(leaves)):
                told = dict(zip(leaves, turns, strict=True))
                rule = _shown_if(condition_as_schema(_settled(field.show_if, told)), field, offered)
                yield {"if": _all(told), "then": {"properties": {repeat.key: {"items": rule}}}}


def _all(told: dict[Condition, bool]) -> Schema:
    return {"allOf": [condition_as_schema(c) if true else {"not": condition_as_schema(c)} for c, true in told.items()]}


def _outer(condition: Condition, inner: Collection[str]) -> list[Condition]:
    """The different leaves of ``condition`` that look at answers outside the row."""
    if condition.op in _BRANCHES:
        return list(dict.fromkeys(leaf for part in condition.parts for leaf in _outer(part, inner)))
    return [] if condition.field in inner else [condition]


def _settled(condition: Condition, told: dict[Condition, bool]) -> Condition:
    """``condition`` with its outer leaves replaced by how they turned out."""
    if condition in told:
        return Condition("and" if told[condition] else "or")  # of no parts: always, never
    parts = tuple(_settled(part, told) for part in condition.parts)
    return Condition(condition.op, condition.field, condition.value, parts)
