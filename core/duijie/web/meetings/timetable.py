"""The planning board: a timetable as a grid, moved by hand, locked in parts, published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import adjusting, comparing, locking, planning, publishing, relaxing, solving
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings import parsing
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.grid import grid_of
from duijie.web.meetings.pages import meeting_page, overseen
from duijie.web.whole import whole
from duijie.web.work import notice, read, version, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from duijie.storage.models import Meeting, Timetable


@meetings.get("/<int:meeting_id>/timetable")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def timetable(meeting_id: int) -> ResponseReturnValue:
    """The grid, by desk or by requester."""
    return board_page(meeting_id)


@meetings.get("/<int:meeting_id>/timetable/collisions")
@only(Role.COORDINATOR)
def collisions(meeting_id: int) -> ResponseReturnValue:
    """For one appointment, slot by slot, what it would collide with there; for the page while something is dragged."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        newest = planning.current(work, meeting)
        if newest is None:
            raise NotFound
        found = adjusting.collisions(work, meeting, newest, request.args.get("key", ""))
    return jsonify([{"slot": slot, "why": [text.to(g.language) for text in texts]} for slot, texts in found.items()])


@meetings.post("/<int:meeting_id>/timetable/move")
@only(Role.COORDINATOR)
def move_appointment(meeting_id: int) -> ResponseReturnValue:
    """Put one appointment into another slot, or take it out."""
    slot, key = parsing.text("slot"), parsing.text("key")
    done = T("已调整并锁定。", en="Moved and locked.") if slot else T("已撤出时间表。", en="Taken out.")
    quiet = request.form.get("quiet") == "1"  # dragged: the eye is on the grid already
    return _edit(meeting_id, lambda work: adjusting.move(work, meeting_id, version(), key, whole(slot)), done,
                 "" if quiet else key)


@meetings.post("/<int:meeting_id>/timetable/lock")
@only(Role.COORDINATOR)
def lock(meeting_id: int) -> ResponseReturnValue:
    """Lock or unlock an appointment, or lock a desk, a requester, a period."""
    key = parsing.text("key")
    locked = parsing.text("locked") != "0"

    def act(work: Work) -> object:
        if key:
            return adjusting.lock(work, meeting_id, version(), key, locked)
        if parsing.text("desk"):
            return locking.add_desk(work, meeting_id, version(), parsing.number("desk"))
        if parsing.text("requester"):
            return locking.add_requester(work, meeting_id, version(), parsing.number("requester"))
        return locking.add_period(work, meeting_id, version(), parsing.number("first"), parsing.number("last"))

    said = T("已锁定，重新排时保持不动。", en="Locked: it stays when the rest is solved again.")
    return _edit(meeting_id, act, said if locked else T("已解锁。", en="Unlocked."), key)


@meetings.post("/<int:meeting_id>/timetable/unlock")
@only(Role.COORDINATOR)
def unlock(meeting_id: int) -> ResponseReturnValue:
    """Let one locked part go, or everything."""
    part = parsing.text("part")

    def act(work: Work) -> None:
        if part:
            locking.remove(work, meeting_id, version(), parsing.number("part"))
        else:
            adjusting.unlock_all(work, meeting_id, version())

    return _edit(meeting_id, act, T("已解锁。", en="Unlocked."))


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
        return board_page(meeting_id, error), status_of(error)
    notice(T("已公布。各方正在收到自己的对接时间，会前一天和两小时前还会提醒。",
             en="Published. Everybody is being told their own times, and reminded one day and two hours before."))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


def board_page(meeting_id: int, error: DuijieError | None = None) -> str:
    """The board, with what went wrong on top."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        newest = planning.current(work, meeting)
        shown = _asked_for(meeting, newest)
        values: dict[str, Any] = {"timetable": shown, "is_newest": shown is newest, "wanted": planning.wanted(meeting),
                                  "view": "party" if request.values.get("view") == "party" else "desk",
                                  "search": search_of(work, meeting, newest)}
        if shown is not None:
            values |= _drawn(work, meeting, shown, shown is newest)
        return meeting_page("meetings/timetable.html", work, meeting, error, **values, **_chosen(work, meeting, shown))


def search_of(work: Work, meeting: Meeting, newest: Timetable | None) -> solving.Standing | None:
    """The search that the page should speak of: one under way, or one that came to nothing since."""
    found = solving.standing(work, meeting)
    if found is None or found.open:
        return found
    since = newest is None or found.job.created_at >= newest.created_at
    return found if found.state in ("failed", "lost") and since else None


def back_to_board(meeting_id: int, key: str = "") -> ResponseReturnValue:
    """To the board, in the same view."""
    view = "party" if request.form.get("view") == "party" else None
    return redirect(url_for("meetings.timetable", meeting_id=meeting_id, view=view, a=key or None))


def _edit(meeting_id: int, act: Callable[[Work], object], done: T, key: str = "") -> ResponseReturnValue:
    try:
        with write() as work:
            act(work)
    except NotFound:
        raise
    except DuijieError as error:
        return board_page(meeting_id, error), status_of(error)
    notice(done)
    return back_to_board(meeting_id, key)


def _drawn(work: Work, meeting: Meeting, shown: Timetable, is_newest: bool) -> dict[str, Any]:
    parts = locking.of_meeting(work, meeting) if is_newest else ()
    since = meeting.published if is_newest and meeting.published is not shown else None
    return {
        "grid": grid_of(work, meeting, shown),
        "status": planning.status_of(shown),
        "gap": planning.gap_of(shown),
        "stale": planning.stale(work, meeting, shown) if is_newest else [],
        "desk_parts": {part.desk_id: part.id for part in parts if part.desk_id},
        "party_parts": {part.invitation_id: part.id for part in parts if part.invitation_id},
        "parts": [(part, locking.label(work, meeting, part)) for part in parts],
        "kept": locking.kept(parts, shown) if is_newest else {a.key for a in shown.appointments if a.locked},
        "offers": relaxing.offered(work, meeting, shown) if is_newest else {},
        "changed": len(comparing.changes(work, meeting, since, shown)) if since else 0,
    }


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
