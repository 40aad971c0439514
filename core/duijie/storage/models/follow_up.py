"""What is due: steps of rules, reminders, and the attempts to deliver them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from duijie.domain.text import T
from duijie.storage.base import Base


class FollowUp(Base):
    """One step of a follow-up rule that is armed for one case.

    ``key`` is case : anchor : rule : step : n, unique for ever, so that nothing fires twice. ``state``: armed,
    fired, stopped (its anchor ended; armed again if the same anchor returns), skipped (its moment had lost its
    sense), failed (tried and given up; ``last_error`` says why). ``retry_at``: not before, after a failure.
    ``why`` keeps the values it was computed from, and the ``card`` it showed.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_state_due_at", "state", "due_at"),
        Index("ix_follow_up_case_id_state", "case_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"))
    group_key: Mapped[str] = mapped_column(String(60))
    rule_key: Mapped[str] = mapped_column(String(60))
    step: Mapped[int]
    n: Mapped[int] = mapped_column(default=1)
    anchor: Mapped[str] = mapped_column(String(30))
    anchor_id: Mapped[str] = mapped_column(String(120))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="armed")
    fired_at: Mapped[datetime | None]
    stop_reason: Mapped[str] = mapped_column(String(120), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    why: Mapped[dict[str, Any]]


class Reminder(Base):
    """One message due at one time to one person by one channel (提醒), with the reason it exists.

    ``key`` is object : revision : rule : person : channel. ``state``: planned → sending → sent | retired | expired
    | doubtful | dead; ``parked`` when its channel is missing; ``gathered`` while it waits for the daily digest, then
    ``contained`` in the one named by ``digest_id``; ``unwanted`` when its person chose against the channel. An outlet's
    carries ``outlet_id`` in the place of a person and address; ``event`` is what a webhook sends.
    ``original`` holds the words that the administrator's took the place of.
    ``fence`` grows with every claim; only the holder of
    the latest may settle. ``lease_until`` set on a planned one: a worker holds it. ``useful_until`` is when it has
    lost its sense. ``attempts`` counts refusals, ``recoveries`` the workers that died with it.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_state_next_at", "state", "next_at"),
        Index("ix_reminder_about", "about_type", "about_id", "state"),
        Index("ix_reminder_user_channel", "user_id", "channel", "state"),
        Index("ix_reminder_outlet_id_state", "outlet_id", "state"),
        Index("ix_reminder_digest_id", "digest_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    about_type: Mapped[str] = mapped_column(String(20))  # case, meeting
    about_id: Mapped[int]
    revision: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(30))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    to_name: Mapped[str] = mapped_column(String(200))
    to_address: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(5), default="zh")
    subject: Mapped[T]
    body: Mapped[T]
    why: Mapped[T]
    link: Mapped[str] = mapped_column(String(300), default="")
    calendar: Mapped[str] = mapped_column(default="")  # an iCalendar text that goes with it
    due_at: Mapped[datetime]
    next_at: Mapped[datetime]
    useful_until: Mapped[datetime | None]
    notice: Mapped[str] = mapped_column(String(20), default="news")
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"))
    event: Mapped[dict[str, Any]] = mapped_column(default=dict)
    original: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("reminder.id"))
    state: Mapped[str] = mapped_column(String(20), default="planned")
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    recoveries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    deliveries: Mapped[list["Delivery"]] = relationship(back_populates="reminder", order_by="Delivery.id")


class Delivery(Base):
    """One attempt to hand a reminder to its channel (送达)."""

    __tablename__ = "delivery"
    id: Mapped[int] = mapped_column(primary_key=True)
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id"), index=True)
    fence: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    reminder: Mapped[Reminder] = relationship(back_populates="deliveries")
