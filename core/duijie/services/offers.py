"""Where a group takes up something new: where its plugin is switched on, among the areas that it serves.

What is under way goes on to its end whatever is switched: only what begins is asked for here.
"""

from duijie.hooks.groups import GroupParts
from duijie.services.work import Work
from duijie.storage.models import Area


def serves(parts: GroupParts, area: Area) -> bool:
    """Whether the group is for this kind of area."""
    return not parts.group.area_kinds or area.kind in parts.group.area_kinds


def offered(work: Work, parts: GroupParts, area: Area) -> bool:
    """Whether the group takes new cases and calls meetings in ``area`` now."""
    return serves(parts, area) and work.office.switches.is_on(parts.plugin, area.key)


def groups_of(work: Work, area: Area) -> list[GroupParts]:
    """The groups that are offered in an area, in order of precedence."""
    return [parts for parts in groups(work) if offered(work, parts, area)]


def groups(work: Work) -> list[GroupParts]:
    """The groups that are on somewhere, in order of precedence."""
    switches, precedence = work.office.switches, work.office.plugins.precedence
    return sorted((p for p in work.office.groups if switches.is_on(p.plugin)), key=lambda p: precedence(p.plugin))
