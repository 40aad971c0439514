"""What people take along: calendar files and printed lists."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import g, render_template, request, send_file
from flask.typing import ResponseReturnValue

from duijie.domain.errors import NotFound
from duijie.domain.roles import Role
from duijie.services.meetings import access, calendar_entries, exporting, naming, own, planning, slots
from duijie.services.reminders import of_user
from duijie.web.access import only
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.grid import grid_of
from duijie.web.meetings.inviting import calendar_response
from duijie.web.meetings.pages import overseen
from duijie.web.work import read

if TYPE_CHECKING:
    from duijie.services.work import Work
    from duijie.storage.models import Meeting, Timetable


@meetings.get("/<int:meeting_id>/meeting.ics")
@only(Role.COORDINATOR, Role.AREA_ADMIN, Role.REPRESENTATIVE)
def calendar(meeting_id: int) -> ResponseReturnValue:
    """One's own calendar file: a representative's with the appointments of their desk."""
    with read() as work:
        meeting = access.opened(work, meeting_id)
        mine = next((i for i in meeting.invitations if i.department_id in work.actor.departments), None)
        appointments = own.of_invitation(work, meeting, meeting.published, mine) if mine else []
        content = calendar_entries.download(work, meeting, mine, of_user(g.user), appointments)
    return calendar_response(content, meeting.number)


@meetings.get("/<int:meeting_id>/print")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def printed(meeting_id: int) -> ResponseReturnValue:
    """A wall timetable, one sheet per desk, one list of requesters, for A4 paper."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        shown = _shown(work, meeting)
        return render_template(
            "meetings/print.html", meeting=meeting, timetable=shown, grid=grid_of(work, meeting, shown),
            when=slots.when(work, meeting), desks_of=own.desks_of, party=naming.party, wall_name=exporting.wall_name,
        )


@meetings.get("/<int:meeting_id>/timetable.xlsx")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def workbook(meeting_id: int) -> ResponseReturnValue:
    """The timetable as an Excel file: for the wall, per desk, per requester."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        made = exporting.workbook(work, meeting, _shown(work, meeting), g.language)
    return send_file(BytesIO(made.content), made.media_type, as_attachment=True, download_name=made.name)


@meetings.get("/<int:meeting_id>/timetable.ics")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def all_appointments(meeting_id: int) -> ResponseReturnValue:
    """Every appointment as a calendar event."""
    with read() as work:
        meeting = overseen(work, meeting_id)
        content = exporting.calendar(work, meeting, _shown(work, meeting), g.language)
    return calendar_response(content, f"{meeting.number}-all")


def _shown(work: Work, meeting: Meeting) -> Timetable:
    """The timetable that was asked for by number, else the published one, else the newest. Raises NotFound."""
    number = request.args.get("number", type=int)
    asked = next((t for t in meeting.timetables if t.number == number), None)
    found = asked or meeting.published or planning.current(work, meeting)
    if found is None:
        raise NotFound
    return found
