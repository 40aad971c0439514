"""When a meeting's slots are, and how a moment reads in a message."""

from datetime import date, datetime, timedelta
from typing import Final

from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Meeting

_ZH_DAYS: Final = "一二三四五六日"
_EN_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def starts(meeting: Meeting, slot: int) -> datetime:
    """When ``slot`` (from 0) begins, in UTC."""
    return meeting.starts_at + timedelta(minutes=meeting.slot_minutes * slot)


def ends(meeting: Meeting) -> datetime:
    """When the last slot ends, in UTC."""
    return starts(meeting, meeting.slots)


def clock(work: Work, moment: datetime) -> str:
    """14:00, in the installation's time zone."""
    return f"{work.local(moment):%H:%M}"


def span(work: Work, meeting: Meeting, slot: int, length: int = 1) -> str:
    """14:00–14:12."""
    return f"{clock(work, starts(meeting, slot))}–{clock(work, starts(meeting, slot + length))}"


def day(work: Work, moment: datetime) -> T:
    """11月27日 周五 / Fri 27 Nov, in the installation's time zone."""
    return day_words(work.local(moment).date())


def day_words(day: date) -> T:
    """11月27日 周五 / Fri 27 Nov."""
    return T(
        f"{day.month}月{day.day}日 周{_ZH_DAYS[day.weekday()]}",
        en=f"{_EN_DAYS[day.weekday()]} {day.day} {_EN_MONTHS[day.month - 1]}",
    )


def when(work: Work, meeting: Meeting) -> T:
    """11月27日 周五 14:00–16:00 / Fri 27 Nov, 14:00–16:00."""
    hours = span(work, meeting, 0, meeting.slots)
    return T("{day} {hours}", en="{day}, {hours}").fill(day=day(work, meeting.starts_at), hours=hours)
