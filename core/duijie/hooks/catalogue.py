"""All that the plugins brought, gathered once at start, checked, and each piece with whose it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from duijie.domain.forms.custom import CustomType
from duijie.hooks import field_types
from duijie.hooks.capabilities import Action, Job, Panel, Permission, Place, Plugin, Tables, Views
from duijie.hooks.declared import (
    action_problems,
    document_problems,
    job_problems,
    notifier_problems,
    plugin_problems,
    table_problems,
    views_problems,
)
from duijie.hooks.faults import Failed
from duijie.hooks.groups import Groups, gather
from duijie.hooks.manager import PluginManager
from duijie.hooks.values import Document, Notifier

V = TypeVar("V")
Describe = Callable[[Any, str], Any]
"""(views or tables, the plugin's name) → the same with its routes or names filled in."""


@dataclass(frozen=True, slots=True)
class Owned(Generic[V]):
    """Something with the name of the plugin that brought it."""

    plugin: str
    item: V


@dataclass(frozen=True)
class Catalogue:
    """What is installed. ``documents`` are by group key ("" is the whole installation), the preferred one first."""

    plugins: dict[str, Plugin]
    groups: Groups
    notifiers: dict[str, Owned[Notifier]]
    jobs: dict[str, Owned[Job]]
    actions: dict[str, Owned[Action]]
    tables: dict[str, Tables]
    views: dict[str, Views]
    documents: dict[str, list[Owned[Document]]] = field(default_factory=dict)
    field_types: dict[str, CustomType] = field(default_factory=dict)

    def permission(self, plugin: str, key: str) -> Permission | None:
        """A plugin's own permission."""
        said = self.plugins.get(plugin)
        return next((right for right in said.permissions if right.key == key), None) if said else None

    def panels(self, place: Place) -> list[Owned[Panel]]:
        """The panels that stand on a page of core, in order of precedence."""
        return [Owned(name, panel) for name, views in self.views.items() for panel in views.panels if panel.place is place]


def read(manager: PluginManager, describe: Describe) -> Catalogue:
    """Ask every plugin what it brings. What is wrong is left out and recorded; the rest runs.

    ``describe`` finds out what pages and tables really are; it raises Failed for what a plugin may not do.
    """
    plugins = _admit(manager)
    types = field_types.read(manager)
    groups = gather(manager, types)
    keys = ["", *(parts.group.key for parts in groups)]
    actions = _by_key(manager, "duijie_actions", Action, action_problems, own=True)
    _name_unknown(manager, groups, actions)
    return Catalogue(
        plugins=plugins,
        groups=groups,
        notifiers=_by_key(manager, "duijie_notifiers", Notifier, notifier_problems),
        actions=actions,
        jobs=_by_key(manager, "duijie_jobs", Job, job_problems, own=True),
        tables=_one_each(manager, "duijie_tables", Tables, describe, table_problems),
        views=_one_each(manager, "duijie_views", Views, describe, lambda views, name: views_problems(
            views, (right.key for right in plugins[name].permissions))),
        documents={key: _documents(manager, key) for key in keys},
        field_types=types,
    )  # fmt: skip


def _admit(manager: PluginManager) -> dict[str, Plugin]:
    """Every plugin's word of itself; one that says none, or the wrong one, is taken out again."""
    found: dict[str, Plugin] = {}
    silent = set(manager.names())
    for name, said in manager.ask_for("duijie_plugin", Plugin):
        problems = plugin_problems(said)
        for problem in problems:
            manager.record(name, "duijie_plugin", f"left out: {problem}")
        if not problems:
            found[name] = said
        silent.discard(name)
    for name in sorted(silent):
        if not any(fault.plugin == name for fault in manager.faults):
            manager.record(name, "duijie_plugin", "left out: it must say who it is, and for which version of the API it was "
                           "written: def duijie_plugin() -> Plugin")
    for name in set(manager.names()) - set(found):
        manager.leave_out(name)
    return found


def _by_key(manager: PluginManager, hook: str, kind: type[Any], check: Callable[[Any], list[str]], *,
            own: bool = False) -> dict[str, Owned[Any]]:
    """Items by key; with ``own`` the key is the plugin's, so that two plugins may use the same."""
    found: dict[str, Owned[Any]] = {}
    for plugin, item in manager.ask_for(hook, kind):
        key = f"{plugin}:{item.key}" if own else item.key
        if key in found:
            manager.record(plugin, hook, f"{kind.__name__.lower()} {item.key!r} belongs to {found[key].plugin}")
        elif _sound(manager, plugin, hook, f"{kind.__name__.lower()} {item.key!r}", check(item)):
            found[key] = Owned(plugin, item)
    return found


def _one_each(manager: PluginManager, hook: str, kind: type[V], describe: Describe,
              check: Callable[[V, str], list[str]]) -> dict[str, V]:
    """One item a plugin, by the plugin's name."""
    found: dict[str, V] = {}
    for plugin, item in manager.ask_for(hook, kind):
        if plugin in found:
            manager.record(plugin, hook, f"answered more than one {kind.__name__}; only the first counts")
            continue
        try:
            known = describe(item, plugin)
        except Failed as error:
            manager.record(plugin, hook, str(error))
            continue
        if _sound(manager, plugin, hook, f"its {kind.__name__.lower()}", check(known, plugin)):
            found[plugin] = known
    return found


def _documents(manager: PluginManager, group: str) -> list[Owned[Document]]:
    """The sound documents of a group; a stranger's before the built-in one of the same key."""
    found = [
        Owned(plugin, document)
        for plugin, document in manager.ask_for("duijie_documents", Document, group=group)
        if _sound(manager, plugin, "duijie_documents", f"document {document.key!r}", document_problems(document))
    ]
    return sorted(found, key=lambda one: manager.precedence(one.plugin)[0] == 0)


def _name_unknown(manager: PluginManager, groups: Groups, actions: dict[str, Owned[Any]]) -> None:
    """Name the rules that call what nobody provides; they stay, and such a call waits until somebody does."""
    for parts in groups:
        for rule in parts.rules:
            for step in rule.steps:
                if step.action and step.action.replace(".", ":", 1) not in actions:
                    manager.record(parts.plugin, "duijie_follow_up_rules", f"rule {rule.key!r}: no plugin provides the action "
                                   f"{step.action!r}; it waits until one does")


def _sound(manager: PluginManager, plugin: str, hook: str, what: str, problems: Iterable[str]) -> bool:
    wrong = list(problems)
    for problem in wrong:
        manager.record(plugin, hook, f"{what} left out: {problem}")
    return not wrong
