"""The append-only history."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from duijie.storage.base import Base


class Event(Base):
    """One entry of the history (流水): who did what to which record, when, from where.

    The database refuses to change or delete a row (triggers of the first migration). ``public`` entries are what
    the requester sees. No foreign keys: history outlives what it tells of.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_about", "about_type", "about_id"),
        Index("ix_event_case_id", "case_id"),
        Index("ix_event_at", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(200))
    actor_kind: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(60))
    about_type: Mapped[str] = mapped_column(String(20))
    about_id: Mapped[int | None]
    case_id: Mapped[int | None]
    public: Mapped[bool] = mapped_column(default=False)
    data: Mapped[dict[str, Any]]
