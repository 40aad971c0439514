"""The plugins as the administrator sees them: what each brings, how it stands and why, what of it failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, inspect, select

from duijie.domain.text import T, joined
from duijie.hooks.capabilities import Plugin
from duijie.hooks.manager import BUILT_IN
from duijie.services import areas
from duijie.services.plugins import own_tables
from duijie.services.work import Work
from duijie.storage.models import (
    Observation,
    PluginArea,
    PluginFault,
    PluginJob,
    PluginPermission,
    PluginSetting,
    PluginState,
)

_KEEPS: Final = (PluginState, PluginSetting, PluginArea, PluginPermission, Observation)
_KINDS: Final = {
    "groups": T("顾问团", en="Advisory groups"), "channels": T("通知渠道", en="Channels"),
    "documents": T("文件", en="Documents"), "jobs": T("定时任务", en="Jobs"),
    "actions": T("规则动作", en="Actions of rules"), "pages": T("页面", en="Pages"),
    "panels": T("页面上的信息框", en="Panels on pages"), "tables": T("数据表", en="Tables"),
    "decides": T("参与决定", en="Takes part in"),
}  # fmt: skip
_DECIDES: Final = {
    "duijie_suggest_departments": T("分派建议", en="suggesting departments"),
    "duijie_check": T("办理前核对", en="checks before a step"),
    "duijie_on_event": T("接收动态", en="being told of events"),
}
_LOADING: Final = ("load", "register", "duijie_plugin")


@dataclass(frozen=True, slots=True)
class Standing:
    """One plugin. ``state``: on, off, resting, left_out (it could not be loaded), gone (only its data is here).

    ``where``: how many areas it is on in, or None for all of them; ``why`` is a plugin's own words, untranslated;
    ``until`` is the end of its rest; ``by_area``: an area's switch makes a difference;
    ``brings`` are (kind, what) in words; ``kept`` what is here of one that is gone.
    """

    name: str
    said: Plugin | None
    state: str
    why: str = ""
    until: datetime | None = None
    where: int | None = None
    brings: tuple[tuple[T, T], ...] = ()
    faults: int = 0
    last_fault: datetime | None = None
    kept: tuple[T, ...] = ()
    by_area: bool = False

    @property
    def title(self) -> T:
        """What it is called; one that never said so by its name in the installation."""
        return self.said.name if self.said else T.same(self.name)

    @property
    def built_in(self) -> bool:
        """Whether it comes with core, before all others."""
        return self.name.startswith(BUILT_IN)


def all_of(work: Work) -> list[Standing]:
    """Every plugin: those that are in by precedence, then those left out, then those that are gone."""
    counted = _faults(work)
    found = [_in(work, name, counted) for name in work.office.plugins.names()]
    out = _left_out(work)
    found += [Standing(name, None, "left_out", why, **_count(counted, name)) for name, why in sorted(out.items())]
    known = {one.name for one in found}
    return found + [
        Standing(name, None, "gone", kept=kept, **_count(counted, name))
        for name, kept in sorted(_leavings(work).items()) if name not in known
    ]  # fmt: skip


def one(work: Work, name: str) -> Standing | None:
    """One plugin, or None when nothing is known of it."""
    return next((found for found in all_of(work) if found.name == name), None)


def faults_of(work: Work, plugin: str = "", limit: int = 100) -> list[PluginFault]:
    """The failures that were written down, the latest first; of one plugin, or of all."""
    wanted = select(PluginFault).order_by(PluginFault.last_at.desc(), PluginFault.id.desc()).limit(limit)
    if plugin:
        wanted = wanted.where(PluginFault.plugin == plugin)
    return list(work.session.scalars(wanted))


def with_faults(work: Work) -> list[str]:
    """The names of what has failed and was written down."""
    return list(work.session.scalars(select(PluginFault.plugin).distinct().order_by(PluginFault.plugin)))


def titles(work: Work, names: Iterable[str]) -> dict[str, T]:
    """What plugins are called, by name."""
    said = work.office.catalogue.plugins
    return {name: said[name].name if name in said else T.same(name) for name in names}


def _in(work: Work, name: str, counted: dict[str, tuple[int, datetime]]) -> Standing:
    office = work.office
    pause = office.plugins.quarantine.of(name)
    resting = office.plugins.quarantine.rests(name)
    on, own = office.switches.is_on(name), _brings(work, name)
    where, everywhere = office.switches.areas_of(name), office.switches.now.everywhere
    return Standing(
        name, office.catalogue.plugins.get(name), "resting" if on and resting else "on" if on else "off",
        why=pause.reason if pause and resting else "", until=pause.until if pause and resting else None,
        where=len(where) if where != everywhere else None, brings=_words(own), by_area=_differs_by_area(work, name, own),
        **_count(counted, name),
    )  # fmt: skip


def _words(own: dict[str, list[T]]) -> tuple[tuple[T, T], ...]:
    return tuple((_KINDS[kind], joined(items)) for kind, items in own.items() if items)


def _differs_by_area(work: Work, name: str, own: dict[str, list[T]]) -> bool:
    """Whether an area's switch gates anything of it; a channel or a job is on while it is on anywhere."""
    letters = [d for some in work.office.catalogue.documents.values() for d in some if d.plugin == name and d.item.about]
    return bool(letters) or any(own[kind] for kind in ("groups", "decides", "pages", "panels"))


def _brings(work: Work, name: str) -> dict[str, list[T]]:
    """What it brings, by the keys of `_KINDS`, in words."""
    catalogue, plugins = work.office.catalogue, work.office.plugins
    views = catalogue.views.get(name)
    documents = {d.item.key: d.item.title for some in catalogue.documents.values() for d in some if d.plugin == name}
    return {
        "groups": [parts.group.name for parts in catalogue.groups if parts.plugin == name],
        "channels": [c.item.name for c in catalogue.notifiers.values() if c.plugin == name],
        "documents": list(documents.values()),
        "jobs": [j.item.name for j in catalogue.jobs.values() if j.plugin == name],
        "actions": [a.item.name for a in catalogue.actions.values() if a.plugin == name],
        "pages": [entry.label for entry in views.menu] if views else [],
        "panels": [panel.title for panel in views.panels] if views else [],
        "tables": [T.same(table) for table in catalogue.tables[name].names] if name in catalogue.tables else [],
        "decides": [said for hook, said in _DECIDES.items() if name in plugins.implements(hook)],
    }


def _left_out(work: Work) -> dict[str, str]:
    """Plugins of this installation that did not get in, with the first reason."""
    names, found = set(work.office.plugins.names()), dict[str, str]()
    for fault in work.office.plugins.faults:
        loading = fault.hook in _LOADING or fault.hook.startswith("duijie_")
        if fault.plugin not in names and loading:
            found.setdefault(fault.plugin, fault.error)
    return found


def _faults(work: Work) -> dict[str, tuple[int, datetime]]:
    counted = select(PluginFault.plugin, func.sum(PluginFault.count), func.max(PluginFault.last_at))
    rows = work.session.execute(counted.group_by(PluginFault.plugin))
    return {plugin: (int(number), last) for plugin, number, last in rows}


def _count(counted: dict[str, tuple[int, datetime]], name: str) -> dict[str, Any]:
    number, last = counted.get(name, (0, None))
    return {"faults": number, "last_fault": last}


def _leavings(work: Work) -> dict[str, tuple[T, ...]]:
    """What the database holds of each plugin, whether it is here or not."""
    found: dict[str, list[T]] = {}
    for model in _KEEPS:
        for name in work.session.scalars(select(model.plugin).distinct()):
            found.setdefault(name, [])
    for key in work.session.scalars(select(PluginJob.key)):
        found.setdefault(key.partition(":")[0], [])
    for name, own in _own_tables(work).items():
        listed = joined([T.same(table) for table in own])
        found.setdefault(name, []).append(T("数据表 {tables}", en="tables {tables}").fill(tables=listed))
    for name in work.session.scalars(select(PluginSetting.plugin).distinct()):
        found[name].append(T("设置", en="settings"))
    waiting = select(Observation.plugin, func.count(Observation.id)).group_by(Observation.plugin)
    for name, number in work.session.execute(waiting):
        found[name].append(T(f"待告知的动态 {number} 条", en=f"{number} events it was not told of"))
    return {name: tuple(kept) for name, kept in found.items()}


def _own_tables(work: Work) -> dict[str, list[str]]:
    """The tables of each plugin that has a history of migrations here."""
    names = sorted(inspect(work.session.connection()).get_table_names())
    owners = [name[2:-8] for name in names if name.startswith("x_") and name.endswith("_version")]
    return {owner: [name for name in names if name.startswith(own_tables.prefix(owner))] for owner in owners}


def area_switches(work: Work, name: str) -> list[tuple[Any, int, bool | None, bool]]:
    """The tree of areas in use: (area, depth, what was said of it itself, whether the plugin is on there)."""
    own, on = _own(work, name), work.office.switches.areas_of(name)
    below: dict[int | None, list[Any]] = {}
    active = [area for area in areas.all_of(work) if area.active]
    ids = {area.id for area in active}
    for area in active:
        below.setdefault(area.parent_id if area.parent_id in ids else None, []).append(area)

    def walk(parent: int | None, depth: int) -> list[tuple[Any, int, bool | None, bool]]:
        return [
            line for area in below.get(parent, [])
            for line in [(area, depth, own.get(area.id), area.key in on), *walk(area.id, depth + 1)]
        ]  # fmt: skip

    return walk(None, 0)


def in_area(work: Work, area_id: int) -> list[tuple[Standing, bool | None, bool]]:
    """The plugins that an area can switch, as they stand there: (plugin, what was said of the area itself, on there)."""
    area = areas.own(work, area_id)
    said = select(PluginArea.plugin, PluginArea.active).where(PluginArea.area_id == area_id)
    own = dict(work.session.execute(said).all())
    return [
        (found, own.get(found.name), work.office.switches.is_on(found.name, area.key))
        for found in all_of(work) if found.by_area
    ]  # fmt: skip


def _own(work: Work, name: str) -> dict[int, bool]:
    rows = work.session.scalars(select(PluginArea).where(PluginArea.plugin == name))
    return {row.area_id: row.active for row in rows}
