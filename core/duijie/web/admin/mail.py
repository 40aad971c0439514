"""Reminders: what is planned and what became of it, and mail of which nobody knows whether it arrived."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import reminders
from duijie.services.reminders import log
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.admin.asked import page_number
from duijie.web.admin.blueprint import admin
from duijie.web.work import notice, read, write

COORDINATING = (Role.COORDINATOR, Role.AREA_ADMIN)


@admin.get("/reminders", endpoint="reminders")
@only(*COORDINATING)
def reminders_page() -> ResponseReturnValue:
    """The log of reminders about the cases and meetings of the actor's areas."""
    view, text = request.args.get("view", "waiting"), request.args.get("q", "").strip()[:100]
    with read() as work:
        return render_template(
            "admin/reminders.html",
            found=log.read(work, view, text, page_number()),
            views=log.VIEWS,
            states=log.STATES,
            channels=_channels(work),
            view=view if view in log.VIEWS else "waiting",
            q=text,
            number=page_number(),
        )


@admin.get("/doubtful", endpoint="doubtful")
@only(*COORDINATING)
def doubtful_page() -> ResponseReturnValue:
    """Messages that wait for a person: nobody knows whether they arrived, or they were given up."""
    with read() as work:
        found = reminders.doubtful(work)
        return render_template("admin/doubtful.html", mails=found, numbers=log.numbers(work, found),
                               states=log.STATES, channels=_channels(work))  # fmt: skip


@admin.post("/doubtful/<int:reminder_id>")
@only(*COORDINATING)
def settle_doubtful(reminder_id: int) -> ResponseReturnValue:
    """It arrived, or it is sent again."""
    arrived = request.form.get("result") == "arrived"
    with write() as work:
        reminders.settle_doubtful(work, reminder_id, sent=arrived)
    again = T("将重新发送。", en="It will be sent again.")
    notice(T("已记录。", en="Noted.") if arrived else again)
    return redirect(url_for("admin.doubtful"))


def _channels(work: Work) -> dict[str, T]:
    return {key: channel.name for key, channel in work.office.notifiers.items()}
