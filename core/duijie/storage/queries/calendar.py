"""The working-day calendar from its tables."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from duijie.domain.working_days import WorkingCalendar, calendar_of
from duijie.storage.models import CalendarDay, CalendarYear


def load_calendar(session: Session, since: date) -> WorkingCalendar:
    """All special days from ``since`` on, and every published year."""
    days = session.scalars(select(CalendarDay).where(CalendarDay.day >= since))
    years = session.scalars(select(CalendarYear.year))
    return calendar_of(((d.day, d.kind, d.name) for d in days), years)
