"""The advisory groups that are in, gathered once from the plugins and checked."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from duijie.domain.followup import rule_problems
from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.values import Form
from duijie.domain.rules import Rule
from duijie.hooks.capabilities import Metric
from duijie.hooks.declared import (
    department_problems,
    group_problems,
    metric_problems,
    rule_condition_problems,
    rule_topic_problems,
    topic_problems,
)
from duijie.hooks.manager import PluginManager
from duijie.hooks.texts import text_problems
from duijie.hooks.values import AdvisoryGroup, Department

V = TypeVar("V", Form, Department, Rule, Metric)


@dataclass(frozen=True, slots=True)
class GroupParts:
    """A group with all that plugins declared for it. ``plugin`` is whose group it is."""

    plugin: str
    group: AdvisoryGroup
    forms: tuple[Form, ...]
    departments: tuple[Department, ...]
    rules: tuple[Rule, ...]
    metrics: tuple[Metric, ...] = ()

    @property
    def form(self) -> Form:
        """The form at hand: the one that the public page shows first, or that `asking` chose."""
        return self.forms[0]

    def asking(self, key: str) -> "GroupParts | None":
        """The same group with the form named ``key`` at hand; None when it has no such form."""
        chosen = [form for form in self.forms if form.key == key]
        return replace(self, forms=(*chosen, *(f for f in self.forms if f.key != key))) if chosen else None

    def rule(self, key: str) -> Rule | None:
        """The rule named ``key``."""
        return next((r for r in self.rules if r.key == key), None)


class Groups:
    """All groups by key, in the order of their plugins."""

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
    prefixes: dict[str, str] = {}
    for plugin, group in plugins.ask_for("duijie_groups", AdvisoryGroup):
        if taken := parts.get(group.key):
            plugins.record(plugin, "duijie_groups", f"group {group.key!r} belongs to {taken.plugin}")
        elif other := prefixes.get(group.case_prefix):
            plugins.record(plugin, "duijie_groups", f"group {group.key!r}: case_prefix {group.case_prefix!r} belongs to {other}")
        elif found := _parts(plugins, plugin, group, field_types):
            parts[group.key] = found
            prefixes[group.case_prefix] = plugin
    return Groups(list(parts.values()))


def _parts(plugins: PluginManager, owner: str, group: AdvisoryGroup, field_types: Collection[str]) -> GroupParts | None:
    if problems := group_problems(group):
        _leave_out(plugins, owner, group, problems)
        return None
    shelf = _Shelf(plugins, owner, group)
    forms = shelf.take("duijie_intake_forms", Form, lambda form, _: [
        *form_problems(form, field_types), *topic_problems(form, group)])
    departments = shelf.take("duijie_departments", Department, lambda one, _: department_problems(one, group))
    rules = shelf.take("duijie_follow_up_rules", Rule, lambda rule, others: [
        *rule_topic_problems(rule, group), *rule_condition_problems(rule, forms), *text_problems(rule),
        *rule_problems([*others, rule])])
    if not forms:
        shelf.problems.append("it has no intake form")
    if shelf.problems:
        _leave_out(plugins, owner, group, shelf.problems)
        return None
    metrics = shelf.take("duijie_metrics", Metric, lambda metric, _: metric_problems(metric, forms), fatal=False)
    return GroupParts(owner, group, tuple(forms), tuple(departments), tuple(rules), tuple(metrics))


def _leave_out(plugins: PluginManager, owner: str, group: AdvisoryGroup, problems: list[str]) -> None:
    for problem in problems[:50]:
        plugins.record(owner, "duijie_groups", f"group {group.key!r} left out: {problem}")


@dataclass
class _Shelf:
    """Collects what plugins declare for one group. ``problems``: what is wrong in the owner's own part."""

    plugins: PluginManager
    owner: str
    group: AdvisoryGroup
    problems: list[str] = field(default_factory=list)

    def take(self, hook: str, kind: type[V], check: Callable[[V, list[V]], list[str]], *, fatal: bool = True) -> list[V]:
        """The sound items, the owner's first; a key that is taken stays with whoever came first.

        What is wrong in somebody else's part is left out alone; the group does not suffer for it.
        """
        taken: dict[str, str] = {}
        found: list[V] = []
        answers = self.plugins.ask_for(hook, kind, group=self.group.key)
        for plugin, item in sorted(answers, key=lambda answer: answer[0] != self.owner):
            what = f"{kind.__name__.lower()} {item.key!r}"
            if item.key in taken:
                self.plugins.record(plugin, hook, f"{what} of group {self.group.key!r} belongs to {taken[item.key]}")
                continue
            problems = [f"{what}: {problem}" for problem in check(item, found)]
            if plugin == self.owner and fatal:
                self.problems += problems
            for problem in problems if plugin != self.owner or not fatal else ():
                self.plugins.record(plugin, hook, f"left out of group {self.group.key!r}: {problem}")
            if not problems:
                taken[item.key] = plugin
                found.append(item)
        return found
