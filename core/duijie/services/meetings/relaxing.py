"""Small changes of a meeting that would give a place to what has none: found by trying, made with one click.

A change is offered only if the talk then fits while everything else stays where it is (but for one locked talk that
steps aside), so what the button says holds. Larger rearrangements are the solver's: it searches again after the change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from duijie.domain.errors import Invalid, NotFound
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.matchmaking import values
from duijie.matchmaking.values import Problem, Request
from duijie.services.meetings import adjusting, locking, planning, slots
from duijie.services.meetings.access import editable, touch
from duijie.services.meetings.adjusting import free_slots
from duijie.services.meetings.calling import MOST_SLOTS
from duijie.services.meetings.desks import MOST_SEATS
from duijie.services.work import Work
from duijie.storage.models import Appointment, Desk, Invitation, Meeting, Timetable

MOST_OFFERED: Final = 4


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One change. ``kind``: place, unlock, come, open, seats, longer, apart. ``id`` is whom or what it concerns, ``slots`` which.

    ``label`` is the button, ``effect`` what then becomes possible.
    """

    kind: str
    id: int
    slots: tuple[int, ...]
    label: T
    effect: T


def offered(work: Work, meeting: Meeting, timetable: Timetable) -> dict[str, list[Relaxation]]:
    """Appointment key → changes, for what has no place in ``timetable``."""
    problem = planning.unlocked(planning.problem_of(work, meeting))
    asked = {request.key: request for request in problem.requests}
    placed = {key: slot for key, slot in planning.placed(timetable).items() if key in asked}
    finder = _Finder(work, meeting, problem, placed, _locked(work, meeting, timetable))
    return {
        a.key: list(finder.of(a, asked[a.key]))[:MOST_OFFERED]
        for a in timetable.appointments if a.slot is None and a.key in asked
    }  # fmt: skip


def _locked(work: Work, meeting: Meeting, timetable: Timetable) -> dict[str, Appointment]:
    kept = locking.kept(locking.of_meeting(work, meeting), timetable)
    return {a.key: a for a in timetable.appointments if a.key in kept}


def apply(work: Work, meeting_id: int, version: int | None, kind: str, id_: int, slots_: list[int]) -> T:
    """Make the change; answers what was done, in words. Solving again is the caller's.

    Raises Invalid for a kind that there is not or beyond the limits, NotFound, Conflict, Refused.
    """
    meeting = editable(work, meeting_id, version)
    act = _ACTS.get(kind)
    if act is None:
        raise Invalid.field("kind", "请选择一种调整办法。", "Choose one of the changes.")
    what = act(_Wanted(work, meeting, id_, sorted({slot for slot in slots_ if 0 <= slot < meeting.slots})))
    touch(meeting)
    work.record("meeting.changed", "meeting", meeting.id, what=what)
    work.session.flush()
    return what


class _Finder:
    """Tries changes on the question, one after another, with everything that is placed left alone."""

    def __init__(self, work: Work, meeting: Meeting, problem: Problem, placed: dict[str, int],
                 locked: dict[str, Appointment]) -> None:
        self.work, self.meeting, self.problem, self.placed, self.locked = work, meeting, problem, placed, locked
        self.desks = {f"d{desk.department_id}": desk for desk in meeting.desks}

    def of(self, appointment: Appointment, request: Request) -> Iterator[Relaxation]:
        """The changes that help one talk, the least trouble first."""
        if free := self._free(self.problem, request):
            yield self._place(appointment, min(free))
        else:
            yield from self._aside(request)
        party = appointment.invitation
        shut = replace(self.problem, parties=tuple(
            replace(p, away=frozenset()) if p.key == request.party else p for p in self.problem.parties))
        if found := self._hours(shut, request, frozenset(party.away)):
            yield self._come(party, found)
        for key in request.desks:
            yield from self._at_desk(self.desks[key], request)
        if len(request.desks) > 1 and self._apart(request):
            yield _named("apart", appointment.case_id, (), _APART, T("可以分别排上", en="each then finds a place"))
        yield from self._longer(request)

    def _aside(self, request: Request) -> Iterator[Relaxation]:
        """A locked talk that holds a slot this one could have, and could stand elsewhere itself."""
        mine = {*request.desks, *request.parties}
        asked = {r.key: r for r in self.problem.requests}
        for key, other in self.locked.items():
            if key not in self.placed or not mine & {*asked[key].desks, *asked[key].parties}:
                continue
            without = {k: slot for k, slot in self.placed.items() if k != key}
            for slot in sorted(free_slots(self.problem, without, request.key)):
                if free := free_slots(self.problem, without | {request.key: slot}, key):
                    there, here = min(free), self._span(tuple(range(slot, slot + request.length)))
                    hours = self._span(tuple(range(there, there + other.length)))
                    said = _UNLOCK.fill(name=other.invitation.name, hours=hours)
                    yield _named("unlock", other.id, (there,), said, _fits(here))
                    return

    def _at_desk(self, desk: Desk, request: Request) -> Iterator[Relaxation]:
        if not desk.capacity:
            return
        name, key = desk.department.name, f"d{desk.department_id}"
        mine = next(d for d in self.problem.desks if d.key == key)
        opened = replace(mine, closed=frozenset())
        if found := self._hours(self._with_desk(opened), request, mine.closed):
            yield _named("open", desk.id, found, _OPEN.fill(name=name, hours=self._span(found)), _fits(self._span(found)))
        if desk.capacity < MOST_SEATS:
            free = self._free(self._with_desk(replace(mine, capacity=mine.capacity + 1)), request)
            if free:
                hours = self._span(tuple(range(min(free), min(free) + request.length)))
                yield _named("seats", desk.id, (), _SEATS.fill(name=name, n=desk.capacity + 1), _fits(hours))

    def _longer(self, request: Request) -> Iterator[Relaxation]:
        if self.meeting.state is MeetingState.SCHEDULED:  # everybody was told when the meeting ends
            return
        for more in range(1, min(request.length, MOST_SLOTS - self.meeting.slots) + 1):
            if free := self._free(replace(self.problem, slots=self.problem.slots + more), request):
                hours = self._span(tuple(range(min(free), min(free) + request.length)))
                end = slots.clock(self.work, slots.starts(self.meeting, self.meeting.slots + more))
                yield _named("longer", more, (), _LONGER.fill(n=more, s="s" * (more != 1), end=end), _fits(hours))
                return

    def _apart(self, request: Request) -> bool:
        return all(self._free(self.problem, replace(request, desks=(desk,))) for desk in request.desks)

    def _place(self, appointment: Appointment, slot: int) -> Relaxation:
        hours = self._span(tuple(range(slot, slot + appointment.length)))
        return _named("place", appointment.id, (slot,), _PLACE.fill(hours=hours), _fits(hours))

    def _come(self, party: Invitation, found: tuple[int, ...]) -> Relaxation:
        hours = self._span(found)
        return _named("come", party.id, found, _COME.fill(name=party.name, hours=hours), _fits(hours))

    def _hours(self, problem: Problem, request: Request, shut: frozenset[int]) -> tuple[int, ...]:
        """The slots of ``shut`` that must open for the first place which ``problem`` has."""
        free = self._free(problem, request)
        return tuple(range(min(free), min(free) + request.length)) if shut and free else ()

    def _free(self, problem: Problem, request: Request) -> set[int]:
        changed = tuple(request if r.key == request.key else r for r in problem.requests)
        return free_slots(replace(problem, requests=changed), self.placed, request.key)

    def _with_desk(self, desk: values.Desk) -> Problem:
        return replace(self.problem, desks=tuple(desk if d.key == desk.key else d for d in self.problem.desks))

    def _span(self, found: tuple[int, ...]) -> str:
        return slots.span(self.work, self.meeting, found[0], len(found))


def _named(kind: str, id_: int, slots_: tuple[int, ...], label: T, effect: T) -> Relaxation:
    return Relaxation(kind, id_, slots_, label, effect)


def _fits(hours: str) -> T:
    return T("{hours} 可以谈，其他安排不动", en="{hours} is possible, all else stays").fill(hours=hours)


_UNLOCK = T("解锁 {name}，改到 {hours}", en="Unlock {name} and move it to {hours}")
_PLACE = T("放到 {hours}", en="Put it at {hours}")
_COME = T("请 {name} {hours} 到场", en="Ask {name} to come at {hours}")
_OPEN = T("{name}席位 {hours} 也接待", en="Open the desk of {name} at {hours}")
_SEATS = T("{name}增至 {n} 位代表", en="{n} representatives of {name}")
_LONGER = T("会议延长 {n} 个时段，到 {end}", en="Add {n} slot{s} at the end, until {end}")
_APART = T("各部门分开谈", en="Let the departments talk to them one after another")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A change to be made to a meeting: whom or what it concerns, and which slots."""

    work: Work
    meeting: Meeting
    id: int
    slots: list[int]

    @property
    def hours(self) -> str:
        """The slots as a span. Raises NotFound when there are none."""
        if not self.slots:
            raise NotFound
        return slots.span(self.work, self.meeting, self.slots[0], len(self.slots))

    @property
    def desk(self) -> Desk:
        """The staffed desk of that id. Raises NotFound."""
        desk = next((d for d in self.meeting.desks if d.id == self.id and d.capacity), None)
        if desk is None:
            raise NotFound
        return desk


def _unlock_act(wanted: _Wanted) -> T:
    """The locked talk moves, and is locked where it goes: the next search must not put it back."""
    newest = planning.current(wanted.work, wanted.meeting)
    other = next((a for a in newest.appointments if a.id == wanted.id), None) if newest else None
    if other is None or not wanted.slots:
        raise NotFound
    slot = wanted.slots[0]
    hours = slots.span(wanted.work, wanted.meeting, slot, other.length)
    adjusting.move(wanted.work, wanted.meeting.id, None, other.key, slot)
    return _UNLOCK.fill(name=other.invitation.name, hours=hours)


def _come_act(wanted: _Wanted) -> T:
    party = next((i for i in wanted.meeting.invitations if i.id == wanted.id and i.department_id is None), None)
    if party is None:
        raise NotFound
    said = _COME.fill(name=party.name, hours=wanted.hours)
    party.away = [slot for slot in party.away if slot not in wanted.slots]
    return said


def _open_act(wanted: _Wanted) -> T:
    desk = wanted.desk
    said = _OPEN.fill(name=desk.department.name, hours=wanted.hours)
    for invited in _invited(wanted.meeting, desk):
        invited.away = [slot for slot in invited.away if slot not in wanted.slots]
    return said


def _seats_act(wanted: _Wanted) -> T:
    desk = wanted.desk
    if desk.capacity >= MOST_SEATS:
        raise Invalid.field("kind", f"每个席位最多 {MOST_SEATS} 位代表。", f"A desk holds at most {MOST_SEATS} representatives.")
    desk.capacity += 1
    for invited in _invited(wanted.meeting, desk):
        invited.people = desk.capacity
    return _SEATS.fill(name=desk.department.name, n=desk.capacity)


def _longer_act(wanted: _Wanted) -> T:
    meeting, more = wanted.meeting, wanted.id
    if not 1 <= more <= MOST_SLOTS - meeting.slots or meeting.state is MeetingState.SCHEDULED:
        raise Invalid.field("kind", "会议时间不能再延长。", "The meeting cannot be made longer.")
    meeting.slots += more
    return _LONGER.fill(n=more, s="s" * (more != 1), end=slots.clock(wanted.work, slots.ends(meeting)))


def _apart_act(wanted: _Wanted) -> T:
    item = next((i for i in wanted.meeting.agenda if i.case_id == wanted.id), None)
    if item is None:
        raise NotFound
    item.together = False
    return T("{title}：各部门分开谈", en="{title}: the departments one after another").fill(title=item.case.title)


def _invited(meeting: Meeting, desk: Desk) -> list[Invitation]:
    return [i for i in meeting.invitations if i.department_id == desk.department_id]


_ACTS: Final[dict[str, Callable[[_Wanted], T]]] = {
    "unlock": _unlock_act, "come": _come_act, "open": _open_act, "seats": _seats_act, "longer": _longer_act, "apart": _apart_act,
}  # fmt: skip
