"""Takes in a file of special days, after somebody has looked at what it would change."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from duijie.domain.errors import Invalid
from duijie.domain.text import T
from duijie.domain.working_days import SpecialDay
from duijie.services import calendars, recount
from duijie.services.calendar_files import FileDay
from duijie.services.work import Work
from duijie.storage.models import CalendarDay, CalendarYear

SOURCE: Final = "import"
ENOUGH: Final = 5  # days of a year; a file with fewer is not its whole notice
CHANGES: Final = {
    "new": T("新增", en="new"),
    "changed": T("改动", en="changed"),
    "same": T("已有", en="there already"),
}


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A day of the file with what it does: a key of `CHANGES`."""

    day: FileDay
    change: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: day by day, the unpublished years that it seems to fill, how many deadlines move."""

    lines: Sequence[PreviewLine]
    years: tuple[int, ...]
    deadlines: int

    @property
    def changes(self) -> int:
        """How many days would be other than they are."""
        return sum(line.change != "same" for line in self.lines)


def preview(work: Work, days: Sequence[FileDay]) -> Preview:
    """What taking in ``days`` would do. Raises Forbidden like `calendars.set_day`."""
    calendars.check_administrator(work)
    years = _unpublished(work, days)
    new = work.calendar.with_days({one.day: SpecialDay(one.kind, one.name) for one in days}, years)
    lines = [PreviewLine(one, _change(work, one)) for one in days]
    return Preview(lines, years, recount.would_move(work, new))


def take_in(work: Work, days: Sequence[FileDay], years: Sequence[int] = ()) -> int:
    """Enter ``days``, mark ``years`` as published, count deadlines again; answers how many days changed.

    It is one change: one entry in the history, one message to each person concerned. A year that is published
    already stays so. Raises Forbidden, and Invalid when a year of ``years`` does not stand in the file as a whole.
    """
    calendars.check_administrator(work)
    counts, published = _counts(days), set(work.session.scalars(select(CalendarYear.year)))
    if stray := [year for year in sorted(years) if counts[year] < ENOUGH and year not in published]:
        year, n = stray[0], counts[stray[0]]
        raise Invalid.field("years", f"文件里 {year} 年只有 {n} 天，不是全年的放假安排，不能标为已公布。",
                            f"The file has {n} days of {year}: not its whole notice, so it cannot be marked as published.")
    years = sorted(set(years) - published)
    old, changed = work.calendar, [one for one in days if _change(work, one) != "same"]
    for one in changed:
        work.session.merge(CalendarDay(day=one.day, kind=one.kind, name=one.name, source=SOURCE))
    for year in years:
        work.session.add(CalendarYear(year=year, source=SOURCE, added_at=work.now))
    if changed or years:
        what = T("导入 {first} 至 {last} 的 {n} 天", en="{n} days from {first} to {last} taken in from a file")
        calendars.changed(work, old, days[0].day, what.fill(n=len(changed), first=days[0].day, last=days[-1].day))
    return len(changed)


def _change(work: Work, one: FileDay) -> str:
    there = work.session.get(CalendarDay, one.day)
    if there is None:
        return "new"
    return "same" if (there.kind, there.name.zh) == (one.kind, one.name.zh or there.name.zh) else "changed"


def _unpublished(work: Work, days: Sequence[FileDay]) -> tuple[int, ...]:
    published = set(work.session.scalars(select(CalendarYear.year)))
    return tuple(sorted(year for year, n in _counts(days).items() if year not in published and n >= ENOUGH))


def _counts(days: Sequence[FileDay]) -> Counter[int]:
    """How many days of each year there are."""
    return Counter(one.day.year for one in days)
