"""What is kept while a timetable is being planned: searches in the background, and parts of it that stay."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from duijie.domain.text import T
from duijie.storage.base import Base


class SolveJob(Base):
    """One search for a meeting's timetable. ``state``: queued, running, done, failed, stopped, lost.

    ``wanted`` holds ``seconds`` (how long it may search). ``progress`` is the last news of the search:
    ``seconds`` gone, ``objective`` (points of the best so far, or None), ``bound`` and ``gap`` (a share of 1, or
    None). Whoever runs it renews ``lease_until``, and only the holder of ``fence`` may say what came of it.
    ``stop``: somebody wants the best so far. ``number`` is the timetable that came of it, ``said`` why none did.
    """

    __tablename__ = "solve_job"
    __table_args__ = (
        Index("ix_solve_job_meeting_id", "meeting_id"),
        Index("ix_solve_job_state", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    state: Mapped[str] = mapped_column(String(20), default="queued")
    wanted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stop: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int | None]
    said: Mapped[T | None]
    started_by: Mapped[str] = mapped_column(String(100), default="")
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)


class PlanLock(Base):
    """A part of a meeting's timetable that stays as it is when the rest is solved again.

    One of three kinds: a desk (``desk_id``), a requester (``invitation_id``), or a period (from ``first_slot``
    to ``last_slot``, both included): the talks that begin in it.
    """

    __tablename__ = "plan_lock"
    __table_args__ = (Index("ix_plan_lock_meeting_id", "meeting_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id", ondelete="CASCADE"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
    first_slot: Mapped[int | None]
    last_slot: Mapped[int | None]
