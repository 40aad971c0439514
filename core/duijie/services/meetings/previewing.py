"""What other wishes would change: a quick search with them, set against the timetable that is there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from duijie.domain.roles import Actor
from duijie.domain.text import T
from duijie.matchmaking.solver import solve as find_timetable
from duijie.matchmaking.values import Problem
from duijie.matchmaking.wishes import weights
from duijie.services.meetings import planning
from duijie.services.meetings.access import editable
from duijie.services.work import Office

QUICK: Final = 2.0  # seconds; somebody waits for it
URGENT: Final = 1  # from this priority on a case counts as urgent


@dataclass(frozen=True, slots=True)
class Preview:
    """Sentences about what gets better and worse; both empty when nothing of it changes."""

    better: tuple[T, ...]
    worse: tuple[T, ...]
    moved: int
    proved: bool


def preview(office: Office, actor: Actor, meeting_id: int, chosen: Mapping[str, str]) -> Preview | None:
    """Search for two seconds with ``chosen`` and compare; None without a timetable to compare with.

    Nothing is kept. Raises Invalid for a level that there is not, NotFound, Forbidden, Refused.
    """
    points = weights(chosen)
    with office.read(actor) as work:
        meeting = editable(work, meeting_id)
        now = planning.current(work, meeting)
        if now is None:
            return None
        question = planning.ask(work, meeting)
    asked = {request.key for request in question.problem.requests}
    before = {key: slot for key, slot in question.prefer.items() if key in asked}
    wanted = replace(question.problem, weights=points)
    solution = find_timetable(wanted, time_limit=QUICK, prefer=before)
    return _compared(wanted, before, solution.slots, solution.bound >= solution.objective)


def _compared(problem: Problem, before: Mapping[str, int], after: Mapping[str, int], proved: bool) -> Preview:
    better: list[T] = []
    worse: list[T] = []
    for more, less, count_better, count_worse in _measures(problem, before, after):
        if count_better:
            better.append(_counted(more, count_better))
        if count_worse:
            worse.append(_counted(less, count_worse))
    moved = sum(before[key] != slot for key, slot in after.items() if key in before)
    return Preview(tuple(better), tuple(worse), moved, proved)


def _measures(problem: Problem, before: Mapping[str, int], after: Mapping[str, int]) -> list[tuple[T, T, int, int]]:
    idle = _change(_idle(problem, before), _idle(problem, after))
    urgent = {r.key for r in problem.requests if r.priority >= URGENT}
    early = _change({k: s for k, s in before.items() if k in urgent and k in after},
                    {k: s for k, s in after.items() if k in urgent and k in before})  # fmt: skip
    talks = len(after) - len(before)
    heard = _heard(problem, after) - _heard(problem, before)
    return [
        (_HEARD, _UNHEARD, max(0, heard), max(0, -heard)),
        (_PLACED, _LEFT, max(0, talks), max(0, -talks)),
        (_LESS, _MORE, *idle),
        (_EARLIER, _LATER, *early),
    ]


def _change(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[int, int]:
    """How many have less, and how many more than before."""
    less = sum(after.get(key, 0) < value for key, value in before.items())
    return less, sum(value > before.get(key, 0) for key, value in after.items())


def _idle(problem: Problem, slots: Mapping[str, int]) -> dict[str, int]:
    """Idle slots between the first and the last talk, per requester that has any talk."""
    busy: dict[str, set[int]] = {}
    for request in problem.requests:
        if request.key in slots:
            busy.setdefault(request.party, set()).update(range(slots[request.key], slots[request.key] + request.length))
    return {party: max(own) + 1 - min(own) - len(own) for party, own in busy.items()}


def _heard(problem: Problem, slots: Mapping[str, int]) -> int:
    return len({request.party for request in problem.requests if request.key in slots})


def _counted(words: T, number: int) -> T:
    one, many = words.en.split("|")
    return T(words.zh.replace("{n}", str(number)), en=(one if number == 1 else many).replace("{n}", str(number)))


_HEARD = T("多 {n} 家能谈上", en="{n} more requester is heard|{n} more requesters are heard")
_UNHEARD = T("{n} 家谈不上了", en="{n} requester fewer is heard|{n} requesters fewer are heard")
_PLACED = T("多排上 {n} 场", en="{n} more talk has a place|{n} more talks have a place")
_LEFT = T("少排 {n} 场", en="{n} talk fewer has a place|{n} talks fewer have a place")
_LESS = T("{n} 家等得更少", en="{n} requester waits less|{n} requesters wait less")
_MORE = T("{n} 家等得更久", en="{n} requester waits longer|{n} requesters wait longer")
_EARLIER = T("{n} 件急事更早谈", en="{n} urgent case comes earlier|{n} urgent cases come earlier")
_LATER = T("{n} 件急事更晚谈", en="{n} urgent case comes later|{n} urgent cases come later")
