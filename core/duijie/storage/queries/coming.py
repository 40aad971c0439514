"""Coming meetings, and who is seen at them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from duijie.domain.roles import Actor
from duijie.domain.states import MeetingState
from duijie.storage.models import Appointment, AppointmentDesk, Desk, Invitation, Meeting
from duijie.storage.queries.scope import meetings_open_to

COMING: Final = (MeetingState.INVITING, MeetingState.SCHEDULED, MeetingState.LIVE)


def next_meeting(session: Session, actor: Actor, since: datetime) -> Meeting | None:
    """The first meeting from ``since`` on, not running yet, that the actor may see, with its invitations."""
    ahead = _coming(since).where(meetings_open_to(actor), Meeting.state != MeetingState.LIVE)
    return session.scalars(ahead.limit(1)).first()


def running(session: Session, actor: Actor) -> Sequence[Meeting]:
    """The meetings that are going on now, of those that the actor may see."""
    now = select(Meeting).where(Meeting.state == MeetingState.LIVE, meetings_open_to(actor))
    return session.scalars(now.order_by(Meeting.starts_at, Meeting.id)).all()


def of_departments(session: Session, departments: frozenset[int], since: datetime) -> Sequence[Meeting]:
    """The next meetings that one of ``departments`` is invited to or has a desk at."""
    invited = select(Invitation.meeting_id).where(Invitation.department_id.in_(departments))
    seated = select(Desk.meeting_id).where(Desk.department_id.in_(departments))
    mine = or_(Meeting.id.in_(invited), Meeting.id.in_(seated))
    return session.scalars(_coming(since).where(mine).limit(5)).all()


def appointments(session: Session, meeting: Meeting, departments: frozenset[int]) -> Sequence[Appointment]:
    """The published appointments at the desks of ``departments``, in order of time."""
    if meeting.published_id is None:
        return []
    at_my_desk = (
        select(AppointmentDesk.appointment_id)
        .join(Desk, Desk.id == AppointmentDesk.desk_id)
        .where(Desk.department_id.in_(departments))
    )
    wanted = (
        select(Appointment)
        .where(Appointment.timetable_id == meeting.published_id, Appointment.slot.is_not(None))
        .where(Appointment.id.in_(at_my_desk))
    )
    return session.scalars(wanted.order_by(Appointment.slot, Appointment.id)).all()


def _coming(since: datetime) -> Select[Meeting]:
    return (
        select(Meeting)
        .where(Meeting.state.in_(COMING), Meeting.starts_at > since)
        .order_by(Meeting.starts_at, Meeting.id)
        .options(selectinload(Meeting.invitations))
    )
