"""Pages of those who run duijie: areas, accounts, roster, calendar, plugins, reminders, history."""

from duijie.web.admin import (
    accounts,
    areas,
    calendar,
    calendar_import,
    channels,
    coverage,
    dry_run,
    history,
    mail,
    notices,
    plugin,
    plugins,
    replies,
    roster,
    roster_updates,
    rules,
    start,
    suggestions,
    switches,
    tabs,
    texts,
)
from duijie.web.admin.blueprint import admin

__all__ = [
    "accounts", "admin", "areas", "calendar", "calendar_import", "channels", "coverage", "dry_run", "history", "mail", "notices",
    "plugin", "plugins", "replies", "roster", "roster_updates", "rules", "start", "suggestions", "switches", "tabs", "texts",
]  # fmt: skip
