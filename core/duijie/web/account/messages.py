"""One's own inbox: every reminder that reached one, and why it exists."""

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from duijie.services import reminders
from duijie.web.access import signed_in
from duijie.web.account.blueprint import account
from duijie.web.paths import own_path
from duijie.web.work import read, write


@account.get("/messages")
@signed_in
def messages() -> ResponseReturnValue:
    """The inbox, newest first."""
    with read() as work:
        found = reminders.inbox(work, g.user.id)
        return render_template("account/messages.html", messages=found, waiting=reminders.unread(work, g.user.id))


@account.post("/messages/<int:reminder_id>/open")
@signed_in
def open_message(reminder_id: int) -> ResponseReturnValue:
    """Mark it read and go to what it is about."""
    with write() as work:
        reminders.mark_read(work, reminder_id)
    return redirect(own_path(request.form.get("to", "")))


@account.post("/messages/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark everything read."""
    with write() as work:
        reminders.mark_read(work)
    return redirect(own_path("/account/messages"))
