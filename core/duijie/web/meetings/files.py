"""What people take along: calendar files and printed lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, render_template
from flask.typing import ResponseReturnValue

from duijie.domain.errors import NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import access, calendar_files, naming, own, planning, slots
from duijie.services.reminders import of_user
from duijie.web.access import only
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.grid import grid_of
from duijie.web.meetings.inviting import calendar_response
from duijie.web.meetings.pages import overseen
from duijie.web.work import read

if TYPE_CHECKING:
    from duijie.storage.models import Appointment


@meetings.get("/<int:meeting_id>/meeting.ics")
@only(Role.COORDINATOR, Role.AREA_ADMIN, Role.REPRESENTATIVE)
def calendar(meeting_id: int) -> ResponseReturnValue:
    """One's own calendar file: a representative's with the appointments of their desk."""
    with read() as work:
        meeting = access.opened(work, meeting_id)
        mine = next((i for i in meeting.invitations if i.department_id in work.actor.departments), None)
        appointments = own.of_invitation(work, meeting, meeting.published, mine) if mine else []
        content = calendar_files.file_for(work, meeting, of_user(g.user), appointments)
    return calendar_response(content, meeting.number)


@meetings.get("/<int:meeting_id>/print")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def printed(meeting_id: int) -> ResponseReturnValue:
    """A wall timetable, one sheet per desk, one list of requesters, for A4 paper."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        shown = meeting.published or planning.current(work, meeting)
        if shown is None:
            raise NotFound
        return render_template(
            "meetings/print.html", meeting=meeting, timetable=shown, grid=grid_of(work, meeting, shown),
            when=slots.when(work, meeting), desks_of=own.desks_of, party=naming.party, wall_name=_wall_name,
        )


def _wall_name(appointment: Appointment) -> T:
    """What strangers may read on a wall: organisations in full, private persons masked, nobody who asked not to be named."""
    if appointment.case.anonymous:
        return naming.ANONYMOUS
    return T.same(naming.shown_name(appointment.invitation))
