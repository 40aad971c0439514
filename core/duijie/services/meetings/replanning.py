"""Replanning on the day: what happened, the moves it takes, and once accepted, everybody concerned is told.

Whatever is called, under way or over is not the solver's to move: it only takes up its desk's and its requester's
time. The fewest moves come first. What is accepted is exactly what was shown.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import Any, Final

from duijie.domain.errors import Conflict, Refused
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.matchmaking import values
from duijie.matchmaking.check import violations
from duijie.matchmaking.replanning import replan
from duijie.services.meetings import agenda, comparing, desk, happening, locking, planning, telling
from duijie.services.meetings.access import managed, touch
from duijie.services.meetings.happening import Day, Happening
from duijie.services.work import Work
from duijie.storage.models import Appointment, AppointmentDesk, Case, Invitation, Meeting, Timetable

SECONDS: Final = 2.0  # people stand and wait
_PURPOSE: Final = "replan"
_MEANWHILE: Final = T("会场情况已有变化，没有调整。请再看一次要怎么调整。",
                      en="The room has changed meanwhile; nothing was moved. Look at the moves once more.")


@dataclass(frozen=True, slots=True)
class Step:
    """One talk that gets another slot, or none (``after`` None), in words; ``reason`` why it has none."""

    key: str
    before: int | None
    after: int | None
    text: T
    reason: T | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do about it. ``token`` holds exactly this, for accepting it; ``told`` are those who will hear of it."""

    said: T
    steps: tuple[Step, ...]
    told: tuple[T, ...]
    token: str
    least: bool  # proved: fewer moves are not possible


def day_of(work: Work, meeting: Meeting, happened: Happening | None = None) -> Day:
    """The meeting as it stands now; a late talk that ``happened`` concerns may move too.

    Raises Refused when there is nothing to replan.
    """
    _check(work, meeting)
    elapsed = (work.now - meeting.starts_at).total_seconds() / 60 / meeting.slot_minutes
    now = min(meeting.slots, max(0, ceil(elapsed)))
    day = Day(meeting, now, (), ())
    fixed, free = [], []
    for a in desk.published(work, meeting):
        hit = happened is not None and happening.concerns(happened, a)
        late = a.slot is not None and a.slot < elapsed and not hit
        if a.progress != "planned" or late:
            fixed.append(a)
        elif desk.expected(a):
            free.append(a)
    return replace(day, fixed=tuple(fixed), open=tuple(free))


def propose(work: Work, meeting_id: int, happened: Happening) -> Proposal:
    """The fewest moves that do justice to what happened; nothing is changed. Raises Invalid, NotFound, Refused."""
    meeting = managed(work, meeting_id)
    planning.load(work, meeting)
    day = day_of(work, meeting, happened)
    happening.check(day, happened)
    said = happening.said(work, day, happened)
    problem = _problem(work, day, happened)
    before = _standing(day, problem)
    found = replan(problem, before, (), now=day.now, time_limit=SECONDS)
    reasons = {u.request: planning.worded(work, meeting, u.reason) for u in found.solution.unplaced}
    steps = _steps(work, day, happened, found.solution.slots, reasons)
    payload = {"meeting": meeting.id, "published": meeting.published_id, "kind": happened.kind, "id": happened.id,
               "until": happened.until,
               "moves": {s.key: [s.after, s.reason.as_json() if s.reason else None] for s in steps}}  # fmt: skip
    return Proposal(said, steps, _told(work, day, happened, steps), work.office.sign(_PURPOSE, payload),
                    sum(s.key in before for s in steps) <= found.least)


def accept(work: Work, meeting_id: int, token: str) -> Timetable:
    """Do what a proposal said: a new timetable is published, and whoever's times changed is told.

    Raises Conflict when somebody was called meanwhile, time went by, or another timetable was published; Refused.
    """
    meeting = managed(work, meeting_id)
    desk.locked_state(work, meeting, shared=False)
    planning.load(work, meeting)
    asked: dict[str, Any] | None = work.office.unsign(_PURPOSE, token)
    if asked is None or asked["meeting"] != meeting.id or asked["published"] != meeting.published_id:
        raise Conflict(_MEANWHILE)
    happened = Happening(asked["kind"], asked["id"], asked["until"])
    day = day_of(work, meeting, happened)
    moves: dict[str, Any] = asked["moves"]
    _check_still(work, day, happened, moves)
    said = happening.said(work, day, happened)
    case = happening.case_of(work, day, happened) if happened.kind == "requester_new" else None
    _note(day, happened)
    old, new = _next(work, meeting)
    if case is not None:
        _take_on(work, meeting, new, case)
    for a in new.appointments:
        if a.key in moves:
            a.slot, reason = moves[a.key]
            a.unplaced_reason = T.from_json(reason) if reason else None
    meeting.revision += 1
    touch(meeting)
    work.record("meeting.replanned", "meeting", meeting.id, what=said, moves=len(moves))
    work.session.flush()
    telling.published(work, meeting, new, old)
    work.session.flush()
    return new


def _check(work: Work, meeting: Meeting) -> None:
    if meeting.state not in (MeetingState.LIVE, MeetingState.SCHEDULED) or meeting.published is None:
        raise Refused(T("会议当天、时间表公布以后才能临时调整。",
                        en="Replanning is for the day itself, once the timetable is published."))
    newest = planning.current(work, meeting)
    if newest is not None and newest.id != meeting.published_id and newest.number > meeting.published.number \
            and meeting.state is MeetingState.SCHEDULED:
        raise Refused(T("时间表有未公布的改动，请先在时间表页公布。",
                        en="The timetable has changes that are not published; publish them on the timetable page first."))


def _check_still(work: Work, day: Day, happened: Happening, moves: Mapping[str, Any]) -> None:
    """What was shown must still hold: nobody in it was called, no slot of it is over, no rule broken."""
    if {a.key for a in day.fixed} & set(moves) or any(slot is not None and slot < day.now - 1 for slot, _ in moves.values()):
        raise Conflict(_MEANWHILE)
    problem = _problem(work, day, happened)
    slots_ = {key: slot for key, slot in _standing(day, problem).items() if key not in moves}
    slots_ |= {key: slot for key, (slot, _) in moves.items() if slot is not None}
    if violations(planning.unlocked(problem), slots_):
        raise Conflict(_MEANWHILE)


def _problem(work: Work, day: Day, happened: Happening) -> values.Problem:
    """The rest of the meeting as a question, after the event; what is fixed takes up desks and requesters."""
    meeting, over = day.meeting, frozenset(range(day.now))
    busy = {a.id: _busy(day, happened, a) for a in day.fixed}
    parties: dict[int, Invitation] = {a.invitation_id: a.invitation for a in day.open}
    locks = locking.kept(locking.of_meeting(work, meeting), meeting.published)
    problem = values.Problem(
        slots=meeting.slots,
        desks=tuple(replace(d, closed=d.closed | over) for d in map(partial(planning.desk_value, meeting), meeting.desks)),
        parties=tuple(values.Party(f"p{i.id}", _away(day, i, busy), i.name) for i in parties.values()),
        requests=tuple(
            values.Request(
                a.key, f"p{a.invitation_id}", tuple(f"d{link.desk.department_id}" for link in a.desks), a.length,
                min(values.PRIORITY_MAX, max(0, a.case.priority)), locks.get(a.key) if _locks(day, happened, a) else None,
            ) for a in day.open
        ),
    )  # fmt: skip
    problem = happening.after(work, day, problem, happened)
    blocks = _blocks(day, problem, busy)
    return replace(problem, parties=(*problem.parties, *(values.Party(block.party) for block in blocks)),
                   requests=(*problem.requests, *blocks))


def _blocks(day: Day, problem: values.Problem, busy: Mapping[int, frozenset[int]]) -> list[values.Request]:
    """What fixed talks take up at their desks, as locked requests of nobody; as many at once as the desk holds."""
    desks, taken = {d.key: d for d in problem.desks}, Counter[tuple[str, int]]()
    found = []
    for a in day.fixed:
        for key in (f"d{link.desk.department_id}" for link in a.desks):
            hours = busy[a.id]
            if hours and all(taken[key, slot] < desks[key].space(slot) for slot in hours):
                taken.update((key, slot) for slot in hours)
                name = f"fixed{a.id}{key}"
                found.append(values.Request(name, name, (key,), len(hours), slot=min(hours)))
    return found


def _locks(day: Day, happened: Happening, a: Appointment) -> bool:
    return a.slot is not None and a.slot >= day.now and not happening.concerns(happened, a)


def _busy(day: Day, happened: Happening, a: Appointment) -> frozenset[int]:
    """The slots still to come that a fixed talk takes up."""
    if a.progress == "done" or a.slot is None:
        return frozenset()
    end = a.slot + a.length
    if happened.kind == "overrun" and happened.id == a.id:
        end = max(end, happened.until)
    return frozenset(range(day.now, min(end, day.meeting.slots)))


def _away(day: Day, party: Invitation, busy: Mapping[int, frozenset[int]]) -> frozenset[int]:
    if party.answer == "declined":
        return frozenset(range(day.meeting.slots))
    away = {slot for slot in party.away if 0 <= slot < day.meeting.slots}
    return frozenset(away.union(*(busy[a.id] for a in day.fixed if a.invitation_id == party.id)))


def _standing(day: Day, problem: values.Problem) -> dict[str, int]:
    """Where everything stands that counts: the talks that may move and are still to come, and what is in their way."""
    found = {a.key: a.slot for a in day.open if a.slot is not None and a.slot >= day.now}
    return found | {r.key: r.slot for r in problem.requests if r.slot is not None and r.key.startswith("fixed")}


def _steps(work: Work, day: Day, happened: Happening, after: Mapping[str, int],
           reasons: Mapping[str, T]) -> tuple[Step, ...]:
    """One step per talk that is not where it was, in order of time."""
    found = []
    for a in day.open:
        then = after.get(a.key)
        if then != a.slot:
            text = comparing.moved(work, day.meeting, comparing.who(a), a.length, a.slot, then)
            found.append(Step(a.key, a.slot, then, text, None if then is not None else reasons.get(a.key)))
    if happened.kind == "requester_new":
        case = happening.case_of(work, day, happened)
        for key, group in happening.wanted_by(day.meeting, case):
            text = comparing.moved(work, day.meeting, comparing.named(T.same(case.requester), group), 1, None, after.get(key))
            found.append(Step(key, None, after.get(key), text, reasons.get(key)))
    return tuple(sorted(found, key=lambda s: (s.after is None, s.after or 0, s.key)))


def _told(work: Work, day: Day, happened: Happening, steps: Sequence[Step]) -> tuple[T, ...]:
    """The names of those whose times change: requesters, then departments."""
    keys = {step.key for step in steps}
    moved = [a for a in day.open if a.key in keys]
    people = {a.invitation_id: T.same(a.invitation.name) for a in moved}
    desks = {link.desk_id: link.desk for a in moved for link in a.desks}
    if happened.kind == "requester_new":
        case = happening.case_of(work, day, happened)
        people[0] = T.same(case.requester)
        desks |= {d.id: d for _, group in happening.wanted_by(day.meeting, case) for d in group}
    return (*people.values(), *(d.department.name for d in sorted(desks.values(), key=lambda d: d.position)))


def _note(day: Day, happened: Happening) -> None:
    """Keep what happened with the meeting: hours that are lost, a representative more."""
    lost = happening.closed(day, happened)
    if happened.kind == "desk_more":
        desk_ = happening.desk_of(day, happened)
        desk_.capacity += 1
        for invited in day.meeting.invitations:
            if invited.department_id == desk_.department_id:
                invited.people = desk_.capacity
    elif happened.kind in ("desk_late", "desk_closed"):
        department = happening.desk_of(day, happened).department_id
        for invited in day.meeting.invitations:
            if invited.department_id == department:
                invited.away = sorted(lost.union(invited.away))
    elif lost:
        party = happening.requester_of(day, happened)
        party.away = sorted(lost.union(party.away))


def _next(work: Work, meeting: Meeting) -> tuple[Timetable, Timetable]:
    """The published timetable as it was, and the one that takes its place.

    The appointments themselves, with what has come of them, go over to the new one, so that a desk's page stays good;
    copies stay behind and say what was published.
    """
    old = meeting.published
    assert old is not None  # noqa: S101  # _check refuses a meeting without one
    rows = list(old.appointments)
    new = planning.add_timetable(work, meeting, "feasible", old.gaps, 0, 0.0)
    new.published_at = work.now
    work.session.flush()
    for a in rows:
        a.timetable = new
    work.session.flush()
    old.appointments.extend(planning.copy_of(a) for a in rows)
    work.session.flush()
    meeting.published = new
    return old, new


def _take_on(work: Work, meeting: Meeting, new: Timetable, case: Case) -> None:
    """A case that somebody brought along: on the agenda, invited, with its appointments."""
    wanted = happening.wanted_by(meeting, case)
    item = agenda.take_on(work, meeting, case)
    for key, group in wanted:
        new.appointments.append(
            Appointment(key=key, invitation_id=item.invitation_id, case_id=case.id, slot=None, length=1,
                        desks=[AppointmentDesk(desk_id=d.id) for d in group])
        )  # fmt: skip
    work.session.flush()
