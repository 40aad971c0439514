"""What a representative has to do, and the meetings that are coming up for their departments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from duijie.domain.states import CaseState
from duijie.services.work import Work
from duijie.storage.models import Appointment, Assignment, Case, Commitment, Invitation, Meeting
from duijie.storage.queries import coming as meetings
from duijie.storage.queries.cases import of_departments, open_commitments

SHOWN: Final = (CaseState.ASSIGNED, CaseState.IN_PROGRESS, CaseState.ANSWERED)
STILL_ON: Final = timedelta(hours=12)  # a meeting is "coming" until this long after it began


@dataclass(frozen=True, slots=True)
class Due:
    """Something of the department that falls due on ``day``: a case to answer or a promise to keep."""

    day: date
    case: Case
    promise: Commitment | None = None


@dataclass(slots=True)
class ToDo:
    """The representative's work, each thing once: new, by when it is due, and what waits for others."""

    new: list[Assignment] = field(default_factory=list)
    today: list[Due] = field(default_factory=list)
    week: list[Due] = field(default_factory=list)
    later: list[Due] = field(default_factory=list)
    waiting: list[Case] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Coming:
    """A coming meeting with what the department has to answer and whom it will see."""

    meeting: Meeting
    invitation: Invitation | None
    appointments: Sequence[Appointment]


def to_do(work: Work) -> ToDo:
    """What the actor's departments have to do, sorted by day. What is overdue stands with today's."""
    departments, found = work.actor.departments, ToDo()
    for case in work.session.scalars(of_departments(departments, SHOWN)):
        _sort(work, found, case, [a for a in case.assignments if a.active and a.department_id in departments])
    for promise in work.session.scalars(open_commitments(departments)):
        _put(work, found, Due(promise.due_on, promise.case, promise))
    for part in (found.today, found.week, found.later):
        part.sort(key=lambda due: (due.day, due.case.id))
    return found


def coming(work: Work) -> list[Coming]:
    """The next meetings of the actor's departments."""
    departments = work.actor.departments
    found = meetings.of_departments(work.session, departments, work.now - STILL_ON)
    return [
        Coming(meeting, next((i for i in meeting.invitations if i.department_id in departments), None),
               meetings.appointments(work.session, meeting, departments))
        for meeting in found
    ]  # fmt: skip


def _sort(work: Work, found: ToDo, case: Case, mine: list[Assignment]) -> None:
    answered = case.state is CaseState.ANSWERED
    fresh = [a for a in mine if a.state == "given" and not answered]
    working = [a for a in mine if a.state == "accepted" and not answered]
    found.new += fresh
    for given in working:
        _put(work, found, Due(given.due_on, case))
    if not fresh and not working:
        found.waiting.append(case)


def _put(work: Work, found: ToDo, due: Due) -> None:
    """Put something due where it belongs: today and overdue, until Sunday, later."""
    sunday = work.today + timedelta(days=6 - work.today.weekday())
    (found.today if due.day <= work.today else found.week if due.day <= sunday else found.later).append(due)
