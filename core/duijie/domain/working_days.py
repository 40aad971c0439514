"""Working days of the Chinese calendar, with make-up workdays (调休) and a plain word on unpublished years.

The holiday schedule of a year is published by the State Council in the autumn before. Until then a
deadline that falls into such a year is computed as if only 1 January and weekends were off, and says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from duijie.domain.text import T

MAX_SPAN: Final = 2000  # working days; beyond that a deadline is a typing error


class DayKind(StrEnum):
    """Why a day does or does not count."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    CLOSURE = "closure"

    @property
    def counts(self) -> bool:
        """Whether the day is a working day."""
        return self in (DayKind.WORKDAY, DayKind.MAKE_UP)

    @property
    def label(self) -> T:
        """What the calculation calls it."""
        return _LABELS[self]


_LABELS = {
    DayKind.WORKDAY: T("工作日", en="working day"),
    DayKind.WEEKEND: T("周末", en="weekend"),
    DayKind.HOLIDAY: T("节假日", en="public holiday"),
    DayKind.MAKE_UP: T("调休上班", en="make-up workday"),
    DayKind.CLOSURE: T("本地休息", en="local closure"),
}


NAMELESS: Final = T("", "")


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says: a holiday, a make-up workday, a local closure."""

    kind: DayKind
    name: T = NAMELESS


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One line of a calculation: the day, what it is, and the running number (0 where it does not count)."""

    day: date
    kind: DayKind
    name: T
    number: int

    @property
    def what(self) -> T:
        """工作日, 调休上班：春节 / working day, make-up workday: Spring Festival."""
        named = T("{kind}：{name}", en="{kind}: {name}").fill(kind=self.kind.label, name=self.name)
        return named if self.name.zh else self.kind.label


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date with the way it was reached.

    ``assumed_years`` are the years in the way whose holidays are not published: the date may still move.
    """

    start: date
    working_days: int
    day: date
    steps: tuple[CountedDay, ...]
    assumed_years: tuple[int, ...]

    @property
    def warning(self) -> T | None:
        """What to tell people when the date rests on an unpublished calendar."""
        return _assumption(self.assumed_years)


@dataclass(frozen=True)
class WorkingCalendar:
    """Special days and the years for which they are known. Local dates only, no clock times."""

    special: Mapping[date, SpecialDay]
    published_years: frozenset[int]

    def kind(self, day: date) -> DayKind:
        """What ``day`` is."""
        return self.look(day).kind

    def look(self, day: date) -> SpecialDay:
        """What ``day`` is, with the name of its holiday."""
        if found := self.special.get(day):
            return found
        if day.year not in self.published_years and (day.month, day.day) == (1, 1):
            return SpecialDay(DayKind.HOLIDAY, T("元旦（推定）", en="New Year (assumed)"))
        return SpecialDay(DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY)

    def is_working(self, day: date) -> bool:
        """Whether ``day`` counts."""
        return self.kind(day).counts

    def note_on(self, day: date | None) -> T | None:
        """What to say beside a deadline on ``day``: that its year is not published; None when it is."""
        return _assumption((day.year,)) if day and day.year not in self.published_years else None

    def with_days(self, special: Mapping[date, SpecialDay], years: Iterable[int] = ()) -> "WorkingCalendar":
        """The calendar as it would be with these days, and with ``years`` published besides."""
        return WorkingCalendar({**self.special, **special}, self.published_years | frozenset(years))

    def add(self, start: date, working_days: int) -> Deadline:
        """The ``working_days``-th working day after ``start`` (before it where negative); 0 is ``start`` itself.

        ``start`` does not count. Raises ValueError beyond 2,000 working days.
        """
        if abs(working_days) > MAX_SPAN:
            raise ValueError(f"more than {MAX_SPAN} working days")
        step = timedelta(days=1 if working_days > 0 else -1)
        day, number, steps = start, 0, list[CountedDay]()
        while number < abs(working_days):
            day += step
            special = self.look(day)
            number += special.kind.counts
            steps.append(CountedDay(day, special.kind, special.name, number if special.kind.counts else 0))
        return Deadline(start, working_days, day, tuple(steps), self._assumed(start, day))

    def day_after(self, start: date, working_days: int) -> date:
        """The day that `add` ends on, without the way to it: for those who count thousands."""
        step = timedelta(days=1 if working_days > 0 else -1)
        day, left = start, abs(working_days)
        while left:
            day += step
            left -= self.look(day).kind.counts
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working(day) for day in days)

    def _assumed(self, start: date, end: date) -> tuple[int, ...]:
        first, last = sorted((start.year, end.year))
        return tuple(year for year in range(first, last + 1) if year not in self.published_years)


def _assumption(years: Sequence[int]) -> T | None:
    if not years:
        return None
    named = T("、".join(map(str, years)), en=", ".join(map(str, years)))
    return T("{years} 年放假安排尚未公布或尚未录入，暂按仅元旦与周末休息计算，录入后自动重算。",
             en="The holidays of {years} are not published or not entered yet; counted with only 1 January and weekends off, "
                "and counted again once they are in.").fill(years=named)


def calendar_of(
    special: Iterable[tuple[date, DayKind, T]], published_years: Iterable[int]
) -> WorkingCalendar:
    """A calendar from rows ``(day, kind, name)`` and the published years."""
    return WorkingCalendar(
        {day: SpecialDay(kind, name) for day, kind, name in special}, frozenset(published_years)
    )
