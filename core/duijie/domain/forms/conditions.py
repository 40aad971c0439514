"""When a field is shown. The browser evaluates the same tree (forms.js), held to the same vectors."""

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any, Final

from duijie.domain.forms.values import Condition

OPERATORS: Final = frozenset({"eq", "ne", "in", "has", "ge", "lt", "filled", "and", "or", "not"})
DEPTH: Final = 32
"""How deep a tree is followed; what lies deeper does not hold."""


def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Whether ``condition`` holds for ``answers``; None always holds. Never raises.

    Only scalars of one kind are compared: a bool is no number, "1" is not 1, and a missing answer equals
    nothing. An operator that is not known does not hold.
    """
    return condition is None or _holds(condition, answers, DEPTH)


def row_scope(outer: Mapping[str, Any], row: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """What a condition inside a repeat looks at: the answers of its own row, and the outer ones.

    ``keys`` are those that the row asks; an outer answer of the same key is never taken for the row's.
    """
    return {key: value for key, value in outer.items() if key not in keys} | dict(row)


def condition_as_json(condition: Condition) -> dict[str, Any]:
    """The tree for the browser and for the database: ``{"op", "field", "value"}`` or ``{"op", "parts"}``."""
    data: dict[str, Any] = {"op": condition.op}
    if condition.field:
        data["field"] = condition.field
    if condition.value is not None:
        data["value"] = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    if condition.parts:
        data["parts"] = [condition_as_json(part) for part in condition.parts]
    return data


def condition_from_json(data: Mapping[str, Any]) -> Condition:
    """Read what `condition_as_json` wrote. Raises KeyError when there is no operator."""
    value = data.get("value")
    return Condition(
        op=str(data["op"]),
        field=str(data.get("field", "")),
        value=tuple(value) if isinstance(value, list) else value,
        parts=tuple(condition_from_json(part) for part in data.get("parts", ())),
    )


def named_fields(condition: Condition) -> set[str]:
    """The keys of all fields that the tree looks at."""
    own = {condition.field} if condition.field else set()
    return own.union(*(named_fields(part) for part in condition.parts))


def operators(condition: Condition) -> set[str]:
    """Every operator that the tree uses."""
    return {condition.op}.union(*(operators(part) for part in condition.parts))


def _holds(condition: Condition, answers: Mapping[str, Any], depth: int) -> bool:
    if depth == 0:
        return False
    match condition.op:
        case "and":
            return all(_holds(part, answers, depth - 1) for part in condition.parts)
        case "or":
            return any(_holds(part, answers, depth - 1) for part in condition.parts)
        case "not":
            return not any(_holds(part, answers, depth - 1) for part in condition.parts)
        case _:
            return _leaf(condition.op, answers.get(condition.field), condition.value)


def _leaf(op: str, answer: Any, value: Any) -> bool:
    match op:
        case "eq":
            return _equal(answer, value)
        case "ne":
            return not _equal(answer, value)
        case "in":
            return isinstance(value, tuple | list) and any(_equal(answer, item) for item in value)
        case "has":
            return isinstance(answer, list | tuple) and any(_equal(item, value) for item in answer)
        case "filled":
            return _filled(answer)
        case "ge" | "lt":
            return _compare(op, _scalar(answer), _scalar(value))
        case _:
            return False


def _compare(op: str, left: str | bool | float | None, right: str | bool | float | None) -> bool:
    if not (isinstance(left, float) and isinstance(right, float)):
        return False
    return left >= right if op == "ge" else left < right


def _equal(left: Any, right: Any) -> bool:
    a, b = _scalar(left), _scalar(right)
    return a is not None and type(a) is type(b) and a == b


def _filled(answer: Any) -> bool:
    if isinstance(answer, list | tuple):
        return len(answer) > 0
    return _scalar(answer) not in (None, "")


def _scalar(value: Any) -> str | bool | float | None:
    """``value`` as the browser knows it: every number is a float, anything but a scalar is missing."""
    if isinstance(value, bool | str):
        return value
    if not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None
