"""The working-day calendar as the database keeps it."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from duijie.domain.text import T
from duijie.domain.working_days import DayKind
from duijie.storage.base import Base, Word


class CalendarDay(Base):
    """A day that is not what its weekday says. ``source``: library, import or edited."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(Word(DayKind))
    name: Mapped[T]
    source: Mapped[str] = mapped_column(String(30))


class CalendarYear(Base):
    """A year whose holidays are published and seeded. A year without a row is not published."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime]
