"""Pages of those who run duijie: areas, accounts, roster, calendar, plugins, reminders, history."""

from duijie.web.admin import (
    accounts,
    areas,
    calendar,
    calendar_import,
    dry_run,
    history,
    mail,
    plugins,
    roster,
    rules,
    start,
    tabs,
)
from duijie.web.admin.blueprint import admin

__all__ = [
    "accounts",
    "admin",
    "areas",
    "calendar",
    "calendar_import",
    "dry_run",
    "history",
    "mail",
    "plugins",
    "roster",
    "rules",
    "start",
    "tabs",
]
