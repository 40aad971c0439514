"""Channels: groups' robots and webhooks of the actor's areas, one page each, with a test message."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Invalid, Problem
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.hooks.values import DeliveryOutcome
from duijie.services import outlets, trying
from duijie.services.outlets import Draft
from duijie.services.trying import Tried
from duijie.web.access import only
from duijie.web.admin.asked import problems_of
from duijie.web.admin.blueprint import admin
from duijie.web.admin.plugin import TYPE_AGAIN
from duijie.web.errors import status_of
from duijie.web.work import notice, office, read, write

ADMINS = (Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
TRIED = {
    DeliveryOutcome.ACCEPTED: T("对方已接收。请到群里或对方系统核对。",
                                en="It was taken. Look in the group or the other system."),
    DeliveryOutcome.REFUSED: T("对方没有接收。", en="It was not taken."),
    DeliveryOutcome.AMBIGUOUS: T("不能确定是否送达，请到群里看一看。", en="Nobody knows whether it arrived: look in the group."),
}


@admin.get("/channels", endpoint="channels")
@only(*ADMINS)
def channels_page() -> ResponseReturnValue:
    """What is set up, and a choice of what can be."""
    with read() as work:
        found = outlets.owned(work)
        return render_template(
            "admin/channels.html", outlets=found, standings=outlets.standings(work, found), offered=outlets.offered(work),
            names=dict(outlets.owners(work)), owner_of=outlets.owner_of, host_of=outlets.host_of,
        )  # fmt: skip


@admin.get("/channels/new/<channel>")
@only(*ADMINS)
def new_channel(channel: str) -> ResponseReturnValue:
    """The form for one more."""
    with read() as work:
        kinds = outlets.kinds_for(outlets.offered(work).get(channel))
    return _form(None, Draft(channel, kinds=tuple(kinds)))


@admin.post("/channels/new/<channel>")
@only(*ADMINS)
def add_channel(channel: str) -> ResponseReturnValue:
    """Set one up and offer to try it."""
    draft = _asked(channel)
    try:
        with write() as work:
            made = outlets.add(work, draft).id
    except Invalid as error:
        return _form(None, draft, error), status_of(error)
    notice(T("渠道已添加。请发一条测试消息，确认已经接通。",
             en="The channel is added. Send a test message to see that it works."))
    return redirect(url_for("admin.channel", outlet_id=made))


@admin.get("/channels/<int:outlet_id>")
@only(*ADMINS)
def channel(outlet_id: int) -> ResponseReturnValue:
    """One: how it stands, its settings, a test."""
    return _form(outlet_id)


@admin.post("/channels/<int:outlet_id>")
@only(*ADMINS)
def change_channel(outlet_id: int) -> ResponseReturnValue:
    """Change it."""
    with read() as work:
        draft = _asked(outlets.own(work, outlet_id).channel)
    try:
        with write() as work:
            outlets.change(work, outlet_id, draft)
    except Invalid as error:
        return _form(outlet_id, draft, error), status_of(error)
    notice(T("已保存。", en="Saved."))
    return redirect(url_for("admin.channel", outlet_id=outlet_id))


@admin.post("/channels/<int:outlet_id>/state")
@only(*ADMINS)
def switch_channel(outlet_id: int) -> ResponseReturnValue:
    """Switch it on or off, or remove it."""
    state = request.form.get("state", "")
    state = state if state in ("on", "off", "removed") else "off"
    with write() as work:
        outlets.set_state(work, outlet_id, state)
    if state == "removed":
        notice(T("渠道已删除，地址和密钥已清除。", en="The channel is removed; its address and secret are gone."))
        return redirect(url_for("admin.channels"))
    on = T("已启用，从现在起的提醒会发送到这里。", en="It is on: what comes from now on is sent here.")
    notice(on if state == "on" else T("已停用，等待发送的消息已撤回。", en="It is off; what waited to be sent is taken back."))
    return redirect(url_for("admin.channel", outlet_id=outlet_id))


@admin.post("/channels/<int:outlet_id>/test")
@only(*ADMINS)
def test_channel(outlet_id: int) -> ResponseReturnValue:
    """Send a test message and show what came back, or when it goes."""
    assert g.actor is not None  # noqa: S101  # for the type checker: nobody gets here without an account
    try:
        tried = trying.try_out(office(), g.actor, outlet_id)
    except Invalid as error:
        return _form(outlet_id, error=error), status_of(error)
    return _form(outlet_id, tried=tried)


def _asked(channel: str) -> Draft:
    form = request.form
    return Draft(
        channel, form.get("name", ""), form.get("address", ""), form.get("secret", ""), form.get("owner", ""),
        tuple(form.getlist("kinds")), form.get("whole") == "1", form.get("language", "zh"), form.get("digest_at", ""),
    )  # fmt: skip


def _form(
    outlet_id: int | None, draft: Draft | None = None, error: DuijieError | None = None, tried: Tried | None = None
) -> str:
    """The form; a secret that was typed is not sent back to the page."""
    with read() as work:
        outlet = None if outlet_id is None else outlets.own(work, outlet_id)
        shown = draft or (outlets.draft_of(outlet) if outlet else Draft())
        offered = outlets.offered(work)
        again = [Problem("secret", TYPE_AGAIN)] if error and shown.secret not in ("", outlets.KEPT) else []
        return render_template(
            "admin/channel.html", outlet=outlet, draft=shown, problems=[*problems_of(error), *again],
            kind=offered.get(shown.channel), kinds=outlets.kinds_for(offered.get(shown.channel)), kept=outlets.KEPT,
            owners=outlets.owners(work),
            standing=outlets.standings(work, [outlet])[outlet.id] if outlet else None,
            host=outlets.host_of(outlet) if outlet else "", tried=tried, tried_words=TRIED,
        )  # fmt: skip
