"""The working-day calendar from its tables, read once for each of its changes."""

import secrets
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from duijie.domain.working_days import WorkingCalendar, calendar_of
from duijie.storage.models import CalendarDay, CalendarYear, Setting

_STATE = "calendar_state"
Kept = dict[tuple[str, date], WorkingCalendar]


def load_calendar(session: Session, since: date, kept: Kept) -> WorkingCalendar:
    """All special days from ``since`` on, and every published year; out of ``kept`` while nothing changed.

    Nearly every piece of work asks for it, and reading its rows takes some milliseconds.
    """
    state = session.get(Setting, _STATE)
    key = (state.value["token"] if state else "", since)
    if state and key in kept:
        return kept[key]
    days = session.execute(select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).where(CalendarDay.day >= since))
    calendar = calendar_of(days, session.scalars(select(CalendarYear.year)))
    kept.clear()
    kept[key] = calendar
    return calendar


def note_change(session: Session) -> None:
    """Let every process read the calendar anew. A random mark, so that a change rolled back leaves no trace."""
    session.merge(Setting(key=_STATE, value={"token": secrets.token_hex(8)}))
    session.flush()
