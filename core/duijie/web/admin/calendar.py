"""The working-day calendar: a year on one page, its special days, and counting working days out loud."""

from calendar import Calendar
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Invalid, Refused
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.domain.working_days import DayKind, Deadline
from duijie.services import calendars
from duijie.services.work import Work
from duijie.web.access import of_departments, only
from duijie.web.admin.asked import bilingual, day_of, needed_day, problems_of
from duijie.web.admin.blueprint import admin
from duijie.web.errors import status_of
from duijie.web.work import notice, read, write

ADMINS = (Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
MOST_COUNTED = 260  # working days: a year


@admin.get("/calendar", endpoint="calendar")
@only(*ADMINS)
@of_departments
def calendar_page() -> ResponseReturnValue:
    """A year, and what a count comes to."""
    return calendar_page_with()


@admin.post("/calendar/days")
@only(*ADMINS)
@of_departments
def add_days() -> ResponseReturnValue:
    """Enter holidays, make-up workdays or local closures."""
    try:
        first = needed_day("first")
        last = day_of(request.form.to_dict(), "last") or first
        with write() as work:
            _check_shown(work, first.year)
            calendars.set_days(work, first, last, _kind(), bilingual("name"))
    except DuijieError as error:
        return calendar_page_with(error), status_of(error)
    notice(T("已保存，受影响的期限已重新计算。", en="Saved; the deadlines that it moves are counted again."))
    return redirect(url_for("admin.calendar", year=first.year))


@admin.post("/calendar/remove")
@only(*ADMINS)
@of_departments
def remove_day() -> ResponseReturnValue:
    """Make a day what its weekday says."""
    day = needed_day("day")
    with write() as work:
        calendars.remove_day(work, day)
    notice(T("已恢复为普通日子，受影响的期限已重新计算。",
             en="It is an ordinary day again; the deadlines that it moves are counted again."))
    return redirect(url_for("admin.calendar", year=day.year))


@admin.post("/calendar/publish")
@only(*ADMINS)
@of_departments
def publish_year() -> ResponseReturnValue:
    """Say that a year's holidays are in."""
    year = request.form.get("year", 0, type=int)
    try:
        with write() as work:
            _check_shown(work, year)
            calendars.publish_year(work, year, ())
    except DuijieError as error:
        return calendar_page_with(error), status_of(error)
    notice(T("已标为公布，受影响的期限已重新计算。", en="Marked as published; deadlines are counted again."))
    return redirect(url_for("admin.calendar", year=year))


def calendar_page_with(error: DuijieError | None = None) -> str:
    """The page, after an ``error`` with what is wrong."""
    with read() as work:
        years = _years(work)
        asked = request.values.get("year", type=int) or work.today.year
        year = asked if asked in years else work.today.year
        return render_template(
            "admin/calendar.html",
            work=work,
            year=year,
            years=years,
            published=calendars.published_years(work),
            months=[_month(year, month) for month in range(1, 13)],
            special=calendars.special_days(work, year),
            kinds=calendars.EDITABLE,
            all_kinds=tuple(DayKind),
            deadline=_counted(work),
            problems=problems_of(error),
        )


def _month(year: int, month: int) -> list[list[date | None]]:
    """The weeks of a month, Monday first; None where another month's day would stand."""
    weeks = Calendar().monthdatescalendar(year, month)
    return [[day if day.month == month else None for day in week] for week in weeks]


def _years(work: Work) -> list[int]:
    return list(range(work.today.year - 1, work.today.year + 3))


def _check_shown(work: Work, year: int) -> None:
    if year not in _years(work):
        raise Refused(T("只能修改去年至后年的日历。",
                        en="The calendar can be changed from last year to two years ahead."))


def _kind() -> DayKind:
    try:
        return DayKind(request.form.get("kind", ""))
    except ValueError:
        raise Invalid.field("kind", "请选择这一天是什么日子。", "Choose what kind of day it is.") from None


def _counted(work: Work) -> Deadline | None:
    """The count that the address asks for; nothing when it asks for none or for one beyond the calendar."""
    start, days = day_of(request.args.to_dict(), "from"), request.args.get("days", type=int)
    if start is None or days is None or start.year not in _years(work) or abs(days) > MOST_COUNTED:
        return None
    return work.calendar.add(start, days)
