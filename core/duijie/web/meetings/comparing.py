"""Two timetables of a meeting side by side: the moves in words, the grid with marks, and who must be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask.typing import ResponseReturnValue

from duijie.domain.errors import NotFound
from duijie.domain.roles import Role
from duijie.services.meetings import comparing, planning
from duijie.web.access import only
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.grid import grid_of
from duijie.web.meetings.pages import meeting_page, overseen
from duijie.web.work import read

if TYPE_CHECKING:
    from duijie.storage.models import Meeting, Timetable


@meetings.get("/<int:meeting_id>/timetable/compare")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def compare(meeting_id: int) -> ResponseReturnValue:
    """From the published timetable to the newest, or between the two that were asked for."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        newest = planning.current(work, meeting)
        if newest is None:
            raise NotFound
        after = _numbered(meeting, "to") or newest
        before = _numbered(meeting, "from") or _usual(meeting, after)
        found = comparing.changes(work, meeting, before, after)
        publishing = after is newest and newest is not meeting.published and newest.published_at is None
        earlier = {a.key: a for a in before.appointments}
        ghosts = [earlier[c.appointment.key] for c in found if c.appointment.key in earlier]
        return meeting_page(
            "meetings/compare.html", work, meeting, before=before, after=after, changes=found,
            changed={c.appointment.key for c in found}, grid=grid_of(work, meeting, after, ghosts),
            tallies=(comparing.tally(before), comparing.tally(after)),
            view="party" if request.args.get("view") == "party" else "desk",
            told=comparing.told(work, meeting, meeting.published, newest) if publishing else None,
            ready=publishing and not planning.stale(work, meeting, newest),
        )


def _numbered(meeting: Meeting, name: str) -> Timetable | None:
    asked = request.args.get(name, type=int)
    return next((t for t in meeting.timetables if t.number == asked), None)


def _usual(meeting: Meeting, after: Timetable) -> Timetable:
    """What to compare with: the published one, else the one before."""
    if meeting.published is not None and meeting.published is not after:
        return meeting.published
    earlier = [t for t in meeting.timetables if t.number < after.number]
    return earlier[-1] if earlier else after
