"""The advisory groups that are in, gathered once from the plugins and checked."""

from collections.abc import Iterator
from dataclasses import dataclass

from duijie.domain.followup import rule_problems
from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.values import Form
from duijie.domain.rules import Rule
from duijie.hooks.manager import PluginManager
from duijie.hooks.values import AdvisoryGroup, Department


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


def gather(plugins: PluginManager) -> Groups:
    """Ask the plugins for their groups; a group that is wrong is left out and its fault recorded."""
    parts: dict[str, GroupParts] = {}
    for plugin, group in plugins.ask_for("duijie_groups", AdvisoryGroup):
        if group.key in parts:
            plugins.record(plugin, "duijie_groups", f"group {group.key!r} belongs to {parts[group.key].plugin}")
        elif found := _parts(plugins, plugin, group):
            parts[group.key] = found
    return Groups(list(parts.values()))


def _parts(plugins: PluginManager, plugin: str, group: AdvisoryGroup) -> GroupParts | None:
    forms = [form for _, form in plugins.ask_for("duijie_intake_forms", Form, group=group.key)]
    departments = [d for _, d in plugins.ask_for("duijie_departments", Department, group=group.key)]
    rules = [r for _, r in plugins.ask_for("duijie_follow_up_rules", Rule, group=group.key)]
    problems = [problem for form in forms for problem in form_problems(form)]
    if not forms:
        problems.append(f"group {group.key!r} has no intake form")
    problems += _twice("form", [f.key for f in forms]) + _twice("department", [d.key for d in departments])
    problems += _twice("rule", [r.key for r in rules]) + rule_problems(rules)
    for problem in problems:
        plugins.record(plugin, "duijie_groups", f"group {group.key!r} left out: {problem}")
    if problems:
        return None
    return GroupParts(plugin, group, tuple(forms), tuple(departments), tuple(rules))


def _twice(what: str, keys: list[str]) -> list[str]:
    return [f"{what} {key!r} is declared twice" for key in sorted({k for k in keys if keys.count(k) > 1})]
