"""After a change of the calendar: counts open deadlines again, arms their rules, moves meetings, tells people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from duijie.domain.text import T
from duijie.domain.working_days import WorkingCalendar
from duijie.services.recount_notices import Moved, tell
from duijie.services.rules import arming
from duijie.services.series import recounting
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Commitment, FollowUp
from duijie.storage.queries.calendar import note_change


@dataclass(frozen=True, slots=True)
class _Move:
    """A deadline that the change moves: whose it is, and the day it goes to."""

    record: Commitment | Assignment
    new: date


def after_change(work: Work, old: WorkingCalendar, what: T) -> int:
    """Count every open deadline again that the change moves; answers how many cases it touched.

    A deadline that somebody set to a day that was no working day was not counted, and stays.
    """
    note_change(work.session)
    work.forget_calendar()  # it was read before the change
    moved = [_applied(move) for move in _moves(work, old, work.calendar)]
    armed = select(FollowUp.case_id).where(FollowUp.state == "armed").distinct()
    touched = {one.case.id for one in moved} | set(work.session.scalars(armed))
    for case_id in sorted(touched):
        arming.sync(work, work.session.get_one(Case, case_id))
    tell(work, moved, what)
    recounting.after_change(work, what)
    return len(touched)


def would_move(work: Work, new: WorkingCalendar) -> int:
    """How many open deadlines would move if the calendar were ``new``; nothing is changed."""
    return sum(1 for _ in _moves(work, work.calendar, new))


def _moves(work: Work, old: WorkingCalendar, new: WorkingCalendar) -> Iterator[_Move]:
    for promise in work.session.scalars(select(Commitment).where(Commitment.state == "open")):
        due = new.add(promise.made_on, promise.working_days).day
        if promise.working_days and due != promise.due_on:
            yield _Move(promise, due)
    under_way = select(Assignment).where(Assignment.active, Assignment.done_at.is_(None))
    for given in work.session.scalars(under_way):
        due = _again(old, new, work.local(given.assigned_at).date(), given.due_on)
        if due != given.due_on and given.case.state.is_open:
            yield _Move(given, due)


def _again(old: WorkingCalendar, new: WorkingCalendar, start: date, due: date) -> date:
    """Deadlines of assignments keep no count: the old calendar tells how many working days they were."""
    count = old.between(start, due)
    counted = count > 0 and old.is_working(due)
    return new.add(start, count).day if counted else due


def _applied(move: _Move) -> Moved:
    record, case, old = move.record, move.record.case, move.record.due_on
    told = None
    if isinstance(record, Assignment) and case.lead is record and case.due_on == old:
        told, case.due_on = case.expected_on, move.new
        if told == old:
            case.expected_on = move.new
    record.due_on = move.new
    return Moved(case, record.department_id, old, move.new, requester_too=told == old)
