"""What holds for a case now, as anchors that rules can be tied to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from duijie.domain.followup import OFFICE_CLOSES
from duijie.domain.rules import Anchor
from duijie.domain.states import AssignmentRole, CaseState
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Commitment, Rating

UNDER_WAY = (CaseState.ASSIGNED, CaseState.IN_PROGRESS)
GONE = (CaseState.DECLINED, CaseState.MERGED)


@dataclass(frozen=True, slots=True)
class Held:
    """An anchor that holds. ``id`` is the same as long as it holds without a break; ``at`` is local time.

    ``department_id`` is the department concerned; ``commitment_id`` is set for promises.
    """

    on: Anchor
    id: str
    at: datetime
    department_id: int | None = None
    commitment_id: int | None = None


def anchors_of(work: Work, case: Case) -> list[Held]:
    """Every anchor that holds for ``case``, read from the database, not from what the session remembers."""
    lead = work.session.scalar(
        select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.active, Assignment.role == AssignmentRole.LEAD)
        .order_by(Assignment.id.desc())
    )
    held = [*_while_open(work, case, lead), *_after_answer(work, case, lead)]
    return held if case.state in GONE else [*held, *_promises(work, case)]


def due_end(work: Work, day: date) -> datetime:
    """The local moment that stands for a due date."""
    return work.local(work.at(day, OFFICE_CLOSES))


def _while_open(work: Work, case: Case, lead: Assignment | None) -> Iterator[Held]:
    if case.state not in UNDER_WAY or lead is None:
        return
    since, period = _open_since(case, lead)
    if case.state is CaseState.ASSIGNED:
        taken = work.local(max(case.stay_since, lead.assigned_at))
        yield Held(Anchor.ASSIGNED, f"{case.stay}.{lead.id}", taken, lead.department_id)
    yield Held(Anchor.OPEN, period, work.local(since), lead.department_id)
    if case.due_on:
        due = due_end(work, case.due_on)
        yield Held(Anchor.LEAD_DUE, f"{period}@{case.due_on.isoformat()}", due, lead.department_id)


def _open_since(case: Case, lead: Assignment) -> tuple[datetime, str]:
    """When this open time began, and its name: a new lead begins one, and so does being reopened."""
    reopened = case.answered_at is not None and case.answered_at >= lead.assigned_at
    if reopened and case.state is CaseState.IN_PROGRESS:
        return case.stay_since, f"{lead.id}.{case.stay}"
    return lead.assigned_at, str(lead.id)


def _after_answer(work: Work, case: Case, lead: Assignment | None) -> Iterator[Held]:
    if case.state not in (CaseState.ANSWERED, CaseState.CLOSED):
        return
    since, department = work.local(case.stay_since), lead.department_id if lead else None
    if case.state is CaseState.CLOSED:
        yield Held(Anchor.CLOSED, str(case.stay), since, department)
        return
    rated = select(Rating.id).where(Rating.case_id == case.id, Rating.stay == case.stay)
    if work.session.scalar(rated.limit(1)) is None:
        yield Held(Anchor.ANSWERED, str(case.stay), since, department)


def _promises(work: Work, case: Case) -> Iterator[Held]:
    """A promise is owed until it is kept or withdrawn, whatever became of the case."""
    open_ones = select(Commitment).where(Commitment.case_id == case.id, Commitment.state == "open")
    for promise in work.session.scalars(open_ones.order_by(Commitment.id)):
        name = f"{promise.id}@{promise.due_on.isoformat()}"
        due = due_end(work, promise.due_on)
        yield Held(Anchor.COMMITMENT_DUE, name, due, promise.department_id, promise.id)
