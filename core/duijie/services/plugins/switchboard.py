"""Which plugin is on where, what it is set to, and who holds its permissions: read often, from memory.

Every process looks at the database again after two seconds, so a switch needs no restart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from duijie.domain.roles import Role
from duijie.hooks.catalogue import Catalogue
from duijie.hooks.faults import Pause
from duijie.hooks.manager import PluginManager
from duijie.storage.models import Area, PluginArea, PluginPermission, PluginSetting, PluginState, Setting

FRESH: Final = 2.0
"""Seconds that what was read counts as true."""

CLOCK: Final = "clock"


@dataclass(frozen=True)
class Position:
    """How the switches stood when the database was last read."""

    off: frozenset[str] = frozenset()
    areas: Mapping[str, frozenset[str]] = field(default_factory=dict)  # plugin → keys of areas where it is on
    everywhere: frozenset[str] = frozenset()  # the keys of all areas in use
    keys: Mapping[int, str] = field(default_factory=dict)  # of those areas by id
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    roles: Mapping[tuple[str, str], frozenset[Role]] = field(default_factory=dict)
    clock: timedelta = timedelta()  # how far the demo's clock is ahead


class Switchboard:
    """The switches of one process."""

    def __init__(self, manager: PluginManager, catalogue: Catalogue) -> None:
        self._manager = manager
        self._catalogue = catalogue
        self._stale_at = 0.0
        self.now = Position()
        manager.gate = self.is_on

    def look(self, session: Session) -> None:
        """Read the database when what is known is older than two seconds."""
        if monotonic() >= self._stale_at:
            self.read(session)

    def forget(self) -> None:
        """Read the database at the next look: something was switched."""
        self._stale_at = 0.0

    def read(self, session: Session) -> None:
        """Read the database now."""
        states = list(session.scalars(select(PluginState).order_by(PluginState.position, PluginState.plugin)))
        tree = {area.id: area for area in session.scalars(select(Area).where(Area.active))}
        self.now = Position(
            off=frozenset(state.plugin for state in states if not state.active),
            areas=_areas_on(list(session.scalars(select(PluginArea))), tree),
            everywhere=frozenset(area.key for area in tree.values()),
            keys={area.id: area.key for area in tree.values()},
            settings=_by_plugin(session),
            roles={(row.plugin, row.key): frozenset(map(Role, row.roles)) for row in session.scalars(select(PluginPermission))},
            clock=_clock(session),
        )
        # A plugin that only rests, or is being told of events, has a row too, but no place in the order.
        self._manager.put_in_order(state.plugin for state in states if state.position)
        self._manager.quarantine.take_over(
            Pause(s.plugin, s.paused_until, s.pause_reason) for s in states if s.paused_until is not None
        )
        self._stale_at = monotonic() + FRESH

    def is_on(self, plugin: str, area: str | None = None) -> bool:
        """Whether the plugin is on in ``area`` (its key); None asks whether it is on anywhere."""
        if plugin in self.now.off:
            return False
        where = self.now.areas.get(plugin)
        return where is None or (bool(where) if area is None else area in where)

    def areas_of(self, plugin: str) -> frozenset[str]:
        """The keys of the areas in which the plugin is on."""
        return frozenset() if plugin in self.now.off else self.now.areas.get(plugin, self.now.everywhere)

    def keys_of(self, area_ids: Iterable[int]) -> list[str]:
        """The keys of areas in use."""
        return [self.now.keys[one] for one in area_ids if one in self.now.keys]

    def settings_of(self, plugin: str) -> dict[str, Any]:
        """Every option of the plugin: as set, or its default."""
        said = self._catalogue.plugins.get(plugin)
        kept = self.now.settings.get(plugin, {})
        options = said.options if said else ()
        return {option.field.key: kept.get(option.field.key, option.default) for option in options}

    def holders(self, plugin: str, permission: str) -> frozenset[Role]:
        """The roles that hold a plugin's own permission."""
        declared = self._catalogue.permission(plugin, permission)
        return self.now.roles.get((plugin, permission), frozenset(declared.roles if declared else ()))


def _areas_on(rows: list[PluginArea], tree: Mapping[int, Area]) -> dict[str, frozenset[str]]:
    """For each plugin with a switch of its own somewhere: the keys of the areas in which it is on."""
    switches: dict[str, dict[int, bool]] = {}
    for row in rows:
        switches.setdefault(row.plugin, {})[row.area_id] = row.active
    return {
        plugin: frozenset(area.key for area in tree.values() if _inherited(area, own, tree))
        for plugin, own in switches.items()
    }


def _inherited(area: Area, switches: Mapping[int, bool], tree: Mapping[int, Area]) -> bool:
    """The switch of the area, or of the nearest one above it; on where there is none."""
    above: Area | None = area
    while above is not None:
        if above.id in switches:
            return switches[above.id]
        above = tree.get(above.parent_id) if above.parent_id is not None else None
    return True


def _by_plugin(session: Session) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in session.scalars(select(PluginSetting)):
        found.setdefault(row.plugin, {})[row.key] = row.value
    return found


def _clock(session: Session) -> timedelta:
    kept = session.get(Setting, CLOCK)
    return timedelta(seconds=float(kept.value["offset_seconds"])) if kept else timedelta()
