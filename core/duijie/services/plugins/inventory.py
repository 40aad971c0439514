"""Which plugins there are and how each stands: installed or gone, on, off, resting or left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from duijie import __version__
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.hooks.faults import Fault
from duijie.hooks.loading import packages
from duijie.hooks.manager import BUILT_IN
from duijie.services.work import Office
from duijie.storage.models import PluginState

STATES: Final = {
    "on": T("启用", en="on"),
    "off": T("停用", en="off"),
    "resting": T("暂停", en="resting"),
    "left out": T("未载入", en="left out"),
    "gone": T("已卸载", en="gone"),
}
CORE: Final = ("duijie", __version__)


@dataclass(frozen=True, slots=True)
class Standing:
    """One plugin. ``state`` is a key of `STATES`, ``reason`` why it rests; ``faults`` are those of this process."""

    plugin: str
    package: str
    version: str
    api: int | None
    name: T
    groups: tuple[str, ...]
    hooks: tuple[str, ...]
    state: str
    reason: str
    faults: tuple[Fault, ...]


def standings(office: Office) -> list[Standing]:
    """Every plugin that is in, was left out, or is gone and has left something behind; by name."""
    kept = {row.plugin: row for row in _states(office)}
    manager = office.plugins
    known = {*manager.names(), *(fault.plugin for fault in manager.faults), *kept}
    installed = packages()
    return [_standing(office, name, kept.get(name), installed) for name in sorted(known)]


def package_of(name: str) -> str:
    """The distribution that brings the plugin; empty when it is not installed."""
    return packages().get(name, CORE if name.startswith(BUILT_IN) else ("", ""))[0]


def readable(office: Office) -> bool:
    """Whether there is a database to look at. An SQLite file that is not there is not made by looking."""
    place = office.database.url.database
    if office.database.is_sqlite:
        return bool(place) and Path(str(place)).is_file()
    return True


def _states(office: Office) -> Iterable[PluginState]:
    if not readable(office):
        return []
    try:
        with office.read(SYSTEM) as work:
            return list(work.session.scalars(select(PluginState)))
    except SQLAlchemyError:  # no database yet, or an older one: the plugins can be listed all the same
        return []


def _standing(office: Office, name: str, kept: PluginState | None, installed: dict[str, tuple[str, str]]) -> Standing:
    manager, said = office.plugins, office.catalogue.plugins.get(name)
    here = name in manager.names()
    package, version = installed.get(name, CORE if name.startswith(BUILT_IN) else ("", ""))
    pause = manager.quarantine.of(name)
    return Standing(
        plugin=name, package=package, version=version, api=said.api if said else None,
        name=said.name if said else T.same(name),
        groups=tuple(parts.group.key for parts in office.groups if parts.plugin == name),
        hooks=tuple(manager.hooks_of(name)) if here else (),
        state=_state(here, bool(package) or any(f.plugin == name for f in manager.faults), kept, manager.quarantine.rests(name)),
        reason=pause.reason if pause else "",
        faults=tuple(fault for fault in manager.faults if fault.plugin == name),
    )  # fmt: skip


def _state(here: bool, installed: bool, kept: PluginState | None, rests: bool) -> str:
    if kept is not None and not kept.active:
        return "off"
    if not here:
        return "left out" if installed else "gone"
    return "resting" if rests else "on"
