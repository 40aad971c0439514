"""The door: signing in by the QR code that hangs there, or by the code of one's own invitation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import SYSTEM, Role
from duijie.domain.text import T
from duijie.services.meetings import access, live, naming
from duijie.services.meetings import door as service
from duijie.services.meetings.access import managed
from duijie.services.work import Work
from duijie.web import limits
from duijie.web.access import anyone, only
from duijie.web.errors import status_of
from duijie.web.meetings.blueprint import meetings
from duijie.web.slips import full_address, qr
from duijie.web.work import office, read, write

if TYPE_CHECKING:
    from duijie.storage.models import Invitation, Meeting

# Two hundred visitors may share the hall's one address; somebody who tries name after name is slowed.
TRIES = 900
WINDOW = timedelta(minutes=10)


@meetings.get("/<int:meeting_id>/door")
@only(Role.COORDINATOR)
def door_poster(meeting_id: int) -> ResponseReturnValue:
    """The sheet that hangs at the door."""
    with read() as work:
        meeting = managed(work, meeting_id)
        address = full_address(url_for("meetings.door", token=office().sign("door", meeting_id)))
        return render_template("meetings/door_poster.html", meeting=meeting, address=address, qr=qr(address))


@meetings.get("/door/<token>")
@anyone
def door(token: str) -> ResponseReturnValue:
    """Type part of a name; nothing is listed before."""
    with read(SYSTEM) as work:
        return _door(work, token)


@meetings.post("/door/<token>")
@anyone
def find_name(token: str) -> ResponseReturnValue:
    """Who is meant; a POST, so that names stand in no address and no log."""
    _meeting_id(token)
    limits.count("door", TRIES, WINDOW)
    typed = request.form.get("name", "").strip()
    with read(SYSTEM) as work:
        meeting = _meeting(work, token)
        hits = service.search(work, meeting, typed)
        shown = [(_pass(meeting, one), service.shown(one), service.first(work, one)) for one in hits]
        return _door(work, token, typed=typed, hits=shown, short=service.too_short(typed))


@meetings.post("/door/<token>/in")
@anyone
def enter(token: str) -> ResponseReturnValue:
    """Sign in whoever was chosen, and show them where to go."""
    ticket = request.form.get("who", "")
    try:
        with write() as work:
            live.sign_in(work, _of_ticket(work, token, ticket))
    except NotFound:
        raise
    except DuijieError as error:
        with read(SYSTEM) as work:
            return _door(work, token, problem=error.message), status_of(error)
    return redirect(url_for("meetings.entered", token=token, ticket=ticket))


@meetings.get("/door/<token>/in/<ticket>")
@anyone
def entered(token: str, ticket: str) -> ResponseReturnValue:
    """One's own times and desks."""
    with read(SYSTEM) as work:
        invitation = _of_ticket(work, token, ticket)
        return _welcome(work, invitation, service.shown(invitation), door_token=token)


@meetings.get("/arrive/<token>")
@anyone
def arrive(token: str) -> ResponseReturnValue:
    """Sign in by one's own invitation: one button."""
    with read(SYSTEM) as work:
        invitation = _own(work, token)
        return _welcome(work, invitation, live.who(invitation), token=token)


@meetings.post("/arrive/<token>")
@anyone
def do_arrive(token: str) -> ResponseReturnValue:
    """Sign in."""
    try:
        with write() as work:
            live.sign_in(work, _own(work, token))
    except NotFound:
        raise
    except DuijieError as error:
        with read(SYSTEM) as work:
            invitation = _own(work, token)
            page = _welcome(work, invitation, live.who(invitation), token=token, problem=error.message)
        return page, status_of(error)
    return redirect(url_for("meetings.arrive", token=token))


def _door(work: Work, token: str, **more: Any) -> str:
    meeting = _meeting(work, token)
    values = {"typed": "", "hits": None, "short": False, "problem": None} | more
    return render_template("meetings/door.html", meeting=meeting, token=token, most=service.MOST,
                           desk_name=naming.desk_name, **values)  # fmt: skip


def _welcome(work: Work, invitation: Invitation, name: T, **more: Any) -> str:
    values = {"token": "", "door_token": "", "problem": None} | more
    return render_template(
        "meetings/door_welcome.html", meeting=invitation.meeting, invitation=invitation, name=name,
        desk_name=naming.desk_name, times=service.times(work, invitation),
        open=service.is_open(work, invitation.meeting), **values,
    )  # fmt: skip


def _meeting_id(token: str) -> int:
    found = office().unsign("door", token)
    if not isinstance(found, int):
        raise NotFound
    return found


def _meeting(work: Work, token: str) -> Meeting:
    return access.by_link(work, _meeting_id(token))


def _pass(meeting: Meeting, invitation: Invitation) -> str:
    """A ticket for one hit of one search at one door: nobody can count through the ids."""
    return office().sign("door-hit", [meeting.id, invitation.id])


def _of_ticket(work: Work, token: str, ticket: str) -> Invitation:
    found = office().unsign("door-hit", ticket)
    if not isinstance(found, list) or len(found) != 2 or found[0] != _meeting_id(token):
        raise NotFound
    return _invitation(work, found[1])


def _own(work: Work, token: str) -> Invitation:
    return _invitation(work, office().unsign("invitation", token))


def _invitation(work: Work, invitation_id: object) -> Invitation:
    if not isinstance(invitation_id, int):
        raise NotFound
    return access.invitation_by_link(work, invitation_id)
