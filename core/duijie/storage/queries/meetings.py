"""Questions about meetings: which cases wait for one, which are coming, how ready each is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from duijie.domain.roles import Actor
from duijie.domain.states import CaseState, MeetingState, OutcomeKind
from duijie.storage.models import (
    AgendaItem,
    Appointment,
    Case,
    Desk,
    Event,
    Invitation,
    Meeting,
    Outcome,
    Timetable,
)
from duijie.storage.queries.scope import meetings_open_to

UNDECIDED = (MeetingState.DRAFT, MeetingState.INVITING, MeetingState.SCHEDULED, MeetingState.LIVE)
_HEARD = (OutcomeKind.ANSWERED, OutcomeKind.COMMITTED)
LATE: Final = timedelta(days=1)


@dataclass
class Readiness:
    """How far a meeting is prepared, in numbers."""

    desks: int = 0
    cases: int = 0
    departments_asked: int = 0
    departments_coming: int = 0
    requesters_asked: int = 0
    requesters_coming: int = 0
    placed: int = 0
    unplaced: int = 0
    timetable: int = 0  # its number; 0: none yet

    @property
    def requested(self) -> int:
        """All appointments that were asked of the solver."""
        return self.placed + self.unplaced


def seen_meetings(actor: Actor) -> Select[Meeting]:
    """The meetings an actor may see in lists: drafts only in their own areas."""
    return select(Meeting).where(
        meetings_open_to(actor), or_(Meeting.state != MeetingState.DRAFT, _of_areas(actor))
    )


def waiting_cases(group_key: str, area_id: int, besides_meeting: int) -> Select[Case]:
    """The open pool of a group and area: handed out, not closed, on no other coming agenda, not yet heard.

    Carried-over ones first, then by priority, then the longest waiting.
    """
    elsewhere = (
        select(AgendaItem.case_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Meeting.state.in_(UNDECIDED))
    )
    here = select(AgendaItem.case_id).where(AgendaItem.meeting_id == besides_meeting)
    heard = exists().where(Outcome.case_id == Case.id, Outcome.kind.in_(_HEARD))
    return (
        select(Case)
        .where(
            Case.group_key == group_key,
            Case.area_id == area_id,
            Case.state.in_((CaseState.ASSIGNED, CaseState.IN_PROGRESS)),
            Case.id.not_in(elsewhere),
            Case.id.not_in(here),
            or_(~heard, Case.carried_from_id.is_not(None), Case.reopened > 0),
        )
        .options(selectinload(Case.assignments))
        .order_by(Case.carried_from_id.is_(None), Case.priority.desc(), Case.received_at, Case.id)
    )


def latest_timetable(meeting_id: int) -> Select[Timetable]:
    """The newest timetable of a meeting with its appointments."""
    return (
        select(Timetable)
        .where(Timetable.meeting_id == meeting_id)
        .options(selectinload(Timetable.appointments).selectinload(Appointment.desks))
        .order_by(Timetable.number.desc())
        .limit(1)
    )


def readiness(session: Session, meeting_ids: Iterable[int]) -> dict[int, Readiness]:
    """The figures of several meetings in a handful of questions; every id gets an entry."""
    ids = list(meeting_ids)
    found: dict[int, Readiness] = defaultdict(Readiness)
    staffed = select(Desk.meeting_id, func.count()).where(Desk.capacity > 0)
    for meeting, count in _counted(session, staffed, Desk.meeting_id, ids):
        found[meeting].desks = count
    listed = select(AgendaItem.meeting_id, func.count())
    for meeting, count in _counted(session, listed, AgendaItem.meeting_id, ids):
        found[meeting].cases = count
    _count_answers(session, ids, found)
    _count_appointments(session, ids, found)
    return {meeting: found[meeting] for meeting in ids}


def listed(session: Session, actor: Actor, now: datetime, past: int) -> tuple[list[Meeting], list[Meeting]]:
    """The meetings running or still to come, the next first, and the last ``past`` behind us, the latest first.

    One that should have begun and was not opened yet still counts as coming, for a day.
    """
    running = Meeting.state == MeetingState.LIVE
    coming = or_(running, and_(Meeting.state.in_(UNDECIDED), Meeting.starts_at >= now - LATE))
    wanted = seen_meetings(actor)
    behind = wanted.where(~coming).order_by(Meeting.starts_at.desc()).limit(past)
    return list(session.scalars(wanted.where(coming).order_by(Meeting.starts_at))), list(session.scalars(behind))


def history(session: Session, meeting_id: int, most: int = 40) -> Sequence[Event]:
    """What happened to a meeting, the latest first."""
    wanted = select(Event).where(Event.about_type == "meeting", Event.about_id == meeting_id)
    return session.scalars(wanted.order_by(Event.id.desc()).limit(most)).all()


def _of_areas(actor: Actor) -> ColumnElement[bool]:
    return Meeting.area_id.in_(actor.areas) if actor.kind != "system" else Meeting.id.is_not(None)


def _counted(
    session: Session, wanted: Select[int, int], column: InstrumentedAttribute[int], ids: list[int]
) -> Iterable[tuple[int, int]]:
    return session.execute(wanted.where(column.in_(ids)).group_by(column))


def _count_answers(session: Session, ids: list[int], found: dict[int, Readiness]) -> None:
    of_department = Invitation.department_id.is_not(None)
    wanted = (
        select(Invitation.meeting_id, of_department, Invitation.answer, func.count())
        .where(Invitation.meeting_id.in_(ids))
        .group_by(Invitation.meeting_id, of_department, Invitation.answer)
    )
    for meeting, department, answer, count in session.execute(wanted):
        figures, coming = found[meeting], count if answer in ("accepted", "delegated") else 0
        if department:
            figures.departments_asked += count
            figures.departments_coming += coming
        else:
            figures.requesters_asked += count
            figures.requesters_coming += coming


def _count_appointments(session: Session, ids: list[int], found: dict[int, Readiness]) -> None:
    newest = (
        select(Timetable.meeting_id, func.max(Timetable.number).label("number"))
        .where(Timetable.meeting_id.in_(ids))
        .group_by(Timetable.meeting_id)
        .subquery()
    )
    wanted = (
        select(Timetable.meeting_id, Timetable.number, func.count(Appointment.slot), func.count(Appointment.id))
        .join(newest, and_(newest.c.meeting_id == Timetable.meeting_id, newest.c.number == Timetable.number))
        .join(Appointment, Appointment.timetable_id == Timetable.id, isouter=True)
        .group_by(Timetable.meeting_id, Timetable.number)
    )
    for meeting, number, placed, every in session.execute(wanted):
        figures = found[meeting]
        figures.timetable, figures.placed, figures.unplaced = number, placed, every - placed
