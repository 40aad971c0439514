"""The timetable: found by the solver, adjusted by hand, locked, solved again, published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import adjusting, planning, publishing
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings import parsing
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.grid import grid_of
from duijie.web.meetings.pages import meeting_page, overseen
from duijie.web.whole import whole
from duijie.web.work import actor, notice, office, read, version, write

if TYPE_CHECKING:
    from duijie.storage.models import Meeting, Timetable


@meetings.get("/<int:meeting_id>/timetable")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def timetable(meeting_id: int) -> ResponseReturnValue:
    """The grid, by desk or by requester."""
    return _page(meeting_id)


@meetings.post("/<int:meeting_id>/timetable/solve")
@only(Role.COORDINATOR)
def solve(meeting_id: int) -> ResponseReturnValue:
    """Find a timetable; what is locked stays."""
    try:
        planning.solve(office(), actor(), meeting_id, version())
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("时间表已排出。", en="The timetable is found."))
    return _back(meeting_id)


@meetings.post("/<int:meeting_id>/timetable/move")
@only(Role.COORDINATOR)
def move_appointment(meeting_id: int) -> ResponseReturnValue:
    """Put one appointment into another slot, or take it out."""
    slot = parsing.text("slot")
    try:
        with write() as work:
            adjusting.move(work, meeting_id, version(), parsing.text("key"), whole(slot))
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("已调整并锁定。", en="Moved and locked.") if slot else T("已撤出时间表。", en="Taken out."))
    return _back(meeting_id, parsing.text("key"))


@meetings.post("/<int:meeting_id>/timetable/lock")
@only(Role.COORDINATOR)
def lock(meeting_id: int) -> ResponseReturnValue:
    """Lock or unlock one appointment, a whole desk, or unlock everything."""
    locked, key, desk = parsing.text("locked") == "1", parsing.text("key"), parsing.text("desk")
    try:
        with write() as work:
            if key:
                adjusting.lock(work, meeting_id, version(), key, locked)
            elif desk:
                adjusting.lock_desk(work, meeting_id, version(), parsing.number("desk"), locked)
            else:
                adjusting.unlock_all(work, meeting_id, version())
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("已锁定，重新排时保持不动。", en="Locked: it stays when the rest is solved again.") if locked
           else T("已解锁。", en="Unlocked."))
    return _back(meeting_id, key)


@meetings.post("/<int:meeting_id>/publish")
@only(Role.COORDINATOR)
def publish(meeting_id: int) -> ResponseReturnValue:
    """Publish the newest timetable and arm the reminders."""
    try:
        with write() as work:
            publishing.publish(work, meeting_id, version())
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("已公布。各方正在收到自己的对接时间，会前一天和两小时前还会提醒。",
             en="Published. Everybody is being told their own times, and reminded one day and two hours before."))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


def _page(meeting_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        meeting = overseen(work, meeting_id)
        newest = planning.current(work, meeting)
        shown = _asked_for(meeting, newest)
        is_newest = shown is newest
        return meeting_page(
            "meetings/timetable.html", work, meeting, error, timetable=shown, is_newest=is_newest,
            grid=grid_of(work, meeting, shown) if shown else None, wanted=planning.wanted(meeting),
            view="party" if request.values.get("view") == "party" else "desk",
            stale=planning.stale(work, meeting, shown) if shown and is_newest else [],
            status=planning.status_of(shown) if shown else None, **_chosen(work, meeting, shown),
        )


def _asked_for(meeting: Meeting, newest: Timetable | None) -> Timetable | None:
    asked = request.args.get("number", type=int)
    return next((t for t in meeting.timetables if t.number == asked), newest)


def _chosen(work: Work, meeting: Meeting, shown: Timetable | None) -> dict[str, object]:
    """The appointment that is being adjusted, and the slots in which it fits."""
    key = request.values.get("key") or request.args.get("a")
    chosen = next((a for a in shown.appointments if a.key == key), None) if shown and key else None
    if chosen is None or shown is None:
        return {"chosen": None, "free": set()}
    problem = planning.unlocked(planning.problem_of(work, meeting))
    return {"chosen": chosen, "free": adjusting.free_slots(problem, planning.placed(shown), chosen.key)}


def _back(meeting_id: int, key: str = "") -> ResponseReturnValue:
    view = "party" if request.form.get("view") == "party" else None
    return redirect(url_for("meetings.timetable", meeting_id=meeting_id, view=view, a=key or None))
