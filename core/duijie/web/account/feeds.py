"""One's own calendars to subscribe to: the page that makes and revokes their addresses, and the feeds themselves."""

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.feeds import drawing, tokens
from duijie.services.work import Work
from duijie.web.access import anyone, only
from duijie.web.account.blueprint import account
from duijie.web.slips import full_address
from duijie.web.work import notice, read, write

if TYPE_CHECKING:
    from duijie.storage.models import User

FEEDS = ("meetings", "commitments")
OPEN_TO = (Role.REPRESENTATIVE, Role.COORDINATOR, Role.AREA_ADMIN)


@account.get("/calendar")
@only(*OPEN_TO)
def calendar() -> ResponseReturnValue:
    """Whether there is an address, and how to subscribe."""
    return _page()


@account.post("/calendar")
@only(*OPEN_TO)
def make_calendar() -> ResponseReturnValue:
    """Make an address, or a new one in its place. It is shown this once."""
    with write() as work:
        token = tokens.make(work)
    addresses = {name: full_address(url_for(f"account.{name}_feed", token=token)) for name in FEEDS}
    return _page(addresses)


@account.post("/calendar/revoke")
@only(*OPEN_TO)
def revoke_calendar() -> ResponseReturnValue:
    """Let the address open nothing any more."""
    with write() as work:
        tokens.revoke(work)
    notice(T("订阅地址已停用，日历程序不会再收到更新。", en="The address is revoked; calendars get nothing from it any more."))
    return redirect(url_for("account.calendar"))


@account.get("/feed/<token>/meetings.ics")
@anyone
def meetings_feed(token: str) -> ResponseReturnValue:
    """The meetings, for whoever has the address."""
    return _feed(token, "meetings", drawing.meetings)


@account.get("/feed/<token>/commitments.ics")
@anyone
def commitments_feed(token: str) -> ResponseReturnValue:
    """The commitments, for whoever has the address."""
    return _feed(token, "commitments", drawing.commitments)


def _feed(token: str, name: str, draw: Callable[[Work, "User"], drawing.Feed]) -> Response:
    """A feed; 304 as long as nothing changed. Raises NotFound for any other token."""
    with read() as work:
        user = tokens.owner(work, token)
        if user is None:
            raise NotFound
        drawn = draw(work, user)
    response = Response(drawn.text, content_type="text/calendar; charset=utf-8")
    response.set_etag(sha256(drawn.text.encode()).hexdigest()[:32])
    response.last_modified = drawn.changed_at
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.make_conditional(request)
    return response


def _page(addresses: dict[str, str] | None = None) -> Response:
    with read() as work:
        made = tokens.own(work)
        page = render_template("account/calendar.html", made=made, addresses=addresses,
                               promises=g.actor.has(Role.REPRESENTATIVE))
    response = Response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
