"""Pages of those who run duijie: areas, accounts, roster, calendar, plugins, reminders, history."""

from duijie.web.admin import (
    accounts,
    areas,
    calendar,
    coverage,
    history,
    mail,
    plugin,
    plugins,
    roster,
    roster_updates,
    start,
    suggestions,
    switches,
    tabs,
)
from duijie.web.admin.blueprint import admin

__all__ = [
    "accounts", "admin", "areas", "calendar", "coverage", "history", "mail", "plugin", "plugins", "roster",
    "roster_updates", "start", "suggestions", "switches", "tabs",
]  # fmt: skip
