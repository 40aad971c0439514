"""Reading and writing a problem as JSON: to keep an instance, to send one to somebody, to repeat a case.

The format, version 1 (slots count from 0; what has its usual value may be left out)::

    {"format": "duijie-timetable", "version": 1, "slots": 18, "breaks_after": [8],
     "desks":    [{"key": "water", "name": "自来水公司", "capacity": 3, "closed": [0]}],
     "parties":  [{"key": "p1", "name": "甲公司", "away": [16, 17]}],
     "requests": [{"key": "r1", "party": "p1", "desks": ["water"], "length": 1, "priority": 0, "slot": null}]}
"""

from collections.abc import Mapping
from typing import Any, Final

from duijie.domain.errors import Invalid
from duijie.matchmaking.validate import validate
from duijie.matchmaking.values import Desk, Party, Problem, Request

FORMAT: Final = "duijie-timetable"
VERSION: Final = 1


def as_json(problem: Problem) -> dict[str, Any]:
    """The problem as plain values for ``json.dumps``; `problem_from_json` gives the same problem back."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "slots": problem.slots,
        "breaks_after": sorted(problem.breaks_after),
        "desks": [{"key": d.key, "name": d.name, "capacity": d.capacity, "closed": sorted(d.closed)}
                  for d in problem.desks],
        "parties": [{"key": p.key, "name": p.name, "away": sorted(p.away)} for p in problem.parties],
        "requests": [{"key": r.key, "party": r.party, "desks": list(r.desks), "length": r.length,
                      "priority": r.priority, "slot": r.slot} for r in problem.requests],
    }


def problem_from_json(data: Mapping[str, Any]) -> Problem:
    """Read what `as_json` wrote, and validate it.

    Raises `duijie.domain.errors.Invalid` for another format, a newer version, a missing or mistyped value,
    and for everything that `Problem.validate` refuses.
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise Invalid.field("format", "这不是对接时间表文件。", "This is not a timetable file.")
    if data.get("version") != VERSION:
        raise Invalid.field("version", f"只能读取第 {VERSION} 版格式，请用相同版本重新导出。",
                            f"Only version {VERSION} of the format can be read; export it again.")
    try:
        problem = _read(data)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Invalid.field("", f"文件内容缺失或格式不对（{wrong}），请重新导出。",
                            f"Something is missing or mistyped in the file ({wrong}); export it again."
                            ) from wrong
    validate(problem)
    return problem


def _read(data: Mapping[str, Any]) -> Problem:
    return Problem(
        slots=_whole(data["slots"]),
        breaks_after=_slots(data.get("breaks_after", ())),
        desks=tuple(Desk(_text(d["key"]), _whole(d.get("capacity", 1)), _slots(d.get("closed", ())),
                         _text(d.get("name", ""))) for d in data["desks"]),
        parties=tuple(Party(_text(p["key"]), _slots(p.get("away", ())), _text(p.get("name", "")))
                      for p in data["parties"]),
        requests=tuple(_request(r) for r in data["requests"]),
    )


def _request(data: Mapping[str, Any]) -> Request:
    slot = data.get("slot")
    desks = data["desks"]
    if not isinstance(desks, list):
        raise TypeError("desks")
    return Request(_text(data["key"]), _text(data["party"]), tuple(_text(desk) for desk in desks),
                   _whole(data.get("length", 1)), _whole(data.get("priority", 0)),
                   None if slot is None else _whole(slot))


def _slots(values: Any) -> frozenset[int]:
    return frozenset(_whole(value) for value in values)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(repr(value))
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(repr(value))
    return value
