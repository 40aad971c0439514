"""What an administrator changes in a group's rules: delays, recipients, on or off, sets taken over; and back again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid, NotFound, Problem
from duijie.domain.followup import DATES, rule_problems
from duijie.domain.presets import PRESETS, Preset
from duijie.domain.rules import Act, Rule, Step, Unit, Who
from duijie.domain.text import T
from duijie.services.rules import ruleset
from duijie.services.work import Work
from duijie.storage.models import RuleChange

EARLIEST: Final = -60
LATEST: Final = 366


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule as it is in force, beside what it was before anybody changed it. ``preset``: the set it came from."""

    rule: Rule
    original: Rule
    preset: Preset | None
    row: RuleChange | None

    @property
    def changed(self) -> bool:
        """Whether it is other than the plugin, or the set it came from, says."""
        return self.rule != self.original

    @property
    def on(self) -> bool:
        """Whether any of its steps is on."""
        return any(step.on for step in self.rule.steps)


@dataclass(frozen=True, slots=True)
class StepChange:
    """How a step shall be: its delay (``hour`` is local), who gets it, whether it is on."""

    amount: int
    unit: Unit
    hour: int
    to: tuple[Who, ...]
    on: bool = True


def shown(work: Work, group_key: str) -> list[Shown]:
    """The rules of a group with their originals, in their order."""
    parts = work.parts(group_key)
    own = {rule.key: rule for rule in parts.rules} if parts else {}
    rows = _rows(work, group_key)
    found = []
    for rule in ruleset.rules_of(work, group_key):
        row = rows.get(rule.key)
        original = ruleset.of_preset(row.preset, rule.key) if row and row.preset else own.get(rule.key)
        found.append(Shown(rule, original or rule, _preset(row.preset) if row and row.preset else None, row))
    return found


def change(work: Work, group_key: str, rule_key: str, steps: Mapping[int, StepChange], *, on: bool = True) -> None:
    """Change a rule's steps; those left out stay as they are. Raises Forbidden, NotFound, Invalid (``step-N``)."""
    _check(work)
    one = next((s for s in shown(work, group_key) if s.rule.key == rule_key), None)
    if one is None:
        raise NotFound
    wanted = {str(n): _differs(one.original.steps[n], to) for n, to in steps.items() if n < len(one.original.steps)}
    row = one.row or RuleChange(group_key=group_key, rule_key=rule_key)
    row.steps = {**(row.steps or {}), **wanted}
    row.steps = {n: what for n, what in row.steps.items() if what}
    row.off, row.by, row.at = not on, work.actor.name, work.now
    _check_sound(ruleset.changed(one.original, row), one.original)
    work.session.add(row)
    _said(work, T("“{rule}”", en="“{rule}”").fill(rule=one.rule.title))


def restore(work: Work, group_key: str, rule_key: str) -> None:
    """The rule is again what its plugin, or the set it came from, says. Raises Forbidden, NotFound."""
    _check(work)
    one = next((s for s in shown(work, group_key) if s.rule.key == rule_key), None)
    if one is None or one.row is None:
        raise NotFound
    row = one.row
    if row.preset:
        row.steps, row.off, row.by, row.at = {}, False, work.actor.name, work.now
    else:
        work.session.delete(row)
    _said(work, T("恢复“{rule}”", en="“{rule}” as it was").fill(rule=one.rule.title))


def take_over(work: Work, group_key: str, preset_key: str) -> int:
    """Add a set's rules; one of the same name takes the place of the plugin's. Answers how many rules it has.

    Raises Forbidden, NotFound.
    """
    _check(work)
    preset = _preset(preset_key)
    if preset is None or work.parts(group_key) is None:
        raise NotFound
    rows = _rows(work, group_key)
    for rule in preset.rules:
        row = rows.get(rule.key) or RuleChange(group_key=group_key, rule_key=rule.key)
        row.preset, row.steps, row.off = preset.key, {}, False
        row.by, row.at = work.actor.name, work.now
        work.session.add(row)
    _said(work, T("采用“{set}”", en="took over “{set}”").fill(set=preset.title))
    return len(preset.rules)


def give_up(work: Work, group_key: str, preset_key: str) -> None:
    """Take a set's rules out again; the plugin's own of the same names come back. Raises Forbidden, NotFound."""
    _check(work)
    rows = [row for row in _rows(work, group_key).values() if row.preset == preset_key]
    if not rows:
        raise NotFound
    for row in rows:
        work.session.delete(row)
    preset = _preset(preset_key)
    _said(work, T("不再采用“{set}”", en="gave up “{set}”").fill(set=preset.title if preset else preset_key))


def taken_over(work: Work, group_key: str) -> set[str]:
    """The keys of the sets that the group follows."""
    return {row.preset for row in _rows(work, group_key).values() if row.preset}


def _differs(original: Step, to: StepChange) -> dict[str, Any]:
    after = original.after
    was = (after.amount, after.unit, after.at_hour, original.to, original.on)
    if was == (to.amount, to.unit, to.hour, to.to, to.on):
        return {}
    return {"amount": to.amount, "unit": to.unit.value, "hour": to.hour, "to": [w.value for w in to.to], "off": not to.on}


def _check_sound(rule: Rule, original: Rule) -> None:
    found = [p for n, step in enumerate(rule.steps) for p in _problems(n, step, rule, original.steps[n])]
    if not found and rule_problems([rule]):
        found = [Problem("", T("改动后规则不能运行，请检查时间和收件人。",
                               en="The rule cannot run like this. Check the times and who gets it."))]
    if found:
        raise Invalid(*found)


def _problems(n: int, step: Step, rule: Rule, original: Step) -> Sequence[Problem]:
    after, field = step.after, f"step-{n}"
    found = []
    if not EARLIEST <= after.amount <= LATEST or not 0 <= after.at_hour <= 23:
        found.append(Problem(field, T(f"第 {n + 1} 步：时间应在 {EARLIEST} 到 {LATEST} 之间，钟点 0 到 23。",
                                      en=f"Step {n + 1}: enter {EARLIEST} to {LATEST}, and an hour from 0 to 23.")))
    if after.amount < 0 and rule.on not in DATES:
        found.append(Problem(field, T(f"第 {n + 1} 步：只有到期日之前才能提前。",
                                      en=f"Step {n + 1}: only a due date has a time before it.")))
    if not step.to and (original.to or step.do is Act.REMIND):
        found.append(Problem(field, T(f"第 {n + 1} 步：请至少选一个收件人，或关闭这一步。",
                                      en=f"Step {n + 1}: choose somebody who gets it, or switch the step off.")))
    return found


def _rows(work: Work, group_key: str) -> dict[str, RuleChange]:
    rows = select(RuleChange).where(RuleChange.group_key == group_key).order_by(RuleChange.id)
    return {row.rule_key: row for row in work.session.scalars(rows)}


def _preset(key: str) -> Preset | None:
    return next((one for one in PRESETS if one.key == key), None)


def _said(work: Work, what: T) -> None:
    work.record("rules.changed", "rules", None, what=what)
    work.session.flush()
    ruleset.forget(work)


def _check(work: Work) -> None:
    if not work.actor.keeps_departments:
        raise Forbidden
