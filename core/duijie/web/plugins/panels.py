"""Boxes that plugins put on pages of core: what they say is data, drawn here like everything else."""

from dataclasses import dataclass
from typing import Final

from flask import request

from duijie.domain.text import T
from duijie.hooks.capabilities import PanelContent, Place
from duijie.hooks.facts import CaseFacts, MeetingFacts
from duijie.hooks.faults import Failed
from duijie.web.plugins.admission import may_see
from duijie.web.plugins.blueprints import prefix
from duijie.web.work import office

HOOK: Final = "duijie_views"
SECONDS: Final = 1.0
MOST_LINES: Final = 30


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel ready to be shown. ``content`` is None where the plugin failed: the box says so, the page stands."""

    key: str
    title: T
    content: PanelContent | None
    links: tuple[tuple[T, str], ...] = ()


def panels(place: str, subject: CaseFacts | MeetingFacts | None = None) -> list[Drawn]:
    """The panels of a page (see `Place`) for the person at hand."""
    here = office()
    found = []
    for one in here.catalogue.panels(Place(place)):
        area = subject.area if subject else None
        if not may_see(one.plugin, one.item.permission) or not here.plugins.gate(one.plugin, area):
            continue
        key = f"{one.plugin}-{one.item.key}"
        try:
            context = here.context_of(one.plugin, deciding=True)
            content = here.plugins.call(one.plugin, HOOK, one.item.draw, subject, context, seconds=SECONDS)
            if content is not None and not isinstance(content, PanelContent):
                here.plugins.record(one.plugin, HOOK, f"panel {one.item.key!r} answered {type(content).__name__}")
                raise Failed
        except Failed:
            found.append(Drawn(key, one.item.title, None))
            continue
        if content is not None:
            found.append(Drawn(key, one.item.title, content, _links(one.plugin, content)))
    return found


def _links(plugin: str, content: PanelContent) -> tuple[tuple[T, str], ...]:
    """Links lead to the plugin's own pages and nowhere else."""
    below = f"{request.script_root}{prefix(plugin)}/"
    return tuple((words, below + path.lstrip("/")) for words, path in content.links)
