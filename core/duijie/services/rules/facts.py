"""What holds for a case now, as anchors that rules can be tied to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from duijie.domain.followup import OFFICE_CLOSES, PAUSED
from duijie.domain.rules import Anchor
from duijie.domain.states import AssignmentRole, CaseState, MeetingState
from duijie.services.work import Work
from duijie.storage.models import (
    AgendaItem,
    Assignment,
    Case,
    Commitment,
    Event,
    Extension,
    Meeting,
    Question,
    Rating,
)

UNDER_WAY = (CaseState.ASSIGNED, CaseState.IN_PROGRESS)
GONE = (CaseState.DECLINED, CaseState.MERGED)
EVERY: Final = frozenset(Anchor)
JUST_HAPPENED: Final = timedelta(hours=1)  # an entry older than that has set its rules off or was before them
_AHEAD: Final = (MeetingState.INVITING, MeetingState.SCHEDULED, MeetingState.LIVE)


@dataclass(frozen=True, slots=True)
class Held:
    """An anchor that holds. ``id`` is the same as long as it holds without a break; ``at`` is local time.

    ``department_id`` is the department concerned; ``commitment_id`` is set for promises, ``event`` is the kind of
    an entry of the history.
    """

    on: Anchor
    id: str
    at: datetime
    department_id: int | None = None
    commitment_id: int | None = None
    event: str = ""


def anchors_of(
    work: Work, case: Case, wanted: Collection[Anchor] = EVERY, events: Collection[str] = ()
) -> list[Held]:
    """Every anchor of ``wanted`` that holds for ``case``, read from the database, not from what the session remembers.

    ``events`` are the kinds of entries that somebody asks about.
    """
    mine = select(Assignment).where(Assignment.case_id == case.id, Assignment.active).order_by(Assignment.id.desc())
    given = work.session.scalars(mine).all()
    lead = next((one for one in given if one.role is AssignmentRole.LEAD), None)
    held = [*_while_open(work, case, lead, given, wanted), *_after_answer(work, case, lead)]
    if Anchor.COMMITMENT_DUE in wanted and case.state not in GONE:
        held += _promises(work, case)
    held += _waiting(work, case, given, wanted)
    if Anchor.MEETING_DAY in wanted and case.state not in GONE:
        held += _meetings(work, case, lead)
    if events:
        held += _just_happened(work, case, lead, events)
    return [one for one in held if one.on in wanted]


def due_end(work: Work, day: date) -> datetime:
    """The local moment that stands for a due date."""
    return work.local(work.at(day, OFFICE_CLOSES))


def open_question(work: Work, case: Case) -> Question | None:
    """The question that the requester has to answer; there is one at most."""
    asked = select(Question).where(Question.case_id == case.id, Question.state == "open")
    return work.session.scalar(asked.order_by(Question.id.desc()))


def is_paused(work: Work, case: Case) -> bool:
    """Whether the clocks of the departments stand still, because the requester has to answer."""
    question = open_question(work, case)
    return question is not None and question.pauses


def _while_open(
    work: Work, case: Case, lead: Assignment | None, given: Sequence[Assignment], wanted: Collection[Anchor]
) -> Iterator[Held]:
    if case.state not in UNDER_WAY or lead is None:
        return
    since, period = _open_since(case, lead)
    if case.state is CaseState.ASSIGNED:
        taken = work.local(max(case.stay_since, lead.assigned_at))
        yield Held(Anchor.ASSIGNED, f"{case.stay}.{lead.id}", taken, lead.department_id)
    yield Held(Anchor.OPEN, period, work.local(since), lead.department_id)
    if PAUSED.isdisjoint(wanted) or is_paused(work, case):
        return
    if case.due_on:
        due = due_end(work, case.due_on)
        yield Held(Anchor.LEAD_DUE, f"{period}@{case.due_on.isoformat()}", due, lead.department_id)
    for one in given:
        if one.role is AssignmentRole.CO and one.state != "done":
            name = f"{one.id}@{one.due_on.isoformat()}"
            yield Held(Anchor.CO_DUE, name, due_end(work, one.due_on), one.department_id)


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


def _waiting(
    work: Work, case: Case, given: Sequence[Assignment], wanted: Collection[Anchor]
) -> Iterator[Held]:
    """What somebody else has to decide or answer before the departments can go on."""
    if case.state not in UNDER_WAY:
        return
    if Anchor.ASKED in wanted and (question := open_question(work, case)):
        yield Held(Anchor.ASKED, str(question.id), work.local(question.asked_at), question.department_id)
    for one in given:
        if one.state == "objected" and one.objected_at:
            yield Held(Anchor.OBJECTED, str(one.id), work.local(one.objected_at), one.department_id)
    if Anchor.EXTENSION_ASKED in wanted:
        asked = select(Extension).where(Extension.case_id == case.id, Extension.state == "asked")
        for wish in work.session.scalars(asked.order_by(Extension.id)):
            if wish.assignment.active:
                department = wish.assignment.department_id
                yield Held(Anchor.EXTENSION_ASKED, str(wish.id), work.local(wish.asked_at), department)


def _meetings(work: Work, case: Case, lead: Assignment | None) -> Iterator[Held]:
    """A meeting that was moved is another anchor: what was armed for the old day is stopped."""
    heard = (
        select(Meeting.id, Meeting.starts_at).join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(AgendaItem.case_id == case.id, Meeting.state.in_(_AHEAD)).order_by(Meeting.id)
    )  # fmt: skip
    for meeting_id, starts_at in work.session.execute(heard):
        begins = work.local(starts_at)
        yield Held(Anchor.MEETING_DAY, f"{meeting_id}@{begins:%Y-%m-%dT%H:%M}", begins, lead.department_id if lead else None)


def _just_happened(
    work: Work, case: Case, lead: Assignment | None, events: Collection[str]
) -> Iterator[Held]:
    since = work.now - JUST_HAPPENED
    entries = select(Event).where(Event.case_id == case.id, Event.kind.in_(events), Event.at > since, Event.at <= work.now)
    for entry in work.session.scalars(entries.order_by(Event.id)):
        department = lead.department_id if lead else None
        yield Held(Anchor.EVENT, str(entry.id), work.local(entry.at), department, event=entry.kind)
