"""Reading and writing a problem as JSON: to keep an instance, to send one to somebody, to repeat a case.

The format, version 2 (slots count from 0; what has its usual value may be left out; version 1 is read as well)::

    {"format": "duijie-timetable", "version": 2, "slots": 18, "breaks_after": [8], "nights_after": [],
     "tables": null, "fair": null, "complete": false, "weights": {"waiting": 10},
     "desks":    [{"key": "water", "name": "自来水公司", "capacity": 3, "closed": [0], "room": "A",
                   "staff": [{"key": "li", "name": "李工", "away": [3]}]}],
     "parties":  [{"key": "p1", "name": "甲公司", "away": [16, 17], "unwelcome": [0]}],
     "requests": [{"key": "r1", "party": "p1", "others": [], "desks": ["water"], "length": 1, "priority": 0,
                   "slot": null, "within": null, "wished": [2, 3], "staff": "li", "waited": 12}],
     "order":    [{"first": "r1", "then": "r2"}],
     "ways":     [{"one": "A", "other": "B", "slots": 1}]}
"""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, Final, TypeVar

from duijie.domain.errors import Invalid
from duijie.matchmaking.validate import validate
from duijie.matchmaking.values import Before, Desk, Party, Problem, Request, Staff, Way, Weights

FORMAT: Final = "duijie-timetable"
VERSION: Final = 2
Value = TypeVar("Value", Before, Desk, Party, Request, Staff, Way, Weights, Problem)

# What stands in each field, where it is not plain: sets of slots, lists of keys, lists of values.
_SETS: Final = {"closed", "away", "unwelcome", "within", "wished", "breaks_after", "nights_after"}
_KEYS: Final = {"desks", "others"}
_LISTS: Final[Mapping[tuple[type, str], type]] = {
    (Problem, "desks"): Desk, (Problem, "parties"): Party, (Problem, "requests"): Request,
    (Problem, "order"): Before, (Problem, "ways"): Way, (Desk, "staff"): Staff,
}
_WORDS: Final = {"key", "name", "room", "party", "staff", "first", "then", "one", "other"}
_NULL: Final = {"slot", "within", "tables", "fair"}


def as_json(problem: Problem) -> dict[str, Any]:
    """The problem as plain values for ``json.dumps``; `problem_from_json` gives the same problem back."""
    return {"format": FORMAT, "version": VERSION, **_plain(asdict(problem))}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def problem_from_json(data: Mapping[str, Any]) -> Problem:
    """Read what `as_json` wrote, and validate it.

    Raises `duijie.domain.errors.Invalid` for another format, a newer version, a missing, unknown or mistyped
    value, and for everything that `validate` refuses.
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise Invalid.field("format", "这不是对接时间表文件。", "This is not a timetable file.")
    if data.get("version") not in (1, VERSION):
        raise Invalid.field("version", f"只能读取第 1 至 {VERSION} 版格式，请用相同版本重新导出。",
                            f"Only versions 1 to {VERSION} of the format can be read; export it again.")
    try:
        problem = _read(Problem, {key: value for key, value in data.items() if key not in ("format", "version")})
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Invalid.field("", f"文件内容缺失或格式不对（{wrong}），请重新导出。",
                            f"Something is missing or mistyped in the file ({wrong}); export it again."
                            ) from wrong
    validate(problem)
    return problem


def _read(kind: type[Value], data: Mapping[str, Any]) -> Value:
    known = {field.name: field for field in fields(kind)}
    if unknown := data.keys() - known.keys():
        raise ValueError(sorted(unknown)[0])
    for name, field in known.items():
        if name not in data and field.default is MISSING and field.default_factory is MISSING:
            raise KeyError(name)
    return kind(**{name: _field(kind, name, value) for name, value in data.items()})


def _field(kind: type, name: str, value: Any) -> Any:
    if kind is Weights:
        return _whole(value)
    if value is None and name in _NULL:
        return None
    if (kind, name) in _LISTS:
        return tuple(_read(_LISTS[kind, name], inner) for inner in _list(value))
    if name == "weights":
        return _read(Weights, value)
    if name in _SETS:
        return frozenset(_whole(inner) for inner in _list(value))
    if name in _KEYS:
        return tuple(_text(inner) for inner in _list(value))
    if name == "complete":
        return _flag(value)
    return _text(value) if name in _WORDS else _whole(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(repr(value))
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(repr(value))
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(repr(value))
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(repr(value))
    return value
