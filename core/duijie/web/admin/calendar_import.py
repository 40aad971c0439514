"""Special days from a file: first what it would change, then taking it in."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Invalid
from duijie.domain.text import T
from duijie.domain.working_days import DayKind
from duijie.services import calendar_files, calendar_import
from duijie.services.calendar_files import FileDay
from duijie.web.access import of_departments, only
from duijie.web.admin.asked import problems_of
from duijie.web.admin.blueprint import admin
from duijie.web.admin.calendar import ADMINS, calendar_page_with
from duijie.web.errors import status_of
from duijie.web.work import notice, office, read, write

_PURPOSE = "calendar-file"


@admin.post("/calendar/import")
@only(*ADMINS)
@of_departments
def preview_file() -> ResponseReturnValue:
    """Show what a file would change."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid.field("file", "请选择文件。", "Choose a file.")
        days = calendar_files.read(sent.filename, sent.read(calendar_files.MOST_BYTES + 1))
    except DuijieError as error:
        return calendar_page_with(error), status_of(error)
    return _preview(days)


@admin.post("/calendar/import/take")
@only(*ADMINS)
@of_departments
def take_file() -> ResponseReturnValue:
    """Take in what was shown."""
    days = _signed(request.form.get("days", ""))
    try:
        with write() as work:
            count = calendar_import.take_in(work, days, request.form.getlist("years", type=int))
    except DuijieError as error:
        return _preview(days, error)
    notice(T("已导入，{n} 天有变动，受影响的期限已重新计算。",
             en="Taken in: {n} days changed, and the deadlines that they move are counted again.").fill(n=count))
    return redirect(url_for("admin.calendar", year=days[0].day.year))


def _preview(days: list[FileDay], error: DuijieError | None = None) -> ResponseReturnValue:
    with read() as work:
        page = render_template(
            "admin/calendar_import.html", seen=calendar_import.preview(work, days), changes=calendar_import.CHANGES,
            days=office().sign(_PURPOSE, [[d.day.isoformat(), d.kind.value, d.name.zh, d.name.en] for d in days]),
            problems=problems_of(error), year=days[0].day.year,
        )  # fmt: skip
    return page, status_of(error) if error else 200


def _signed(token: str) -> list[FileDay]:
    """The days that were shown, as they were. Raises Invalid when they are not ours."""
    rows = office().unsign(_PURPOSE, token)
    if not rows:
        raise Invalid.field("file", "请重新选择文件。", "Choose the file again.")
    return [FileDay(date.fromisoformat(day), DayKind(kind), T(zh, en=en)) for day, kind, zh, en in rows]
