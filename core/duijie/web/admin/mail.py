"""Reminders: what is planned and what became of it, and mail of which nobody knows whether it arrived."""

from typing import Final

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
from duijie.web.paths import own_path
from duijie.web.work import notice, read, write

COORDINATING = (Role.COORDINATOR, Role.AREA_ADMIN)
_ON_A_PAGE: Final = 25


@admin.get("/reminders", endpoint="reminders")
@only(*COORDINATING)
def reminders_page() -> ResponseReturnValue:
    """The log of reminders about the cases and meetings of the actor's areas."""
    view, text = request.args.get("view", "waiting"), request.args.get("q", "").strip()[:100]
    channel = request.args.get("channel", "")[:30]
    with read() as work:
        return render_template(
            "admin/reminders.html",
            found=log.read(work, view, text, page_number(), channel),
            views=log.VIEWS,
            states=log.STATES,
            channels=_channels(work),
            view=view if view in log.VIEWS else "waiting",
            q=text,
            channel=channel,
            may_try_again=log.may_try_again,
            public_url=work.office.public_url,
            number=page_number(),
        )


@admin.post("/reminders/<int:reminder_id>/again")
@only(*COORDINATING)
def send_again(reminder_id: int) -> ResponseReturnValue:
    """Send again what was given up or refused."""
    with write() as work:
        log.try_again(work, reminder_id)
    notice(T("已安排立即重发。", en="It is being sent again now."))
    return redirect(own_path(request.form.get("to", "")))


@admin.get("/doubtful", endpoint="doubtful")
@only(*COORDINATING)
def doubtful_page() -> ResponseReturnValue:
    """Messages that wait for a person: nobody knows whether they arrived, or they were given up."""
    with read() as work:
        found, number = reminders.doubtful(work), page_number()
        shown = found[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]
        stopped = {channel: n for channel, n in reminders.given_up(work).items() if n > 1}
        return render_template("admin/doubtful.html", mails=shown, many=len(found), numbers=log.numbers(work, shown),
                               states=log.STATES, channels=_channels(work), stopped=stopped, number=number,
                               pages=-(-len(found) // _ON_A_PAGE))  # fmt: skip


@admin.post("/doubtful/again")
@only(*COORDINATING)
def send_stopped_again() -> ResponseReturnValue:
    """A channel works again: all that it gave up goes out."""
    with write() as work:
        many = reminders.send_all_again(work, request.form.get("channel", ""))
    notice(T(f"已安排重发 {many} 条。", en=f"{many} are being sent again.") if many else
           T("没有需要重发的消息，可能刚有人处理过。", en="Nothing was left to send: perhaps somebody did it just now."))
    return redirect(url_for("admin.doubtful"))


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
