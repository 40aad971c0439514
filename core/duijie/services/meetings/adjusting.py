"""Edits a timetable by hand: move, take out, lock and unlock, each checked by the independent checker."""

from collections import Counter
from collections.abc import Mapping

from duijie.domain.errors import NotFound, Refused
from duijie.domain.text import T
from duijie.matchmaking.check import gaps, violations
from duijie.matchmaking.results import Status
from duijie.matchmaking.values import Problem
from duijie.services.meetings import locking, planning, slots
from duijie.services.meetings.access import editable, touch
from duijie.services.work import Work
from duijie.storage.models import Appointment, Meeting, Timetable


def move(work: Work, meeting_id: int, version: int | None, key: str, slot: int | None) -> Timetable:
    """Put one appointment into ``slot`` and lock it there; None takes it out of the timetable.

    Raises Refused with what it would collide with, in words; NotFound, Conflict.
    """
    meeting = editable(work, meeting_id, version)
    timetable = _working_copy(work, meeting)
    appointment = _appointment(timetable, key)
    problem = planning.unlocked(planning.problem_of(work, meeting))
    asked = {request.key for request in problem.requests}
    before = {k: s for k, s in planning.placed(timetable).items() if k in asked}
    after = {k: s for k, s in before.items() if k != key} | ({} if slot is None else {key: slot})
    known = set(violations(problem, before))
    if collisions := [text for text in violations(problem, after) if text not in known]:
        raise Refused(_joined([planning.worded(work, meeting, text) for text in collisions]))
    _place(appointment, slot)
    _recount(timetable, problem, after)
    touch(meeting)
    work.record("meeting.appointment_moved", "meeting", meeting.id, what=_moved(work, meeting, appointment))
    work.session.flush()
    return timetable


def free_slots(problem: Problem, slots_: Mapping[str, int], key: str) -> set[int]:
    """The first slots at which appointment ``key`` could stand while all others stay; empty for an unknown key."""
    requests = {request.key: request for request in problem.requests}
    mine = requests.get(key)
    if mine is None:
        return set()
    parties, desks = {p.key: p for p in problem.parties}, {d.key: d for d in problem.desks}
    shut = set().union(*(parties[key].away for key in mine.parties))
    taken: Counter[tuple[str, int]] = Counter()
    for other, first in slots_.items():
        request = requests.get(other)
        if request is None or other == key:
            continue
        hours = range(first, first + request.length)
        shut |= set(hours) if set(request.parties) & set(mine.parties) else set()
        taken.update((desk, slot) for desk in request.desks for slot in hours)
    for desk in (desks[k] for k in mine.desks):
        shut |= {s for s in range(problem.slots) if taken[desk.key, s] >= desk.space(s)}
    return {s for s in range(problem.slots - mine.length + 1) if shut.isdisjoint(range(s, s + mine.length))}


def collisions(work: Work, meeting: Meeting, timetable: Timetable, key: str) -> dict[int, list[T]]:
    """For each slot of the meeting what appointment ``key`` would collide with there, in words; nothing where it fits."""
    problem = planning.unlocked(planning.problem_of(work, meeting))
    asked = {request.key for request in problem.requests}
    others = {k: s for k, s in planning.placed(timetable).items() if k in asked and k != key}
    if key not in asked:
        return {}
    known, free = set(violations(problem, others)), free_slots(problem, others, key)
    found: dict[int, list[T]] = {}
    for slot in range(problem.slots):
        texts = () if slot in free else violations(problem, others | {key: slot})
        found[slot] = [planning.worded(work, meeting, text) for text in texts if text not in known]
    return found


def lock(work: Work, meeting_id: int, version: int | None, key: str, locked: bool) -> Timetable:
    """Keep one placed appointment where it is when the rest is solved again, or let it go.

    Raises NotFound for one without a place, Conflict, Refused.
    """
    meeting = editable(work, meeting_id, version)
    timetable = _working_copy(work, meeting)
    chosen = _appointment(timetable, key)
    if chosen.slot is None:
        raise NotFound
    chosen.locked = locked
    touch(meeting)
    work.session.flush()
    return timetable


def unlock_all(work: Work, meeting_id: int, version: int | None) -> None:
    """Let every talk and every locked part go, so that the whole timetable may be solved anew."""
    meeting = editable(work, meeting_id, version)
    newest = planning.current(work, meeting)
    if newest is not None and any(a.locked for a in newest.appointments):
        for appointment in _working_copy(work, meeting).appointments:
            appointment.locked = False
    locking.clear(work, meeting)
    touch(meeting)
    work.session.flush()


def _working_copy(work: Work, meeting: Meeting) -> Timetable:
    """The newest timetable if nobody was told of it, else a copy: what was published stays as it was."""
    newest = planning.current(work, meeting)
    if newest is None:
        raise Refused(T("还没有时间表，请先排一次。", en="There is no timetable yet; solve it first."))
    if newest.published_at is None:
        return newest
    copy = planning.add_timetable(work, meeting, newest.status, newest.gaps, newest.bound, newest.seconds)
    copy.search = dict(newest.search)
    for a in newest.appointments:
        copy.appointments.append(planning.copy_of(a))
    work.session.flush()
    return copy


def _appointment(timetable: Timetable, key: str) -> Appointment:
    for appointment in timetable.appointments:
        if appointment.key == key:
            return appointment
    raise NotFound


def _place(appointment: Appointment, slot: int | None) -> None:
    appointment.slot = slot
    appointment.locked = slot is not None
    appointment.unplaced_reason = None if slot is not None else T("由协调员撤出时间表。", en="Taken out by a coordinator.")


def _recount(timetable: Timetable, problem: Problem, slots_: dict[str, int]) -> None:
    timetable.gaps = gaps(problem, slots_)
    timetable.bound = min(timetable.bound, timetable.gaps)
    timetable.status = str(Status.FEASIBLE.value)
    timetable.search = {}


def _joined(texts: list[T]) -> T:
    head = T("不能移到这里：", en="It cannot go there: ")
    return T(head.zh + "".join(t.zh for t in texts), en=head.en + " ".join(t.en for t in texts))


def _moved(work: Work, meeting: Meeting, appointment: Appointment) -> T:
    if appointment.slot is None:
        return T("{who} 撤出时间表", en="{who} taken out").fill(who=appointment.invitation.name)
    hours = slots.span(work, meeting, appointment.slot, appointment.length)
    return T("{who} → {hours}", en="{who} → {hours}").fill(who=appointment.invitation.name, hours=hours)
