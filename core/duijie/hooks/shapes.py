"""Whether a plugin's value is built as its class says: nobody else has looked, for a dataclass takes anything."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from duijie.domain.text import T

MOST: Final = 5  # mistakes that are named of one value; the rest is mostly the same again
_PLAIN: Final = (str, int, float, bool, bytes)
_READ: Final[dict[type, dict[str, Any]]] = {}


def shape_problems(value: object) -> list[str]:
    """What is other than its class declares, with its place: ``steps[0].after.amount is '3', expected int``."""
    found = []
    for problem in _fields(value, ""):
        found.append(problem)
        if len(found) == MOST:
            break
    return found


def _fields(value: Any, where: str) -> Iterator[str]:
    for name, hint in _hints(type(value)).items():
        yield from _problems(getattr(value, name), hint, f"{where}.{name}".lstrip("."))


def _hints(kind: type) -> dict[str, Any]:
    """The fields of a dataclass with what they hold; read once for each class, for suggestions come all day."""
    if kind not in _READ:
        said = get_type_hints(kind)
        _READ[kind] = {one.name: said[one.name] for one in fields(kind)} if is_dataclass(kind) else {}
    return _READ[kind]


def _problems(value: Any, hint: Any, where: str) -> Iterator[str]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        yield from _of_union(value, inner, where)
    elif origin is tuple:
        yield from _of_tuple(value, inner, where)
    elif isinstance(hint, type) and issubclass(hint, (*_PLAIN, Enum)) and not _is(value, hint):
        yield _wrong(value, hint, where)
    elif isinstance(hint, type) and is_dataclass(hint):
        if not isinstance(value, hint):
            yield _wrong(value, hint, where)
        elif hint is not T:  # its words are looked at where it is said what may stand in them
            yield from _fields(value, where)
    elif origin is not None and issubclass(origin, Mapping):
        yield from _of_mapping(value, inner, where)
    elif origin is not None and issubclass(origin, Callable) and not callable(value):  # type: ignore[arg-type]
        yield f"{where} is {_short(value)}, expected a function"


def _of_union(value: Any, inner: Collection[Any], where: str) -> Iterator[str]:
    if value is None and NoneType in inner:
        return
    found = [list(_problems(value, one, where)) for one in inner if one is not NoneType]
    if all(found):
        yield from min(found, key=len)


def _of_tuple(value: Any, inner: tuple[Any, ...], where: str) -> Iterator[str]:
    if not isinstance(value, tuple):
        yield f"{where} is a {type(value).__name__}, expected a tuple: (…,)"
        return
    repeated = len(inner) == 2 and inner[1] is Ellipsis
    if not repeated and len(value) != len(inner):
        yield f"{where} has {len(value)} parts, expected {len(inner)}"
        return
    for number, one in enumerate(value):
        yield from _problems(one, inner[0] if repeated else inner[number], f"{where}[{number}]")


def _of_mapping(value: Any, inner: tuple[Any, ...], where: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{where} is {_short(value)}, expected a dict"
        return
    for key, one in value.items():
        yield from _problems(key, inner[0], f"a key of {where}")
        yield from _problems(one, inner[1], f"{where}[{key!r}]")


def _is(value: object, kind: type) -> bool:
    """Whether a plain value is of its kind; True is no number, and a whole number may stand for any."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def _wrong(value: object, kind: type, where: str) -> str:
    known = f": {', '.join(map(str, kind))}" if issubclass(kind, Enum) and len(kind) <= 20 else ""
    return f"{where} is {_short(value)}, expected {kind.__name__}{known}"


def _short(value: object) -> str:
    """A plain value as it was written; of anything else its class, for nobody knows what its words would be."""
    return repr(value)[:60] if type(value) in (*_PLAIN, NoneType) else f"a {type(value).__name__}"
