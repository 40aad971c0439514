"""Calling a meeting: the list, the form, the meeting's own page, editing, moving and cancelling it."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Invalid, NotFound
from duijie.domain.leads import CHOICES, in_words
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import access, before, calling, desks, leads, own, planning, publishing, slots
from duijie.services.plugins import facts
from duijie.services.series import planning as series
from duijie.services.told import told
from duijie.services.work import Work
from duijie.storage.queries.meetings import history, listed, readiness
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings import parsing
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.pages import meeting_page, overseen, problems_of
from duijie.web.work import notice, read, version, write

if TYPE_CHECKING:
    from duijie.storage.models import Meeting

AHEAD = 4  # working days from today to the date that the form proposes
PAST_SHOWN = 30


@meetings.get("/")
@only(Role.COORDINATOR, Role.AREA_ADMIN, Role.REPRESENTATIVE)
def all() -> ResponseReturnValue:  # noqa: A001  # the endpoint's name is fixed: meetings.all
    """Running, coming and past meetings that the actor may see."""
    with read() as work:
        ahead, behind = listed(work.session, work.actor, work.now, PAST_SHOWN)
        live = [m for m in ahead if m.state.value == "live"]
        shown = [*ahead, *behind]
        return render_template(
            "meetings/all.html", live=live, coming=[m for m in ahead if m not in live], past=behind,
            figures=readiness(work.session, [m.id for m in shown]), work=work,
            when={m.id: slots.when(work, m) for m in shown}, groups=group_names(work),
            may_call=work.actor.has(Role.COORDINATOR), may_oversee=work.actor.has(Role.COORDINATOR, Role.AREA_ADMIN),
        )


@meetings.get("/new")
@only(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """The form for a new meeting, prefilled from the group's template."""
    return _new_page()


@meetings.post("/new")
@only(Role.COORDINATOR)
def create() -> ResponseReturnValue:
    """Draft the meeting."""
    try:
        given = calling.NewMeeting(
            group_key=parsing.text("group"), area_id=parsing.number("area"), title=parsing.text("title"),
            place=parsing.text("place"), day=parsing.day_of(), start=parsing.time_of(),
            slot_minutes=parsing.number("slot_minutes"), slots=parsing.number("slots"), seats=parsing.seats(),
            chair=parsing.text("chair"), notes=parsing.text("notes"),
        )
        with write() as work:
            meeting = calling.create(work, given)
            warned = calling.warnings(work, meeting.area_id, given.day, besides=meeting.id)
    except NotFound:
        raise
    except DuijieError as error:
        return _new_page(error), status_of(error)
    for warning in warned:
        notice(warning, "warn")
    notice(T("已拟定。下一步：选诉求。", en="Drafted. Next: choose the cases."))
    return redirect(url_for("meetings.cases", meeting_id=meeting.id))


@meetings.get("/<int:meeting_id>")
@only(Role.COORDINATOR, Role.AREA_ADMIN, Role.REPRESENTATIVE)
def one(meeting_id: int) -> ResponseReturnValue:
    """The meeting's page: for its organisers the steps and what is missing, for a representative their part."""
    with read() as work:
        meeting = access.opened(work, meeting_id)
        if meeting.area_id not in work.actor.areas:
            return _for_representative(work, meeting)
        day = work.local(meeting.starts_at).date()
        return meeting_page(
            "meetings/one.html", work, meeting, facts_of_meeting=facts.of_meeting(meeting),
            history=told(work, history(work.session, meeting.id)),
            warnings=calling.warnings(work, meeting.area_id, day, besides=meeting.id) if _open(meeting) else [],
            no_mail=publishing.unreachable(meeting) if _open(meeting) else [],
            reminded=in_words(leads.of_meeting(work, meeting)), series=series.of_meeting(work, meeting),
        )


@meetings.get("/<int:meeting_id>/edit")
@only(Role.COORDINATOR)
def edit(meeting_id: int) -> ResponseReturnValue:
    """Details, desks, time and place, cancelling."""
    return _edit_page(meeting_id)


@meetings.post("/<int:meeting_id>/edit")
@only(Role.COORDINATOR)
def change(meeting_id: int) -> ResponseReturnValue:
    """Save title, chair and notes."""
    try:
        with write() as work:
            calling.change(work, meeting_id, version(), title=parsing.text("title"), chair=parsing.text("chair"),
                           notes=parsing.text("notes"))
    except NotFound:
        raise
    except DuijieError as error:
        return _edit_page(meeting_id, error), status_of(error)
    notice(T("已保存。", en="Saved."))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/move")
@only(Role.COORDINATOR)
def move(meeting_id: int) -> ResponseReturnValue:
    """Another date, time, place or grid of slots."""
    try:
        with write() as work:
            meeting = publishing.move(
                work, meeting_id, version(), day=parsing.day_of(), start=parsing.time_of(),
                place=parsing.text("place"), slot_minutes=parsing.number("slot_minutes"),
                slots_=parsing.number("slots"),
            )
            told = meeting.revision > 0
    except NotFound:
        raise
    except DuijieError as error:
        return _edit_page(meeting_id, error), status_of(error)
    notice(T("时间地点已改，并已通知所有受邀人。", en="Moved; everybody invited has been told.") if told
           else T("已保存。", en="Saved."))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/desks")
@only(Role.COORDINATOR)
def arrange_desks(meeting_id: int) -> ResponseReturnValue:
    """Which departments get a desk, and how many representatives staff it."""
    try:
        with write() as work:
            desks.rearrange(work, meeting_id, version(), parsing.seats())
    except NotFound:
        raise
    except DuijieError as error:
        return _edit_page(meeting_id, error), status_of(error)
    notice(T("席位已保存。", en="Desks saved."))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/reminders")
@only(Role.COORDINATOR)
def remind(meeting_id: int) -> ResponseReturnValue:
    """How long before it its people are reminded."""
    try:
        with write() as work:
            before.choose(work, meeting_id, version(), parsing.numbers("lead"), for_all="for_all" in request.form)
    except NotFound:
        raise
    except DuijieError as error:
        return _edit_page(meeting_id, error), status_of(error)
    notice(T("会前提醒已按新的时间安排。", en="The reminders are arranged anew."))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/cancel")
@only(Role.COORDINATOR)
def cancel(meeting_id: int) -> ResponseReturnValue:
    """Call it off and tell everybody."""
    try:
        with write() as work:
            publishing.cancel(work, meeting_id, version(), parsing.text("reason"))
    except NotFound:
        raise
    except DuijieError as error:
        return _edit_page(meeting_id, error), status_of(error)
    notice(T("对接会已取消，受邀人都会收到通知，诉求已退回待议。",
             en="Cancelled. Everybody invited is being told, and the cases are back in the pool."))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


def _new_page(error: DuijieError | None = None) -> str:
    with read() as work:
        offered = calling.groups_for(work)
        chosen = request.values.get("group", "")
        chosen = chosen or calling.busiest_group(work) or ""
        parts = next((p for p in offered if p.group.key == chosen), offered[0] if offered else None)
        groups, group = [p.group for p in offered], parts.group if parts else None
        areas = calling.areas_for(work, parts) if parts else []
        asked = request.values.get("area", type=int)
        area = next((a for a in areas if a.id == asked), areas[0] if areas else None)
        busy = calling.busy_departments(work, group.key, area.id) if group and area else set()
        return render_template(
            "meetings/new.html", installed=len(work.office.groups), groups=groups, group=group, areas=areas, area=area, busy=busy,
            roster=calling.roster(work, group.key) if group else [], typed=_typed(), error=error,
            problems=problems_of(error), **_proposal(work, group, area),
        )


def _proposal(work: Work, group: Any, area: Any) -> dict[str, Any]:
    """What the form starts from; typed values win in the template."""
    if group is None or area is None:
        return {"proposed": {}, "warnings": []}
    day = work.calendar.add(work.today, AHEAD).day
    return {
        "proposed": {
            "title": T("{title}（{area}）", en="{title}, {area}").fill(area=area.name, title=group.meeting.title),
            "day": day.isoformat(), "start": group.meeting.start, "slot_minutes": group.meeting.slot_minutes,
            "slots": group.meeting.slots, "place_hint": group.meeting.place_hint,
        },
        "warnings": calling.warnings(work, area.id, _typed_day() or day),
    }


def _edit_page(meeting_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        meeting = overseen(work, meeting_id)
        local = work.local(meeting.starts_at)
        return meeting_page(
            "meetings/edit.html", work, meeting, error, roster=calling.roster(work, meeting.group_key),
            typed=_typed(), day=local.date().isoformat(), start=f"{local:%H:%M}",
            seats={desk.department_id: desk.capacity for desk in meeting.desks},
            busy=calling.busy_departments(work, meeting.group_key, meeting.area_id),
            choices=CHOICES, leads=leads.of_meeting(work, meeting),
        )


def _for_representative(work: Work, meeting: Meeting) -> str:
    mine = [i for i in meeting.invitations if i.department_id in work.actor.departments]
    return render_template(
        "meetings/for_representative.html", meeting=meeting, when=slots.when(work, meeting), invitations=mine,
        own={i.id: own.of_invitation(work, meeting, meeting.published, i) for i in mine},
        cases={i.id: _cases_of(meeting, i.department_id) for i in mine},
    )


def _cases_of(meeting: Meeting, department_id: int | None) -> list[Any]:
    wanted = [w for w in planning.wanted(meeting) if any(d.department_id == department_id for d in w.desks)]
    return [w.item.case for w in wanted]


def _open(meeting: Meeting) -> bool:
    return meeting.state in access.BEFORE


def group_names(work: Work) -> dict[str, T]:
    """The names of the installed groups by their keys."""
    return {parts.group.key: parts.group.name for parts in work.office.groups}


def _typed() -> Any:
    return request.form if request.method == "POST" else {}


def _typed_day() -> date | None:
    try:
        return parsing.day_of() if request.method == "POST" else None
    except Invalid:
        return None


def end_of(start: str, minutes: int, slots_: int) -> str:
    """14:00 and ten slots of 12 minutes: 16:00; empty when the start cannot be read."""
    try:
        begin = time.fromisoformat(start)
    except ValueError:
        return ""
    total = (begin.hour * 60 + begin.minute + minutes * slots_) % 1440
    return f"{total // 60:02}:{total % 60:02}"


meetings.app_template_global()(end_of)
