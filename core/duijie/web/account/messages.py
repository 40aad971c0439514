"""One's own inbox: every reminder that reached one, and why it exists."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from duijie.services import reminders
from duijie.services.work import Work
from duijie.web.access import signed_in
from duijie.web.account.blueprint import account
from duijie.web.paths import own_path
from duijie.web.work import read, write

if TYPE_CHECKING:
    from datetime import date

    from duijie.storage.models import Reminder

AT_ONCE: Final = 40  # messages on a page


@account.get("/messages")
@signed_in
def messages() -> ResponseReturnValue:
    """The inbox by days, what is unread first."""
    with read() as work:
        pages = max(1, -(-reminders.total(work, g.user.id) // AT_ONCE))
        number = min(max(1, request.args.get("page", 1, type=int)), pages)
        found = reminders.inbox(work, g.user.id, limit=AT_ONCE, skip=(number - 1) * AT_ONCE)
        return render_template("account/messages.html", days=by_day(work, found), today=work.today,
                               waiting=reminders.unread(work, g.user.id), number=number, pages=pages)  # fmt: skip


def by_day(work: Work, found: "Sequence[Reminder]") -> "list[tuple[bool, date | None, list[Reminder]]]":
    """Runs of messages of one day, as (unread, day, messages), in the order given."""

    def place(message: "Reminder") -> "tuple[bool, date | None]":
        return message.read_at is None, work.local(message.sent_at).date() if message.sent_at else None

    return [(*key, list(some)) for key, some in groupby(found, place)]


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
