"""Meetings that come again: the list, setting one up with a preview of its dates, changing it, one date that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.recurrence import Shift
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import slots
from duijie.services.series import access, drafting, planning
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings import parsing
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.calling import group_names
from duijie.web.meetings.pages import problems_of
from duijie.web.meetings.series_form import form_page, given
from duijie.web.work import notice, read, version, write

if TYPE_CHECKING:
    from duijie.services.series.dates import Occurrence

COORDINATING = (Role.COORDINATOR, Role.AREA_ADMIN)
STATES = {"active": T("进行中", en="Running"), "paused": T("已暂停", en="Paused"), "ended": T("已结束", en="Ended")}


@meetings.get("/series")
@only(*COORDINATING)
def all_series() -> ResponseReturnValue:
    """The series of the actor's areas."""
    with read() as work:
        found = access.seen(work)
        coming = {s.id: _next(work, s) for s in found if s.state == "active"}
        return render_template(
            "meetings/series.html", found=found, coming=coming, states=STATES, words=planning.words, day_words=slots.day_words,
            groups=group_names(work), may_call=work.actor.has(Role.COORDINATOR),
        )


@meetings.get("/series/new")
@only(Role.COORDINATOR)
def new_series() -> ResponseReturnValue:
    """The form for a new series."""
    return form_page()


@meetings.post("/series/new")
@only(Role.COORDINATOR)
def create_series() -> ResponseReturnValue:
    """Set it up; or only show its dates."""
    if "preview" in request.form:
        return form_page(wants_preview=True)
    try:
        with write() as work:
            series_id = planning.create(work, given(parsing.text("group"), parsing.number("area"))).id
    except NotFound:
        raise
    except DuijieError as error:
        return form_page(error=error), status_of(error)
    notice(T("例会已设立，到时会自动拟定对接会并通知您。",
             en="The series is set up. Its meetings are drafted in time, and you are told."))
    return redirect(url_for("meetings.one_series", series_id=series_id))


@meetings.get("/series/<int:series_id>")
@only(*COORDINATING)
def one_series(series_id: int) -> ResponseReturnValue:
    """A series with its next dates."""
    return _series_page(series_id)


@meetings.get("/series/<int:series_id>/edit")
@only(Role.COORDINATOR)
def edit_series(series_id: int) -> ResponseReturnValue:
    """The form, filled in."""
    return form_page(series_id)


@meetings.post("/series/<int:series_id>/edit")
@only(Role.COORDINATOR)
def change_series(series_id: int) -> ResponseReturnValue:
    """Change it from now on; or only show what its dates would be."""
    if "preview" in request.form:
        return form_page(series_id, wants_preview=True)
    try:
        with write() as work:
            series = access.found(work, series_id)
            stay = planning.change(work, series_id, version(), given(series.group_key, series.area_id))
    except NotFound:
        raise
    except DuijieError as error:
        return form_page(series_id, error), status_of(error)
    notice(T("已保存，今后各次按新的安排。", en="Saved; later meetings follow."))
    if stay:
        numbers = "、".join(m.number for m in stay)
        notice(T(f"已发出邀请的对接会没有变动，需要时请逐场修改：{numbers}。",
                 en=f"Meetings that people were invited to stay as they were; change them one by one if need be: {numbers}."),
               "warn")
    return redirect(url_for("meetings.one_series", series_id=series_id))


@meetings.post("/series/<int:series_id>/state")
@only(Role.COORDINATOR)
def turn_series(series_id: int) -> ResponseReturnValue:
    """Pause it, resume it, end it."""
    wanted = request.form.get("to")
    said = {"paused": T("已暂停，不再拟定新的对接会。", en="Paused: no more meetings are drafted."),
            "active": T("已恢复。", en="Resumed."),
            "ended": T("例会已结束，未邀请的草稿已撤下。", en="Ended; drafts are called off.")}
    if wanted not in said:
        raise NotFound
    try:
        with write() as work:
            act = {"paused": planning.pause, "active": planning.resume, "ended": planning.end}[wanted]
            act(work, series_id, version())
    except NotFound:
        raise
    except DuijieError as error:
        return _series_page(series_id, error), status_of(error)
    notice(said[wanted])
    return redirect(url_for("meetings.one_series", series_id=series_id))


@meetings.post("/series/<int:series_id>/date")
@only(Role.COORDINATOR)
def one_date(series_id: int) -> ResponseReturnValue:
    """One date that differs: on another day, left out, or as usual again."""
    try:
        day = parsing.day_of("rule_day")
        with write() as work:
            if request.form.get("act") == "skip":
                planning.skip_one(work, series_id, version(), day)
            elif request.form.get("act") == "restore":
                planning.restore_one(work, series_id, version(), day)
            else:
                planning.move_one(work, series_id, version(), day, parsing.day_of("to"))
    except NotFound:
        raise
    except DuijieError as error:
        return _series_page(series_id, error), status_of(error)
    notice(T("这一次已单独安排。", en="This date is arranged on its own."))
    return redirect(url_for("meetings.one_series", series_id=series_id))


def _series_page(series_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        series = access.found(work, series_id)
        known = drafting.rows(work, series)
        return render_template(
            "meetings/series_one.html", series=series, words=planning.words(series), states=STATES,
            shift=Shift(series.shift).label, dates=planning.preview(work, series, known), known=known,
            groups=group_names(work), manages=access.manages(work, series) and series.state != "ended",
            day_words=slots.day_words, error=error, problems=problems_of(error), today=work.today,
        )


def _next(work: Work, series: Any) -> Occurrence | None:
    dates = planning.preview(work, series, drafting.rows(work, series))
    return next((one for one in dates if one.day is not None), None)
