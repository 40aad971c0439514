"""The working-day calendar: seeded from the published notices, edited by administrators."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from chinese_calendar.constants import holidays, workdays
from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid, NotFound
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.domain.working_days import DayKind, WorkingCalendar, calendar_of
from duijie.services import recount
from duijie.services.work import Office, Work
from duijie.storage import schema
from duijie.storage.models import CalendarDay, CalendarYear
from duijie.storage.queries.calendar import load_calendar

FIRST_YEAR: Final = 2024  # deadlines look back two years at most, and duijie began in 2026
LIBRARY: Final = "library"
EDITED: Final = "edited"
MOST_DAYS: Final = 31
EDITABLE: Final = (DayKind.HOLIDAY, DayKind.MAKE_UP, DayKind.CLOSURE)

_NAMES: Final = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}
_LIBRARY: Final = ((DayKind.HOLIDAY, holidays), (DayKind.MAKE_UP, workdays))


def known_years() -> list[int]:
    """The years whose notice this release knows, from `FIRST_YEAR` on; a later one is not published yet."""
    return sorted({day.year for day in holidays if day.year >= FIRST_YEAR})


def of_office(office: Office) -> WorkingCalendar:
    """The calendar as the database has it, with all its years; the library's where there is no database yet."""
    if not schema.current(office.database):
        return library()
    with office.read(SYSTEM) as work:
        return load_calendar(work.session, date(FIRST_YEAR, 1, 1), {})


def library() -> WorkingCalendar:
    """The calendar of the years that this release knows, with nothing that was edited."""
    special = [(day, kind, _named(name)) for kind, days in _LIBRARY for day, name in days.items()]
    return calendar_of(special, known_years())


def seed(work: Work) -> list[int]:
    """Fill in every known year that is not there yet, and count open deadlines again; answers the new years.

    Safe to call at each start. A day that an administrator has set stays as it is.
    """
    there = {year.year for year in work.session.query(CalendarYear)}
    new = [year for year in known_years() if year not in there]
    if not new:
        return []
    old = work.calendar
    for year in new:
        _add_year(work, year)
    work.session.flush()
    recount.after_change(work, old, T.same("、".join(map(str, new))))
    return new


def set_day(work: Work, day: date, kind: DayKind, name: T) -> None:
    """Make ``day`` a holiday, a make-up workday or a local closure, and count open deadlines again.

    Raises Forbidden unless the actor administers every area or the system, Invalid for another kind.
    """
    set_days(work, day, day, kind, name)


def set_days(work: Work, first: date, last: date, kind: DayKind, name: T) -> None:
    """Like `set_day` for every day from ``first`` to ``last``, which is one change. At most 31 days."""
    check_administrator(work)
    if kind not in EDITABLE:
        raise Invalid.field(
            "kind", "请选择节假日、调休上班或本地休息；恢复为普通日子请使用“删除”。",
            en="Choose holiday, make-up workday or local closure; remove the day to make it an ordinary one.",
        )  # fmt: skip
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Invalid.field(
            "last", f"结束日期不能早于开始日期，一次最多 {MOST_DAYS} 天。",
            en=f"The last day cannot be before the first; at most {MOST_DAYS} days at a time.",
        )  # fmt: skip
    old = work.calendar
    for n in range((last - first).days + 1):
        work.session.merge(CalendarDay(day=first + timedelta(days=n), kind=kind, name=name, source=EDITED))
    days = first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"
    what = T("{days} 为{kind}", en="{days}: {kind}").fill(days=days, kind=kind.label)
    changed(work, old, first, what)


def remove_day(work: Work, day: date) -> None:
    """Make ``day`` what its weekday says, and count open deadlines again.

    Raises Forbidden like `set_day`, NotFound when the day has no entry.
    """
    check_administrator(work)
    row = work.session.get(CalendarDay, day)
    if row is None:
        raise NotFound(T("这一天没有特殊安排。", en="There is no entry for this day."))
    old = work.calendar
    work.session.delete(row)
    what = T("{day} 恢复为普通日子", en="{day} is an ordinary day").fill(day=day.isoformat())
    changed(work, old, day, what)


def special_days(work: Work, year: int) -> list[CalendarDay]:
    """The entries of a year, in their order."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return list(work.session.scalars(select(CalendarDay).where(within).order_by(CalendarDay.day)))


def published_years(work: Work) -> list[int]:
    """The years whose holidays are in, in their order."""
    return list(work.session.scalars(select(CalendarYear.year).order_by(CalendarYear.year)))


def publish_year(work: Work, year: int, days: Iterable[tuple[date, DayKind, T]]) -> None:
    """Take in a year's notice by hand, before a release brings it: its days, and that it is published."""
    check_administrator(work)
    if work.session.get(CalendarYear, year):
        raise Invalid.field(
            "year", "该年度的安排已经有了，请逐日修改。", en="This year is in already; edit its days."
        )
    old = work.calendar
    for day, kind, name in days:
        work.session.merge(CalendarDay(day=day, kind=kind, name=name, source=EDITED))
    work.session.add(CalendarYear(year=year, source=EDITED, added_at=work.now))
    what = T("公布 {year} 年放假安排", en="the holidays of {year} are published").fill(year=year)
    changed(work, old, date(year, 1, 1), what)


def changed(work: Work, old: WorkingCalendar, day: date, what: T) -> None:
    """Write down that the calendar changed from ``old`` (``what``), and count deadlines again."""
    work.session.flush()
    work.record("calendar.changed", "calendar", int(f"{day:%Y%m%d}"), what=what)
    recount.after_change(work, old, what)


def check_administrator(work: Work) -> None:
    """Raise Forbidden unless the actor may change the calendar."""
    if not work.actor.keeps_departments:
        raise Forbidden


def _add_year(work: Work, year: int) -> None:
    there = {row.day for row in special_days(work, year)}
    for kind, days in _LIBRARY:
        for day, name in days.items():
            if day.year == year and day not in there:
                work.session.add(CalendarDay(day=day, kind=kind, name=_named(name), source=LIBRARY))
    work.session.add(CalendarYear(year=year, source=LIBRARY, added_at=work.now))


def _named(name: str) -> T:
    return T(_NAMES.get(name, name), en=name)
