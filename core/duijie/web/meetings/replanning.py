"""Replanning on the day: what happened, the moves it takes, and one button to accept them."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import happening, naming, planning, replanning, slots
from duijie.services.meetings.access import managed
from duijie.services.meetings.happening import Day, Happening
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings import parsing
from duijie.web.meetings.blueprint import meetings
from duijie.web.work import notice, read, write


@meetings.get("/<int:meeting_id>/replan")
@only(Role.COORDINATOR)
def replan(meeting_id: int) -> ResponseReturnValue:
    """What can happen; once something is named, the moves it takes. Nothing is changed by looking."""
    return _page(meeting_id)


@meetings.post("/<int:meeting_id>/replan")
@only(Role.COORDINATOR)
def accept_replan(meeting_id: int) -> ResponseReturnValue:
    """Do exactly what was shown, and tell everybody concerned."""
    try:
        with write() as work:
            replanning.accept(work, meeting_id, parsing.text("token"))
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("已调整，时间有变的人正在收到通知。", en="Done. Everybody whose times changed is being told."))
    return redirect(url_for("meetings.live", meeting_id=meeting_id))


def _page(meeting_id: int, error: DuijieError | None = None) -> str:
    proposal, kind = None, request.args.get("kind", "")
    with read() as work:
        meeting = managed(work, meeting_id)
        planning.load(work, meeting)
        day = None
        try:
            day = replanning.day_of(work, meeting)
            if kind and error is None:
                asked = Happening(kind, request.args.get("id", 0, type=int), request.args.get("until", 0, type=int))
                proposal = replanning.propose(work, meeting_id, asked)
        except NotFound:
            raise
        except DuijieError as wrong:
            error = error or wrong
        return render_template(
            "meetings/replan.html", meeting=meeting, when=slots.when(work, meeting), day=day, proposal=proposal,
            problem=error.message if error else None, kind=kind, chosen=request.args.get("id", 0, type=int),
            until=request.args.get("until", 0, type=int), desk_name=naming.desk_name,
            could_come=happening.could_come(work, meeting) if day else [], **(_choices(work, day) if day else {}),
        )  # fmt: skip


def _choices(work: Work, day: Day) -> dict[str, Any]:
    """What the forms offer: times to come, requesters of the day, talks that may overrun."""
    meeting = day.meeting
    parties = {a.invitation_id: a.invitation for a in (*day.open, *day.fixed)}
    return {
        "times": [(slot, slots.clock(work, slots.starts(meeting, slot)))
                  for slot in range(min(day.now + 1, meeting.slots), meeting.slots + 1)],
        "requesters": sorted(parties.values(), key=lambda invitation: invitation.name),
        "talks": [a for a in day.fixed if a.progress in happening.UNDER_WAY],
    }
