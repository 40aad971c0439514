"""Why not everything fits, on a page of its own: looking for the reason may take a few seconds."""

from duijie.domain.roles import Role
from duijie.services.meetings import colliding, planning
from duijie.web.access import only
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.pages import meeting_page, overseen
from duijie.web.work import read


@meetings.get("/<int:meeting_id>/timetable/why")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def why_not(meeting_id: int) -> str:
    """The wishes and limits that collide, and the single changes that would undo it."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        newest = planning.current(work, meeting)
        left = sum(a.slot is None for a in newest.appointments) if newest else 0
        found = colliding.of_meeting(work, meeting) if planning.wanted(meeting) else None
        return meeting_page("meetings/why.html", work, meeting, collision=found, left=left)
