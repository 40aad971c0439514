"""My notices: which ways for what, quiet hours, the daily digest, the language."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Invalid, Problem
from duijie.domain.notices import CHOSEN
from duijie.domain.telling import ALWAYS
from duijie.domain.text import T
from duijie.services import notices
from duijie.web.access import signed_in
from duijie.web.account.blueprint import account
from duijie.web.telling import asked_telling
from duijie.web.work import notice, read, write


@account.get("/notices", endpoint="notices")
@signed_in
def notices_page() -> ResponseReturnValue:
    """How the person is told now."""
    return _page()


@account.post("/notices")
@signed_in
def choose_notices() -> ResponseReturnValue:
    """Change it; it counts at once, also for what is already planned."""
    if "default" in request.form:
        with write() as work:
            notices.choose_nothing(work)
        notice(T("已恢复为默认的提醒方式。", en="You are told in the default way again."))
        return redirect(url_for("account.notices"))
    try:
        with read() as work:
            telling = asked_telling(notices.reached_by(work, g.user))
    except Invalid as error:
        return _page(error.problems), 422
    with write() as work:
        notices.choose(work, telling, request.form.get("language", ""))
    notice(T("已保存，即刻生效；还没发出的提醒也按新方式发送。", en="Saved. It counts at once, for what is already planned too."))
    return redirect(url_for("account.notices"))


def _page(problems: tuple[Problem, ...] = ()) -> str:
    with read() as work:
        telling, own = notices.of_actor(work)
        return render_template(
            "account/notices.html", telling=telling, own=own, problems=problems, kinds=CHOSEN, always=ALWAYS,
            channels=notices.channels(work), reached=notices.reached_by(work, g.user),
        )  # fmt: skip
