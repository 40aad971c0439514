"""Answers by calendar: what came in by mail, and what was made of each."""

from flask import render_template
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.services.replies import listing, taking
from duijie.web.access import only
from duijie.web.admin.blueprint import admin
from duijie.web.work import office, read


@admin.get("/replies", endpoint="replies")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def replies_page() -> ResponseReturnValue:
    """The latest mails about the meetings of the actor's areas."""
    with read() as work:
        return render_template("admin/replies.html", found=listing.seen(work), outcomes=taking.OUTCOMES,
                               fetched=office().mailbox.there, address=office().reply_address)
