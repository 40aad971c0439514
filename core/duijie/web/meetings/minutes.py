"""The minutes: read, completed, filed, and taken along as a Word file."""

from io import BytesIO

from flask import g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Invalid, NotFound, Problem
from duijie.domain.roles import Role
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services import documents
from duijie.services.meetings import minutes as service
from duijie.services.meetings.access import managed
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings.blueprint import meetings
from duijie.web.work import notice, read, version, write


@meetings.get("/<int:meeting_id>/minutes")
@only(Role.COORDINATOR)
def minutes(meeting_id: int) -> ResponseReturnValue:
    """The draft, or what was filed; before the end what is still missing."""
    with read() as work:
        return _page(work, meeting_id)


@meetings.post("/<int:meeting_id>/minutes")
@only(Role.COORDINATOR)
def change_minutes(meeting_id: int) -> ResponseReturnValue:
    """Keep what was added; with the second button file the minutes as well."""
    filing = "file" in request.form
    try:
        with write() as work:
            service.change(work, meeting_id, version(), dict(request.form.items()))
            if filing:
                service.file(work, meeting_id)
    except NotFound:
        raise
    except DuijieError as error:
        with read() as work:
            return _page(work, meeting_id, error), status_of(error)
    notice(_FILED if filing else T("已保存。", en="Saved."))
    return redirect(url_for("meetings.minutes", meeting_id=meeting_id))


@meetings.get("/<int:meeting_id>/minutes.docx")
@only(Role.COORDINATOR)
def minutes_word(meeting_id: int) -> ResponseReturnValue:
    """The Word file, in the language of the page."""
    with read() as work:
        made = service.word(work, meeting_id, g.language)
    return send_file(BytesIO(made.content), made.media_type, as_attachment=True, download_name=made.name)


_FILED = T("纪要已归档，各部门已收到承诺事项提醒。",
           en="The minutes are filed, and the departments are told of their promises.")


def _page(work: Work, meeting_id: int, error: DuijieError | None = None) -> str:
    meeting = managed(work, meeting_id)
    ready = meeting.state in (MeetingState.CONCLUDED, MeetingState.FILED)
    problems = error.problems if isinstance(error, Invalid) else ()
    if error and not problems:
        problems = (Problem("", error.message),)
    record = service.read(work, meeting_id).record if ready else None
    typed = {key: request.form.get(key, "") for key in ("chair", *service.ADDED)} if error else record or {}
    return render_template(
        "meetings/minutes.html", document=documents.offers(work, "minutes", meeting.group_key),
        meeting=meeting, record=record, typed=typed, problems=problems,
        draft=meeting.state is MeetingState.CONCLUDED,
    )  # fmt: skip
