"""Channels to places outside, how fast they may be used, and how people want to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from duijie.domain.text import T
from duijie.storage.base import Base


class Outlet(Base):
    """A place outside that is told things: a group's robot, another system's webhook.

    It is a department's (``department_id``), an area's (``area_id``), or the whole installation's. ``address`` and
    ``secret`` are never shown, exported or logged. ``kinds`` are the notices it carries; for webhooks the beginnings
    of events' names (``case``, ``meeting``). ``whole``: the messages' full text, not only what they are about.
    ``digest_at``: "HH:MM", one message a day that lists what came; empty: each at once.
    """

    __tablename__ = "outlet"
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(1000))
    secret: Mapped[str] = mapped_column(String(300), default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    kinds: Mapped[list[str]] = mapped_column(default=list)
    whole: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(5), default="zh")
    digest_at: Mapped[str] = mapped_column(String(5), default="")
    state: Mapped[str] = mapped_column(String(20), default="on")  # on, off, removed
    by: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class ChannelPace(Base):
    """What was sent lately to one place, so that all workers together keep its limits.

    ``sent`` are moments in seconds since 1970; ``closed_until``: the other side said that it was too much.
    """

    __tablename__ = "channel_pace"
    bucket: Mapped[str] = mapped_column(String(100), primary_key=True)
    sent: Mapped[list[float]] = mapped_column(default=list)
    closed_until: Mapped[datetime | None]


class NoticeSetting(Base):
    """How somebody wants to be told: ``scope`` is ``user:<id>``, ``area:<id>``, ``group:<key>`` or ``all``.

    ``value`` is what `duijie.domain.telling.Telling` writes.
    """

    __tablename__ = "notice_setting"
    scope: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime]


class MessageText(Base):
    """The administrator's words for a kind of message, in the place of duijie's own."""

    __tablename__ = "message_text"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    subject: Mapped[T]
    body: Mapped[T]
    by: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime]


class ActionRun(Base):
    """A plugin's action that a rule called, to be done once.

    ``key`` is that of the step that fired. ``state``: planned, running, done, failed. ``fence`` and ``lease_until``
    as of reminders. ``said`` is what the plugin answered.
    """

    __tablename__ = "action_run"
    __table_args__ = (Index("ix_action_run_state_next_at", "state", "next_at"), Index("ix_action_run_case_id", "case_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    plugin: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"))
    rule: Mapped[T]
    state: Mapped[str] = mapped_column(String(20), default="planned")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    said: Mapped[T | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
