"""A meeting, who is invited, the timetables found for it, and what came of each appointment."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from duijie.domain.states import MeetingState, OutcomeKind
from duijie.domain.text import T
from duijie.storage.base import Base, Word
from duijie.storage.models.cases import Case, Commitment, Reply
from duijie.storage.models.people import Area, Department, User


class Meeting(Base):
    """A matchmaking meeting (对接会) of one group in one area.

    Slot n (0-based) begins ``slot_minutes * n`` minutes after ``starts_at``. ``revision`` counts what people
    were told (published, moved, cancelled) and is the SEQUENCE of its calendar files. ``minutes`` holds what a
    person added to the minutes, and once they are filed the whole of them as they were then. ``wishes`` is what
    matters to its timetable: a wish's key → how much (`duijie.matchmaking.wishes`). ``reminders`` are the minutes
    before it at which people are reminded; None: as its group has it in this area.
    """

    __tablename__ = "meeting"
    __table_args__ = (Index("ix_meeting_area_state", "area_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    group_key: Mapped[str] = mapped_column(String(60))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    slot_minutes: Mapped[int]
    slots: Mapped[int]
    state: Mapped[MeetingState] = mapped_column(Word(MeetingState), default=MeetingState.DRAFT)
    revision: Mapped[int] = mapped_column(default=0)
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    chair: Mapped[str] = mapped_column(String(100), default="")
    notes: Mapped[str] = mapped_column(default="")
    cancel_reason: Mapped[str] = mapped_column(default="")
    published_id: Mapped[int | None] = mapped_column(ForeignKey("timetable.id", use_alter=True))
    created_at: Mapped[datetime]
    concluded_at: Mapped[datetime | None]
    minutes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    reminders: Mapped[list[int] | None]
    version: Mapped[int] = mapped_column(default=1)
    area: Mapped[Area] = relationship(lazy="joined")
    desks: Mapped[list["Desk"]] = relationship(back_populates="meeting", order_by="Desk.position, Desk.id")
    agenda: Mapped[list["AgendaItem"]] = relationship(
        back_populates="meeting", order_by="AgendaItem.id", foreign_keys="AgendaItem.meeting_id"
    )
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="meeting", order_by="Invitation.id")
    timetables: Mapped[list["Timetable"]] = relationship(
        back_populates="meeting", order_by="Timetable.id", foreign_keys="Timetable.meeting_id"
    )
    published: Mapped["Timetable | None"] = relationship(foreign_keys=[published_id], post_update=True)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class Desk(Base):
    """A department's place in the room (席位) and how many representatives staff it."""

    __tablename__ = "desk"
    __table_args__ = (UniqueConstraint("meeting_id", "department_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    label: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    meeting: Mapped[Meeting] = relationship(back_populates="desks")
    department: Mapped[Department] = relationship(lazy="joined")


class Invitation(Base):
    """One department's or one requester's invitation (邀请).

    A department's has ``department_id`` and, once named, ``user_id`` (who comes); a requester's has
    ``party_key`` and the contact copied from its cases. ``answer``: pending, accepted, declined, delegated.
    ``away`` are the slots in which it cannot come.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("meeting_id", "department_id"),
        UniqueConstraint("meeting_id", "party_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    substitute: Mapped[str] = mapped_column(String(100), default="")
    substitute_phone: Mapped[str] = mapped_column(String(30), default="")
    party_key: Mapped[str | None] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(100), default="")
    mobile: Mapped[str] = mapped_column(String(30), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(5), default="zh")
    answer: Mapped[str] = mapped_column(String(20), default="pending")
    answer_note: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]
    away: Mapped[list[int]]
    people: Mapped[int] = mapped_column(default=1)
    signed_in_at: Mapped[datetime | None]
    meeting: Mapped[Meeting] = relationship(back_populates="invitations")
    department: Mapped[Department | None] = relationship(lazy="joined")
    user: Mapped[User | None] = relationship(lazy="joined")


class AgendaItem(Base):
    """A case that a meeting is to hear, and the requester's invitation it comes under."""

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "case_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))
    length: Mapped[int] = mapped_column(default=1)
    together: Mapped[bool] = mapped_column(default=False)
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    meeting: Mapped[Meeting] = relationship(back_populates="agenda", foreign_keys=[meeting_id])
    case: Mapped[Case] = relationship(lazy="joined")
    invitation: Mapped[Invitation | None] = relationship()


class Timetable(Base):
    """All appointments of one meeting as the solver found them (对接时间表). ``number`` counts from 1.

    ``search`` is how it was found: ``objective`` and ``bound`` in points, and the ``wishes`` of that time; empty for
    one that was changed by hand.
    """

    __tablename__ = "timetable"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    gaps: Mapped[int] = mapped_column(default=0)
    bound: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100), default="")
    published_at: Mapped[datetime | None]
    search: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    meeting: Mapped[Meeting] = relationship(back_populates="timetables", foreign_keys=[meeting_id])
    appointments: Mapped[list["Appointment"]] = relationship(
        back_populates="timetable", order_by="Appointment.slot, Appointment.id"
    )


class Appointment(Base):
    """One requester with one case at one desk, or at several together, in one slot (对接).

    ``slot`` is None when it could not be placed; ``unplaced_reason`` then says why. ``key`` is the same in every
    timetable of the meeting. ``progress``: planned, called, talking, done. ``taken_by_id`` is whose talk it is where
    several representatives sit at one desk.
    """

    __tablename__ = "appointment"
    __table_args__ = (UniqueConstraint("timetable_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    timetable_id: Mapped[int] = mapped_column(ForeignKey("timetable.id"))
    key: Mapped[str] = mapped_column(String(80))
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    slot: Mapped[int | None]
    length: Mapped[int] = mapped_column(default=1)
    locked: Mapped[bool] = mapped_column(default=False)
    unplaced_reason: Mapped[T | None]
    progress: Mapped[str] = mapped_column(String(20), default="planned")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    timetable: Mapped[Timetable] = relationship(back_populates="appointments")
    invitation: Mapped[Invitation] = relationship(lazy="joined")
    case: Mapped[Case] = relationship(lazy="joined")
    taken_by: Mapped[User | None] = relationship()
    desks: Mapped[list["AppointmentDesk"]] = relationship(back_populates="appointment", lazy="selectin")
    outcomes: Mapped[list["Outcome"]] = relationship(back_populates="appointment", order_by="Outcome.id")


class AppointmentDesk(Base):
    """A desk of an appointment; a joint talk has several."""

    __tablename__ = "appointment_desk"
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    appointment: Mapped[Appointment] = relationship(back_populates="desks")
    desk: Mapped[Desk] = relationship(lazy="joined")


class Outcome(Base):
    """What an appointment ended in (答复结果) for one department, as its representative recorded it.

    ``former_due_on`` is the case's deadline before a commitment moved it, so that a correction can restore it.
    """

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("appointment_id", "department_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    kind: Mapped[OutcomeKind] = mapped_column(Word(OutcomeKind))
    text: Mapped[str] = mapped_column(default="")
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"))
    transferred_to_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id"))
    former_due_on: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    appointment: Mapped[Appointment] = relationship(back_populates="outcomes")
    case: Mapped[Case] = relationship()
    department: Mapped[Department] = relationship(foreign_keys=[department_id], lazy="joined")
    transferred_to: Mapped[Department | None] = relationship(foreign_keys=[transferred_to_id], lazy="joined")
    commitment: Mapped[Commitment | None] = relationship(lazy="joined")
    reply: Mapped[Reply | None] = relationship(lazy="joined")


