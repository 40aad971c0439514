"""The form of a series: what it starts from, what it says, the dates that come of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from flask import g, render_template, request

from duijie.domain.errors import DuijieError, Invalid, Problem
from duijie.domain.recurrence import DAYS, MOST_WEEKS, NTH_WORDS, WEEKDAYS, Kind, Pattern, Shift, pattern_of
from duijie.domain.text import T
from duijie.services.meetings import calling, slots
from duijie.services.series import access, drafting, planning
from duijie.services.series.planning import NewSeries
from duijie.services.work import Work
from duijie.web.meetings import parsing
from duijie.web.meetings.pages import problems_of
from duijie.web.whole import whole
from duijie.web.work import read

if TYPE_CHECKING:
    from duijie.services.series.dates import Occurrence

_USUAL: Final = {
    "kind": "month_day", "day": "18", "nth": "-1", "weekday": "4", "every": "1", "weeks": "1", "shift": "after", "ahead": "30",
}  # fmt: skip


def form_page(series_id: int | None = None, error: DuijieError | None = None, *, wants_preview: bool = False) -> str:
    """The form for a series with a preview of its dates; ``wants_preview``: what keeps it from being shown is said."""
    with read() as work:
        series = access.found(work, series_id) if series_id else None
        offered = calling.groups_for(work)
        key = series.group_key if series else request.values.get("group", "") or calling.busiest_group(work) or ""
        parts = next((p for p in offered if p.group.key == key), offered[0] if offered else None)
        areas = calling.areas_for(work, parts) if parts else []
        asked = series.area_id if series else request.values.get("area", type=int)
        area = next((a for a in areas if a.id == asked), areas[0] if areas else None)
        group = parts.group if parts else None
        roster = calling.roster(work, group.key) if group else []
        values = request.form if request.method == "POST" else _values(work, series, group, area)
        dates: list[Occurrence] = []
        if group and area and not error:
            try:
                planned = given(group.key, area.id, values)
                dates = planning.preview(work, planned, drafting.rows(work, series) if series else None)
            except Invalid as wrong:
                error = wrong if wants_preview else None
        chosen = _seats_of(series, roster)
        return render_template(
            "meetings/series_form.html", series=series, group=group, groups=[p.group for p in offered], areas=areas, area=area,
            roster=roster, chosen=chosen, busy=(), values=values, dates=dates, error=error, problems=problems_of(error),
            shifts=list(Shift), weekdays=WEEKDAYS, nths=NTH_WORDS, days=DAYS, most_weeks=MOST_WEEKS, day_words=slots.day_words,
            today=work.today, words=_words(values), place_hint=group.meeting.place_hint if group else T("", en=""),
        )


def given(group_key: str, area_id: int, values: Any = None) -> NewSeries:
    """What the form says. Raises Invalid."""
    source = request.form if values is None else values

    def text(name: str) -> str:
        return str(source.get(name, "")).strip()

    last = text("last_on")
    return NewSeries(
        group_key=group_key, area_id=area_id, title=text("title"), place=text("place"), pattern=_pattern(source),
        shift=_shift(text("shift")), first_on=_day("first_on", text("first_on")),
        last_on=_day("last_on", last) if last else None, start=parsing.clock("start", text("start")),
        slot_minutes=parsing.whole_number("slot_minutes", text("slot_minutes")),
        slots=parsing.whole_number("slots", text("slots")), ahead=parsing.whole_number("ahead", text("ahead")),
        chair=text("chair"), seats=parsing.seats() if request.method == "POST" else {},
    )


def _pattern(source: Any) -> Pattern:
    numbers = {name: whole(str(source.get(name, ""))) for name in ("day", "nth", "weekday", "every")}
    try:
        kind = Kind(str(source.get("kind", "")))
        every = (whole(str(source.get("weeks", ""))) if kind is Kind.WEEKLY else numbers["every"]) or 1
        return Pattern(kind, every, numbers["day"] or 1, numbers["nth"] or 1, numbers["weekday"] or 0)
    except ValueError:
        raise Invalid(Problem("kind", T("请选择多久开一次、在哪一天。", en="Choose how often and on which day."))) from None


def _shift(given: str) -> Shift:
    try:
        return Shift(given)
    except ValueError:
        raise Invalid(Problem("shift", T("请选择遇到非工作日时怎么办。",
                                         en="Choose what to do when it is no working day."))) from None


def _day(field: str, given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Invalid(Problem(field, T("请选择日期。", en="Choose a date."))) from None


def _words(values: Any) -> T | None:
    try:
        return _pattern(values).words
    except Invalid:
        return None


def _values(work: Work, series: Any, group: Any, area: Any) -> dict[str, str]:
    """What the form starts from."""
    if series is not None:
        pattern = pattern_of(series.rule)
        return {
            "title": series.title, "place": series.place, "chair": series.chair, "kind": pattern.kind.value,
            "day": str(pattern.day), "nth": str(pattern.nth), "weekday": str(pattern.weekday), "every": str(pattern.every),
            "weeks": str(pattern.every), "shift": series.shift, "first_on": series.first_on.isoformat(),
            "last_on": series.last_on.isoformat() if series.last_on else "", "start": series.start,
            "slot_minutes": str(series.slot_minutes), "slots": str(series.slots), "ahead": str(series.ahead),
        }
    if group is None or area is None:
        return {}
    title = T("{title}（{area}）", en="{title}, {area}").fill(area=area.name, title=group.meeting.title)
    return _USUAL | {
        "title": title.to(g.language), "first_on": work.today.isoformat(), "start": group.meeting.start,
        "slot_minutes": str(group.meeting.slot_minutes), "slots": str(group.meeting.slots),
    }


def _seats_of(series: Any, roster: Any) -> dict[int, Any]:
    if request.method == "POST":
        return dict(parsing.seats())
    if series is not None:
        return {int(key): number for key, number in series.seats.items()}
    return {entry.department_id: entry.seats for entry in roster if not entry.observer}
