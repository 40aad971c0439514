"""The dates of a series: as its rule has them, shifted to working days, with the reason in words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Final, Protocol

from dateutil.rrule import rrulestr

from duijie.domain.recurrence import Shift
from duijie.domain.text import T
from duijie.domain.working_days import DayKind, WorkingCalendar
from duijie.services.meetings.slots import day_words

FARTHEST: Final = 31  # days that a date can be shifted by; no holiday is that long
_INTERVAL: Final = re.compile(r"INTERVAL=\d+")
_PLAIN: Final = {
    DayKind.WEEKEND: T("周末", en="a weekend"), DayKind.HOLIDAY: T("节假日", en="a public holiday"),
    DayKind.CLOSURE: T("本地休息", en="a local closure"),
}  # fmt: skip
_WHERE: Final = {
    Shift.AFTER: T("顺延至 {new}", en="moved to {new}"),
    Shift.BEFORE: T("提前至 {new}", en="moved forward to {new}"),
    Shift.SKIP: T("这一次不开", en="left out that time"),
    Shift.KEEP: T("照常召开", en="held all the same"),
}


class Repeating(Protocol):
    """A series, or one that is only being planned. ``rule`` is an RRULE without DTSTART."""

    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def shift(self) -> str: ...  # noqa: D102
    @property
    def first_on(self) -> date: ...  # noqa: D102
    @property
    def last_on(self) -> date | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date: ``rule_day`` as the rule has it, ``day`` when it is held (None: not at all), ``reason`` why they differ.

    ``note`` says that the holidays of its year are not published, so that it may still move.
    """

    rule_day: date
    day: date | None
    reason: T | None = None
    note: T | None = None


def days(series: Repeating, since: date, until: date) -> Iterator[date]:
    """The dates of the rule from ``since`` to ``until``, both included, in order.

    The first is the first fitting day from ``first_on`` on, and weeks or months are counted from there.
    """
    start = datetime.combine(series.first_on, time())
    first = rrulestr(_INTERVAL.sub("INTERVAL=1", series.rule), dtstart=start)[0]
    rule = rrulestr(series.rule, dtstart=first)
    last = min(until, series.last_on or until)
    found: Iterator[datetime] = rule.xafter(datetime.combine(since, time()), inc=True)
    return takewhile(lambda day: day <= last, (moment.date() for moment in found))


def occurrence(
    series: Repeating, rule_day: date, calendar: WorkingCalendar, moved_to: date | None = None, *, skipped: bool = False
) -> Occurrence:
    """What becomes of one date of the rule; ``moved_to`` and ``skipped`` are what somebody said about this one."""
    if skipped:
        return Occurrence(rule_day, None, T("协调员取消了这一次", en="a coordinator left it out"))
    if moved_to is not None:
        return Occurrence(rule_day, moved_to, T("协调员改到这一天", en="a coordinator moved it"), calendar.note_on(moved_to))
    shift = Shift(series.shift)
    if calendar.is_working(rule_day):
        return Occurrence(rule_day, rule_day, None, calendar.note_on(rule_day))
    day = shifted(rule_day, shift, calendar)
    return Occurrence(rule_day, day, _reason(rule_day, shift, day, calendar), calendar.note_on(day or rule_day))


def upcoming(
    series: Repeating, calendar: WorkingCalendar, since: date, until: date,
    exceptions: Mapping[date, tuple[date | None, bool]] | None = None,
) -> list[Occurrence]:
    """The occurrences held between ``since`` and ``until``, and those left out between, by the rule's date.

    ``exceptions`` maps a date of the rule to (moved to, left out).
    """
    margin, found = timedelta(days=FARTHEST), []
    for rule_day in days(series, since - margin, until + margin):
        moved_to, skipped = (exceptions or {}).get(rule_day, (None, False))
        one = occurrence(series, rule_day, calendar, moved_to, skipped=skipped)
        if since <= (one.day or rule_day) <= until:
            found.append(one)
    return found


def shifted(day: date, shift: Shift, calendar: WorkingCalendar) -> date | None:
    """``day`` if it is a working day, else where ``shift`` puts it; None where it is left out."""
    if calendar.is_working(day) or shift is Shift.KEEP:
        return day
    if shift is Shift.SKIP:
        return None
    return calendar.add(day, 1 if shift is Shift.AFTER else -1).day


def _reason(rule_day: date, shift: Shift, new: date | None, calendar: WorkingCalendar) -> T:
    special = calendar.look(rule_day)
    what = special.name if special.name.zh else _PLAIN.get(special.kind, special.kind.label)
    where = _WHERE[shift].fill(new=day_words(new)) if new else _WHERE[shift]
    return T("{day} 逢{what}，{where}", en="{day} falls on {what}: {where}").fill(day=day_words(rule_day), what=what, where=where)
