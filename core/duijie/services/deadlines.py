"""Each deadline of a case with the way it was reached, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from duijie.domain.text import T
from duijie.domain.working_days import Deadline
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Commitment

BY_HAND = T("由协调员定在这一天，不按工作日推算。", en="A coordinator chose this day; it was not counted.")


@dataclass(frozen=True, slots=True)
class Counted:
    """One deadline. ``count`` is its calculation, None where somebody chose the day; ``note`` says what is special."""

    what: T
    due_on: date
    count: Deadline | None
    note: T | None = None
    over: bool = False


def of_case(work: Work, case: Case) -> Sequence[Counted]:
    """Every deadline of the case: the lead's, the co-handling departments', the promises'."""
    given = [_of_assignment(work, one) for one in case.assignments if one.active]
    return [*given, *(_of_promise(work, one) for one in case.commitments if one.state != "withdrawn")]


def of_lead(work: Work, case: Case) -> Counted | None:
    """The deadline that the requester waits for."""
    return _of_assignment(work, case.lead) if case.lead and case.lead.due_on == case.due_on else None


def _of_assignment(work: Work, given: Assignment) -> Counted:
    start = work.local(given.assigned_at).date()
    what = T("{d}{role}", en="{d}, {role}").fill(d=given.department.name, role=given.role.label)
    days = work.calendar.between(start, given.due_on)
    count = work.calendar.add(start, days) if days > 0 else None
    if count is None or count.day != given.due_on:
        return Counted(what, given.due_on, None, BY_HAND, given.state == "done")
    return Counted(what, given.due_on, count, over=given.state == "done")


def _of_promise(work: Work, promise: Commitment) -> Counted:
    what = T("{d}承诺：{text}", en="Promise of {d}: {text}").fill(d=promise.department.name, text=promise.text)
    count = work.calendar.add(promise.made_on, promise.working_days) if promise.working_days else None
    right = count is not None and count.day == promise.due_on
    return Counted(what, promise.due_on, count if right else None, None if right else BY_HAND, promise.state != "open")
