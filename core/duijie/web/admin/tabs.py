"""The tabs of the administration: each person sees those that their roles open."""

from typing import Any

from flask import current_app, g

from duijie.domain.text import T
from duijie.web import access
from duijie.web.admin.blueprint import admin

TABS = (
    ("admin.start", T("概况", en="Overview")),
    ("admin.areas", T("片区", en="Areas")),
    ("admin.accounts", T("账号", en="Accounts")),
    ("admin.roster", T("顾问团成员", en="Roster")),
    ("admin.suggestions", T("分派建议", en="Suggestions")),
    ("admin.rules", T("跟进规则", en="Rules")),
    ("admin.calendar", T("工作日历", en="Calendar")),
    ("admin.plugins", T("插件", en="Plugins")),
    ("admin.channels", T("渠道", en="Channels")),
    ("admin.reminders", T("提醒", en="Reminders")),
    ("admin.replies", T("日历回复", en="Answers by calendar")),
    ("admin.doubtful", T("待核实消息", en="Messages to check")),
    ("admin.history", T("流水", en="History")),
)


@admin.context_processor
def tabs() -> dict[str, Any]:
    """``tabs``: the endpoints with their names; ``may_open(endpoint)``."""
    return {"tabs": [(endpoint, name) for endpoint, name in TABS if may_open(endpoint)], "may_open": may_open}


def may_open(endpoint: str) -> bool:
    """Whether the actor's roles open ``endpoint``."""
    return access.may_open(current_app, endpoint, g.actor)
