"""The instances of the literature: MiniZinc data files (.dzn) of the business-to-business meeting scheduling problem.

Read names and meaning as published: participants, meetings and slots count from 1; ``requested`` holds a participant, a
participant and a session (1: morning, 2: afternoon, 3: either) per meeting; ``fixed`` a slot or 0; ``forbidden`` the
slots of a participant (0 stands for none); ``precedences`` the meetings that must take place before this one.
"""

import re
from dataclasses import replace

from duijie.domain.errors import Invalid
from duijie.domain.errors import Problem as Fault
from duijie.domain.text import T
from duijie.matchmaking.validate import validate
from duijie.matchmaking.values import BREAKS_ONLY, Before, Party, Problem, Request

MORNING, AFTERNOON, EITHER = 1, 2, 3


def problem_from_dzn(text: str, *, fairness: int | None = None) -> Problem:
    """The instance as a problem; request keys are "m1", "m2" … in the order of the file, parties "p1", "p2" ….

    ``fairness``: by how many breaks two participants may differ (None: any). Raises `Invalid` for a file that
    lacks something or contradicts itself.
    """
    body = re.sub(r"%[^\n]*", "", text)
    count, tables = _number(body, "nBusiness"), _number(body, "nTables")
    slots, morning = _number(body, "nTotalSlots"), _number(body, "nMorningSlots")
    rows, fixed = _rows(body), _numbers(_list(body, "fixed"))
    before, forbidden = _sets(body, "precedences"), _sets(body, "forbidden")
    if not len(rows) == len(fixed) == len(before) == _number(body, "nMeetings") or len(forbidden) != count:
        raise _bad(T("会议或参与者的数量前后不一致", en="the numbers of meetings or participants differ within it"))
    parties = tuple(Party(f"p{i}", frozenset(s - 1 for s in away if s)) for i, away in enumerate(forbidden, 1))
    requests = tuple(_request(i, row, slot, slots, morning) for i, (row, slot) in enumerate(zip(rows, fixed, strict=True), 1))
    order = tuple(Before(f"m{first}", f"m{i}") for i, firsts in enumerate(before, 1) for first in sorted(firsts) if first)
    problem = Problem(slots, (), parties, requests, tables=tables, order=order, fair=fairness, complete=True,
                      weights=BREAKS_ONLY)
    validate(problem)
    return problem


def _request(number: int, row: tuple[int, int, int], fixed: int, slots: int, morning: int) -> Request:
    one, other, session = row
    if session not in (MORNING, AFTERNOON, EITHER):
        raise _bad(T(f"第 {number} 场的时段类型 {session} 不存在", en=f"meeting {number} names session {session}"))
    within = {MORNING: range(morning), AFTERNOON: range(morning, slots), EITHER: range(slots)}[session]
    found = Request(f"m{number}", f"p{one}", others=(f"p{other}",), within=frozenset(within))
    return replace(found, slot=fixed - 1) if fixed else found


def _value(text: str, name: str, pattern: str) -> str:
    match = re.search(rf"\b{name}\s*=\s*{pattern}\s*;", text, re.DOTALL)
    if match is None:
        raise _bad(T(f"缺少“{name}”或其格式不对", en=f"“{name}” is missing or malformed"))
    return match.group(1)


def _number(text: str, name: str) -> int:
    return int(_value(text, name, r"(\d+)"))


def _list(text: str, name: str) -> str:
    return _value(text, name, r"\[([^|;]*?)\]")


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdigit() for part in parts):
        raise _bad(T("应为数字的地方不是数字", en="something is not a number where one should be"))
    return [int(part) for part in parts]


def _sets(text: str, name: str) -> list[set[int]]:
    return [set(_numbers(inner)) for inner in re.findall(r"\{([^}]*)\}", _list(text, name))]


def _rows(text: str) -> list[tuple[int, int, int]]:
    found = []
    for row in _value(text, "requested", r"\[\|(.*?)\|\s*\]").split("|"):
        numbers = _numbers(row)
        if len(numbers) == 3:
            found.append((numbers[0], numbers[1], numbers[2]))
        elif numbers:
            raise _bad(T("“requested”的每行应有三个数", en="each row of “requested” should hold three numbers"))
    return found


def _bad(what: T) -> Invalid:
    text = T("不是可读取的 .dzn 文件：{what}。", en="Not a .dzn file that can be read: {what}.")
    return Invalid(Fault("file", text.fill(what=what)))
