"""The rules that are in force for a group: the plugin's, with what an administrator changed, and whom they apply to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from duijie.domain.forms.conditions import holds, named_fields
from duijie.domain.presets import PRESETS
from duijie.domain.rules import CASE_FACTS, Delay, Rule, Step, Unit, Who
from duijie.services.work import Work
from duijie.storage.models import Case, Department, Rating, RuleChange, Submission

_KEPT = "duijie_rules"


def rules_of(work: Work, group_key: str) -> tuple[Rule, ...]:
    """The rules of a group as they stand now; none when its plugin is not here. Read once for each transaction."""
    kept: dict[str, tuple[Rule, ...]] = work.session.info.setdefault(_KEPT, {})
    if group_key not in kept:
        parts = work.parts(group_key)
        changes = select(RuleChange).where(RuleChange.group_key == group_key).order_by(RuleChange.id)
        rows = {row.rule_key: row for row in work.session.scalars(changes)}
        kept[group_key] = _in_force(parts.rules if parts else (), rows) if parts else ()
    return kept[group_key]


def with_preset(work: Work, group_key: str, preset: str) -> tuple[Rule, ...]:
    """The rules as they would be if the group followed a set besides; unknown sets change nothing."""
    found = {rule.key: rule for rule in rules_of(work, group_key)}
    added = next((one.rules for one in PRESETS if one.key == preset), ())
    return tuple((found | {rule.key: rule for rule in added}).values())


def in_force_since(work: Work, group_key: str) -> Mapping[str, datetime]:
    """When an administrator last changed a rule, by its key: what was due before is not said any more."""
    rows = select(RuleChange.rule_key, RuleChange.at).where(RuleChange.group_key == group_key)
    return dict(work.session.execute(rows).all())


def rule_of(work: Work, group_key: str, key: str) -> Rule | None:
    """The rule named ``key`` of a group."""
    return next((rule for rule in rules_of(work, group_key) if rule.key == key), None)


def forget(work: Work) -> None:
    """Read the rules anew: an administrator has just changed them."""
    work.session.info.pop(_KEPT, None)


def changed(rule: Rule, row: RuleChange) -> Rule:
    """``rule`` with what ``row`` changes in it."""
    steps = [_step(step, row.steps.get(str(n), {}), off=row.off) for n, step in enumerate(rule.steps)]
    return replace(rule, steps=tuple(steps))


def of_preset(preset: str, key: str) -> Rule | None:
    """The rule ``key`` of a preset; None when there is none of that name any more."""
    found = next((one for one in PRESETS if one.key == preset), None)
    return next((rule for rule in found.rules if rule.key == key), None) if found else None


def applies(work: Work, rule: Rule, case: Case, department_id: int | None = None) -> bool:
    """Whether ``rule`` is for ``case``: its topics, its condition on the answers and on the case."""
    if rule.topics and case.topic not in rule.topics:
        return False
    return rule.when is None or holds(rule.when, _values(work, rule, case, department_id))


def _in_force(own: tuple[Rule, ...], rows: Mapping[str, RuleChange]) -> tuple[Rule, ...]:
    found = {rule.key: rule for rule in own}
    for key, row in rows.items():
        base = of_preset(row.preset, key) if row.preset else found.get(key)
        if base is not None:
            found[key] = changed(base, row)
    return tuple(found.values())


def _step(step: Step, change: Mapping[str, Any], *, off: bool) -> Step:
    after = step.after
    delay = Delay(
        change.get("amount", after.amount), Unit(change.get("unit", after.unit)), change.get("hour", after.at_hour)
    )
    to = tuple(Who(who) for who in change["to"]) if "to" in change else step.to
    return replace(step, after=delay, to=to, on=step.on and not off and not change.get("off", False))


def _values(work: Work, rule: Rule, case: Case, department_id: int | None) -> dict[str, Any]:
    """What the rule's condition looks at; only what it names is read."""
    named = named_fields(rule.when) if rule.when else set()
    values: dict[str, Any] = {}
    if named - CASE_FACTS:
        said = work.session.scalar(select(Submission).where(Submission.case_id == case.id))
        values |= said.answers if said else {}
    values |= {
        "case.topic": case.topic, "case.source": case.source, "case.priority": case.priority,
        "case.reopened": case.reopened, "case.area": case.area.key, "case.area_kind": case.area.kind,
    }  # fmt: skip
    if "case.stars" in named:
        last = select(Rating.stars).where(Rating.case_id == case.id).order_by(Rating.id.desc()).limit(1)
        values["case.stars"] = work.session.scalar(last)
    if "case.department" in named and department_id is not None:
        values["case.department"] = work.session.get_one(Department, department_id).key
    return values
