"""Meetings that come again, what people's calendars were told, mail that came in, and calendars to subscribe to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from duijie.domain.text import T
from duijie.storage.base import Base
from duijie.storage.models.meetings import Meeting
from duijie.storage.models.people import Area, User


class MeetingSeries(Base):
    """Meetings that come again (例会). ``rule`` is an RRULE (RFC 5545) without its DTSTART, which is ``first_on``.

    ``shift`` says what becomes of a day that is no working day: before, after, skip or keep. ``seats`` maps the id
    of a department (as text, JSON knows no other key) to its representatives. A meeting is drafted ``ahead`` days
    before it. ``state``: active, paused, ended. ``problem`` is why the last one could not be drafted.
    """

    __tablename__ = "meeting_series"
    __table_args__ = (Index("ix_meeting_series_state", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_key: Mapped[str] = mapped_column(String(60))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(200))
    shift: Mapped[str] = mapped_column(String(10))
    start: Mapped[str] = mapped_column(String(5))
    slot_minutes: Mapped[int]
    slots: Mapped[int]
    seats: Mapped[dict[str, Any]]
    chair: Mapped[str] = mapped_column(String(100), default="")
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    ahead: Mapped[int] = mapped_column(default=30)
    state: Mapped[str] = mapped_column(String(10), default="active")
    problem: Mapped[T | None]
    by: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    area: Mapped[Area] = relationship(lazy="joined")
    dates: Mapped[list["SeriesDate"]] = relationship(back_populates="series", order_by="SeriesDate.rule_day")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class SeriesDate(Base):
    """One date of a series that became a meeting, or that somebody moved (``moved_to``) or left out (``skipped``).

    ``rule_day`` is the date as the rule has it, whatever became of it: one row each, whoever gets there first.
    ``planned_for`` is the working day that it was shifted to when its meeting was drafted.
    """

    __tablename__ = "series_date"
    __table_args__ = (UniqueConstraint("series_id", "rule_day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("meeting_series.id"))
    rule_day: Mapped[date]
    moved_to: Mapped[date | None]
    skipped: Mapped[bool] = mapped_column(default=False)
    planned_for: Mapped[date | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    series: Mapped[MeetingSeries] = relationship(back_populates="dates")
    meeting: Mapped[Meeting | None] = relationship()


class CalendarEntry(Base):
    """What one person's calendar was last told about one meeting.

    ``sequence`` grows with every change of time, place or state, as iTIP wants it. ``state``: asked or withdrawn.
    ``told`` is what such a change is seen by, ``hours`` the part of it that an answer is about, and ``since`` the
    sequence from which on that part is the same: an answer to an earlier one is stale. ``partstat`` is what the
    person's calendar answered, ``replied_at`` when it did by its own clock: an older answer changes nothing.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (Index("ix_calendar_entry_meeting_id", "meeting_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(160), unique=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    since: Mapped[int] = mapped_column(default=0)
    told: Mapped[str] = mapped_column(String(64), default="")
    hours: Mapped[str] = mapped_column(String(64), default="")
    partstat: Mapped[str] = mapped_column(String(20), default="NEEDS-ACTION")
    replied_at: Mapped[datetime | None]
    user: Mapped[User | None] = relationship()


class IncomingMail(Base):
    """A mail that came in and what was made of it. ``key`` is the digest of its Message-ID, so each counts once.

    ``outcome``: taken, stale, refused, ignored. Nothing of its text is kept.
    """

    __tablename__ = "incoming_mail"
    __table_args__ = (Index("ix_incoming_mail_meeting_id", "meeting_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[str] = mapped_column(String(10))
    note: Mapped[T]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))


class CalendarFeed(Base):
    """Somebody's calendars to subscribe to. Only the SHA-256 of the address's secret is kept."""

    __tablename__ = "calendar_feed"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")
