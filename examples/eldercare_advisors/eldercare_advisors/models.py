"""The plugin's own table: the visit that is paid after a case is closed."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Its metadata is what `duijie_tables` hands over."""


class Visit(Base):
    """One visit. ``event_id`` is the closing it follows, so one closing makes one visit, however often it is told."""

    __tablename__ = "x_eldercare_advisors_visit"

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int]  # of core's case: a plain number, no foreign key
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    area: Mapped[str] = mapped_column(String(60))
    department: Mapped[str] = mapped_column(String(60))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(500), default="")
