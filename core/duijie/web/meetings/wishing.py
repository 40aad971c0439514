"""What matters to a meeting's timetable, in words, with a preview of what a choice would change."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import access, planning, previewing, wishing
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.pages import meeting_page, overseen
from duijie.web.meetings.solving import solve_again
from duijie.web.work import actor, notice, office, read, version, write


@meetings.get("/<int:meeting_id>/timetable/wishes")
@only(Role.COORDINATOR)
def wishes(meeting_id: int) -> ResponseReturnValue:
    """The settings; with ``preview`` what the chosen ones would change."""
    return _page(meeting_id)


@meetings.post("/<int:meeting_id>/timetable/wishes")
@only(Role.COORDINATOR)
def change_wishes(meeting_id: int) -> ResponseReturnValue:
    """Keep them; with the second button solve again as well."""
    try:
        with write() as work:
            wishing.change(work, meeting_id, version(), _chosen())
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    if "solve" in request.form:
        return solve_again(meeting_id)
    notice(T("已保存，下次排表时起作用。", en="Saved; it counts from the next search on."))
    return redirect(url_for("meetings.timetable", meeting_id=meeting_id))


def _page(meeting_id: int, error: DuijieError | None = None) -> str:
    chosen, found, tried = _chosen(), None, False
    if request.args.get("preview") and error is None:
        try:
            found, tried = previewing.preview(office(), actor(), meeting_id, chosen), True
        except NotFound:
            raise
        except DuijieError as wrong:
            error = wrong
    with read() as work:
        meeting = overseen(work, meeting_id)
        return meeting_page(
            "meetings/wishes.html", work, meeting, error, wishes=wishing.of_meeting(meeting, chosen or None),
            preview=found, tried=tried, timetable=planning.current(work, meeting),
            may=access.manages(work, meeting) and meeting.state in access.BEFORE,
        )


def _chosen() -> dict[str, str]:
    """Wish → level, as the form sent them by POST or asks to preview them."""
    sent = request.form if request.method == "POST" else request.args
    return {key: sent[key] for key in wishing.SHOWN if key in sent}
