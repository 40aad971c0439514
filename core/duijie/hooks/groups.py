"""The advisory groups that are in, gathered once from the plugins and checked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from duijie.domain.followup import rule_problems
from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.values import Form
from duijie.domain.rules import Rule
from duijie.hooks.manager import PluginManager
from duijie.hooks.values import AdvisoryGroup, Department

V = TypeVar("V", Form, Department, Rule)


@dataclass(frozen=True, slots=True)
class GroupParts:
    """A group with all that plugins declared for it. ``plugin`` is whose group it is."""

    plugin: str
    group: AdvisoryGroup
    forms: tuple[Form, ...]
    departments: tuple[Department, ...]
    rules: tuple[Rule, ...]

    @property
    def form(self) -> Form:
        """The form that the public page shows."""
        return self.forms[0]

    def rule(self, key: str) -> Rule | None:
        """The rule named ``key``."""
        return next((r for r in self.rules if r.key == key), None)


class Groups:
    """All groups by key, in the order of their names."""

    def __init__(self, parts: list[GroupParts]) -> None:
        self._parts = {p.group.key: p for p in parts}

    def __iter__(self) -> Iterator[GroupParts]:
        return iter(self._parts.values())

    def __len__(self) -> int:
        return len(self._parts)

    def get(self, key: str) -> GroupParts | None:
        """The group named ``key``, or None when its plugin is not here."""
        return self._parts.get(key)


    def with_forms(self, key: str, forms: tuple[Form, ...]) -> "Groups":
        """The same groups, the one named ``key`` with other forms."""
        return Groups([replace(p, forms=forms) if p.group.key == key else p for p in self])


def gather(plugins: PluginManager, field_types: Collection[str] = ()) -> Groups:
    """Ask the plugins for their groups; a group that is wrong is left out and its fault recorded.

    ``field_types`` are the keys of the field types that plugins bring.
    """
    parts: dict[str, GroupParts] = {}
    for plugin, group in plugins.ask_for("duijie_groups", AdvisoryGroup):
        if group.key in parts:
            plugins.record(plugin, "duijie_groups", f"group {group.key!r} belongs to {parts[group.key].plugin}")
        elif found := _parts(plugins, plugin, group, field_types):
            parts[group.key] = found
    return Groups(list(parts.values()))


def _parts(
    plugins: PluginManager, owner: str, group: AdvisoryGroup, field_types: Collection[str]
) -> GroupParts | None:
    forms = _declared(plugins, owner, "duijie_intake_forms", Form, group.key)
    departments = _declared(plugins, owner, "duijie_departments", Department, group.key)
    rules = _declared(plugins, owner, "duijie_follow_up_rules", Rule, group.key)
    problems = [problem for form in forms for problem in form_problems(form, field_types)] + rule_problems(rules)
    if not forms:
        problems.append("it has no intake form")
    for problem in problems:
        plugins.record(owner, "duijie_groups", f"group {group.key!r} left out: {problem}")
    return None if problems else GroupParts(owner, group, tuple(forms), tuple(departments), tuple(rules))


def _declared(plugins: PluginManager, owner: str, hook: str, kind: type[V], group: str) -> list[V]:
    """What all plugins declare for a group, the owner's first; a key that is taken stays with whoever came first."""
    taken: dict[str, str] = {}
    found: list[V] = []
    for plugin, item in sorted(plugins.ask_for(hook, kind, group=group), key=lambda answer: answer[0] != owner):
        if item.key in taken:
            plugins.record(plugin, hook, f"{kind.__name__} {item.key!r} of group {group!r} belongs to {taken[item.key]}")
            continue
        taken[item.key] = plugin
        found.append(item)
    return found
