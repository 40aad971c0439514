"""Searching for a timetable from the board: begun, watched, stopped, asked again after a small change."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import access, planning, relaxing, solving
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings import parsing
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.pages import overseen
from duijie.web.meetings.timetable import back_to_board, board_page
from duijie.web.polling import unchanged, with_tag
from duijie.web.work import actor, notice, office, read, version, write

_SAID = {
    "done": T("时间表已排出。", en="The timetable is found."),
    "queued": T("开始排了，这一页可以照常使用。", en="The search has begun; the page can be used meanwhile."),
    "running": T("开始排了，这一页可以照常使用。", en="The search has begun; the page can be used meanwhile."),
}


@meetings.post("/<int:meeting_id>/timetable/solve")
@only(Role.COORDINATOR)
def solve(meeting_id: int) -> ResponseReturnValue:
    """Find a timetable; what is locked stays."""
    return solve_again(meeting_id, version(), longer=bool(parsing.text("longer")))


@meetings.post("/<int:meeting_id>/timetable/stop")
@only(Role.COORDINATOR)
def stop_search(meeting_id: int) -> ResponseReturnValue:
    """End the search and take the best so far."""
    with write() as work:
        stopping = solving.stop(work, meeting_id)
    notice(T("正在停下，马上采用目前最好的。", en="Stopping; the best so far will be there in a moment.") if stopping
           else T("没有正在进行的排表。", en="No search is under way."))
    return back_to_board(meeting_id)


@meetings.get("/<int:meeting_id>/timetable/progress")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def progress(meeting_id: int) -> ResponseReturnValue:
    """How the search stands; asked again and again, it answers 304 until something changes."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        found = solving.standing(work, meeting)
        job = found.job if found else None
        tag = f"{meeting.version}-{g.language}" + (f"-{job.id}-{found.state}-{job.stop}-{job.progress}" if found and job else "")
        tag = "".join(c for c in tag if c.isalnum() or c in "-._")
        return unchanged(tag) or with_tag(tag, render_template(
            "meetings/progress.html", meeting=meeting, search=found, manages=access.manages(work, meeting)))


@meetings.post("/<int:meeting_id>/timetable/relax")
@only(Role.COORDINATOR)
def relax(meeting_id: int) -> ResponseReturnValue:
    """Make one small change that gives a place to what has none, and solve again."""
    try:
        with write() as work:
            what = relaxing.apply(work, meeting_id, version(), parsing.text("kind"), parsing.number("id"),
                                  parsing.numbers("slot"))
    except NotFound:
        raise
    except DuijieError as error:
        return board_page(meeting_id, error), status_of(error)
    notice(T("已调整：{what}。", en="Done: {what}.").fill(what=what))
    return solve_again(meeting_id)


def solve_again(meeting_id: int, seen: int | None = None, *, longer: bool = False) -> ResponseReturnValue:
    """Begin a search and go to the board."""
    try:
        state = solving.begin(office(), actor(), meeting_id, seen, longer=longer)
    except NotFound:
        raise
    except DuijieError as error:
        return board_page(meeting_id, error), status_of(error)
    if state in _SAID:
        notice(_said(meeting_id) if state == "done" else _SAID[state])
    return back_to_board(meeting_id)


def _said(meeting_id: int) -> T:
    with read() as work:
        newest = planning.current(work, overseen(work, meeting_id))
        left = sum(a.slot is None for a in newest.appointments) if newest else 0
    if not left:
        return _SAID["done"]
    return T(f"时间表已排出，还有 {left} 场没有排上。", en=f"The timetable is found; {left} still without a place.")
