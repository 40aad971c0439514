"""The coordinator's overview while a meeting runs: every desk, who has come, and ending it."""

from collections.abc import Callable

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services.meetings import desk as floor
from duijie.services.meetings import live as service
from duijie.services.meetings import minutes, naming
from duijie.services.meetings.access import managed
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings.blueprint import meetings
from duijie.web.polling import unchanged, with_tag
from duijie.web.slips import full_address
from duijie.web.work import notice, office, read, version, write


@meetings.get("/<int:meeting_id>/live")
@only(Role.COORDINATOR)
def live(meeting_id: int) -> ResponseReturnValue:
    """How the whole room stands."""
    with read() as work:
        managed(work, meeting_id)
        tag = f"{floor.fingerprint(work, meeting_id)}-{g.language}-{int(work.now.timestamp()) // 60}"
        return unchanged(tag) or with_tag(tag, _overview(work, meeting_id))


@meetings.post("/<int:meeting_id>/start")
@only(Role.COORDINATOR)
def start(meeting_id: int) -> ResponseReturnValue:
    """Open the meeting."""
    with write() as work:
        service.start(work, meeting_id, version())
    notice(T("会议已开始。", en="The meeting is open."))
    return redirect(url_for("meetings.live", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/conclude")
@only(Role.COORDINATOR)
def conclude(meeting_id: int) -> ResponseReturnValue:
    """End the meeting and go on to its minutes."""
    with write() as work:
        service.conclude(work, meeting_id, version())
    notice(T("会议已结束，纪要已拟好，请核对。",
             en="The meeting is concluded. Please check the draft of its minutes."))
    return redirect(url_for("meetings.minutes", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/call")
@only(Role.COORDINATOR)
def call_next(meeting_id: int) -> ResponseReturnValue:
    """Call the next for a desk."""
    return _step(
        meeting_id, lambda work: service.call_next(work, meeting_id, request.form.get("desk", 0, type=int))
    )


@meetings.post("/<int:meeting_id>/here")
@only(Role.COORDINATOR)
def here(meeting_id: int) -> ResponseReturnValue:
    """Sign somebody in by hand, or take it back."""
    invitation = request.form.get("invitation", 0, type=int)
    act = service.take_back_sign_in if request.form.get("back") else service.sign_in_by_hand
    return _step(meeting_id, lambda work: act(work, meeting_id, invitation), f"#i{invitation}")


def _step(meeting_id: int, act: Callable[[Work], object], anchor: str = "") -> ResponseReturnValue:
    try:
        with write() as work:
            act(work)
    except NotFound:
        raise
    except DuijieError as error:
        with read() as work:
            return _overview(work, meeting_id, error), status_of(error)
    return redirect(url_for("meetings.live", meeting_id=meeting_id) + anchor)


def _overview(work: Work, meeting_id: int, error: DuijieError | None = None) -> str:
    meeting = managed(work, meeting_id)
    room = floor.room(work, meeting)
    expected = {a.invitation_id for a in room.appointments}
    people = [i for i in room.invitations if i.department_id or i.id in expected]
    sign = office().sign
    return render_template(
        "meetings/live.html",
        meeting=meeting, room=room, problem=error.message if error else None, wait=minutes.average_wait(room),
        people=sorted(people, key=lambda i: (i.signed_in_at is not None, i.department_id is None, i.id)),
        is_live=meeting.state is MeetingState.LIVE, who=service.who, desk_name=naming.desk_name,
        door=full_address(url_for("meetings.door", token=sign("door", meeting_id))),
        board=full_address(url_for("meetings.board", token=sign("board", meeting_id))),
    )  # fmt: skip
