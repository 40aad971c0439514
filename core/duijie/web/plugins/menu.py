"""Entries that plugins put into the main menu."""

import json
from typing import Any, Final

from flask import g, request

from duijie.web.plugins.admission import may_see
from duijie.web.plugins.blueprints import prefix
from duijie.web.work import office

CARRIED: Final = "duijie.menu"
"""Where a request to a plugin's own process carries the entries of all plugins; that process knows only its own."""


def entries() -> list[dict[str, str]]:
    """``{"zh", "en", "href"}`` of each entry that the person at hand may open, in order of precedence."""
    if CARRIED in request.environ:
        return _carried(request.environ[CARRIED])
    found = []
    for plugin, views in office().catalogue.views.items():
        needed = {route.rule: route.permission for route in views.routes}
        found += [
            {"zh": one.label.zh, "en": one.label.en, "href": f"{request.script_root}{prefix(plugin)}{one.path}"}
            for one in views.menu
            if may_see(plugin, needed.get(one.path))
        ]
    return found


def shown() -> list[tuple[str, str]]:
    """(words, address) in the page's language."""
    return [(entry["en" if g.language == "en" else "zh"], entry["href"]) for entry in entries()]


def _carried(words: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(words)
    return found
