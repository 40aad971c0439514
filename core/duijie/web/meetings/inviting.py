"""Invitations: sent by the coordinator, answered by departments, requesters, or by phone on their behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.roles import requester as requester_actor
from duijie.domain.text import T
from duijie.services.meetings import (
    access,
    answering,
    calendar_entries,
    calendar_files,
    own,
    publishing,
    slots,
)
from duijie.services.reminders import of_requester
from duijie.services.work import Work
from duijie.web.access import anyone, only
from duijie.web.errors import status_of
from duijie.web.meetings import parsing
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.pages import meeting_page, overseen, problems_of
from duijie.web.slips import full_address, qr
from duijie.web.work import notice, read, version, write

if TYPE_CHECKING:
    from duijie.storage.models import Case, Invitation, Meeting


@meetings.get("/<int:meeting_id>/invitations")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def invitations(meeting_id: int) -> ResponseReturnValue:
    """Who is invited, who has answered what."""
    return _list_page(meeting_id)


@meetings.post("/<int:meeting_id>/invite")
@only(Role.COORDINATOR)
def invite(meeting_id: int) -> ResponseReturnValue:
    """Send the invitations."""
    try:
        with write() as work:
            publishing.invite(work, meeting_id, version())
    except NotFound:
        raise
    except DuijieError as error:
        return _list_page(meeting_id, error), status_of(error)
    notice(T("邀请已发出。没有邮箱的诉求人请电话联系，并在此代为登记。",
             en="The invitations are out. Please telephone requesters without e-mail and note their answer here."))
    return redirect(url_for("meetings.invitations", meeting_id=meeting_id))


@meetings.get("/invitation/<int:invitation_id>")
@only(Role.REPRESENTATIVE, Role.COORDINATOR)
def invitation(invitation_id: int) -> ResponseReturnValue:
    """One invitation, for its department or for the coordinator who notes an answer given by phone."""
    return _answer_page(invitation_id)


@meetings.post("/invitation/<int:invitation_id>")
@only(Role.REPRESENTATIVE, Role.COORDINATOR)
def answer(invitation_id: int) -> ResponseReturnValue:
    """Record the answer."""
    try:
        with write() as work:
            found = answering.answer(work, answering.invitation(work, invitation_id), parsing.answer())
            meeting_id, manages = found.meeting_id, access.manages(work, found.meeting)
    except NotFound:
        raise
    except DuijieError as error:
        return _answer_page(invitation_id, error), status_of(error)
    notice(T("已登记回复。", en="The answer is recorded."))
    if manages:
        return redirect(url_for("meetings.invitations", meeting_id=meeting_id))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


@meetings.get("/i/<token>")
@anyone
def requester(token: str) -> ResponseReturnValue:
    """A requester's invitation and appointments, by signed link."""
    return _requester_page(token)


@meetings.post("/i/<token>")
@anyone
def requester_answer(token: str) -> ResponseReturnValue:
    """The requester's answer."""
    try:
        with read() as work:
            name = answering.of_requester(work, token).name
        with write(requester_actor(name, request.remote_addr or "")) as work:
            answering.answer(work, answering.of_requester(work, token), parsing.answer())
    except NotFound:
        raise
    except DuijieError as error:
        return _requester_page(token, error), status_of(error)
    notice(T("谢谢，已收到您的回复。", en="Thank you, we have your answer."))
    return redirect(url_for("meetings.requester", token=token))


@meetings.get("/i/<token>/meeting.ics")
@anyone
def requester_calendar(token: str) -> ResponseReturnValue:
    """The requester's calendar file."""
    with read() as work:
        found = answering.of_requester(work, token)
        mine = own.of_invitation(work, found.meeting, found.meeting.published, found)
        content = calendar_entries.download(work, found.meeting, found, of_requester(found), mine)
    return calendar_response(content, found.meeting.number)


def calendar_response(content: str, number: str) -> Response:
    """A calendar file as a download."""
    response = Response(content, content_type=calendar_files.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.ics"'
    return response


def _list_page(meeting_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        meeting = overseen(work, meeting_id)
        return meeting_page(
            "meetings/invitations.html", work, meeting, error, labels=answering.LABELS,
            departments=_sorted([i for i in meeting.invitations if i.department_id]),
            requesters=_sorted([i for i in meeting.invitations if not i.department_id]),
            cases=_cases(meeting), hours=_hours(work, meeting), perhaps=calendar_entries.tentative(work, meeting),
        )


def _answer_page(invitation_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        found = answering.invitation(work, invitation_id)
        return render_template(
            "meetings/invitation.html", **_shared(work, found, error), work=work,
            manages=access.manages(work, found.meeting), people=answering.may_substitute(work, found),
        )


def _requester_page(token: str, error: DuijieError | None = None) -> str:
    with read() as work:
        found = answering.of_requester(work, token)
        return render_template(
            "meetings/requester.html", **_shared(work, found, error), token_=token,
            unplaced=own.unplaced(found.meeting.published, found),
            sign_in_qr=qr(full_address(url_for("meetings.arrive", token=token))),
        )


def _shared(work: Work, found: Invitation, error: DuijieError | None) -> dict[str, object]:
    meeting = found.meeting
    return {
        "invitation": found, "meeting": meeting,
        "when": slots.when(work, meeting), "open": meeting.state in access.BEFORE, "labels": answering.LABELS,
        "hours": _hours(work, meeting), "seen": answering.mark(found),
        "own": own.of_invitation(work, meeting, meeting.published, found),
        "cases": _cases(meeting).get(found.id, []),
        "typed": request.form if error else None, "error": error, "problems": problems_of(error),
    }


def _hours(work: Work, meeting: Meeting) -> list[str]:
    return [slots.span(work, meeting, slot) for slot in range(meeting.slots)]


def _cases(meeting: Meeting) -> dict[int, list[Case]]:
    found: dict[int, list[Case]] = {}
    for item in meeting.agenda:
        if item.invitation_id:
            found.setdefault(item.invitation_id, []).append(item.case)
    return found


def _sorted(found: list[Invitation]) -> list[Invitation]:
    """Those who have not answered first, then who declined."""
    order = {"pending": 0, "declined": 1}
    return sorted(found, key=lambda i: (order.get(i.answer, 2), i.id))
