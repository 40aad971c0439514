"""Follow-up rules of a group: what they do, other delays and recipients, sets that districts have published."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain import rule_words
from duijie.domain.errors import DuijieError, Invalid, NotFound
from duijie.domain.presets import PRESETS
from duijie.domain.rules import Anchor, Rule, Unit, Who
from duijie.domain.text import T
from duijie.services import follow_up
from duijie.services.rules import changing
from duijie.services.rules.changing import StepChange
from duijie.services.work import Work
from duijie.web.access import of_departments, only
from duijie.web.admin.asked import problems_of
from duijie.web.admin.blueprint import admin
from duijie.web.admin.calendar import ADMINS
from duijie.web.errors import status_of
from duijie.web.work import notice, office, read, write


@admin.get("/rules", endpoint="rules")
@only(*ADMINS)
@of_departments
def rules_page() -> ResponseReturnValue:
    """One group's rules, and the sets it may follow."""
    return _page(request.args.get("group", ""))


@admin.post("/rules/<group>/<rule_key>")
@only(*ADMINS)
@of_departments
def change_rule(group: str, rule_key: str) -> ResponseReturnValue:
    """Change a rule's delays, recipients, or switch steps off; ``restore`` makes it as it was."""
    try:
        with write() as work:
            if request.form.get("restore"):
                changing.restore(work, group, rule_key)
            else:
                rule = _rule(work, group, rule_key)
                changing.change(work, group, rule_key, _sent(rule), on=bool(request.form.get("on")))
    except NotFound:
        raise
    except DuijieError as error:
        return _page(group, rule_key, error), status_of(error)
    follow_up.sync_group(office(), group)
    notice(T("已保存，未到的提醒已按新规则重排。", en="Saved; what is still to come follows the rule as it is now."))
    return redirect(url_for("admin.rules", group=group, _anchor=f"rule-{rule_key}"))


@admin.post("/rules/<group>/set/<preset_key>")
@only(*ADMINS)
@of_departments
def take_preset(group: str, preset_key: str) -> ResponseReturnValue:
    """Follow a published set, or give it up."""
    with write() as work:
        if request.form.get("give_up"):
            changing.give_up(work, group, preset_key)
        else:
            changing.take_over(work, group, preset_key)
    follow_up.sync_group(office(), group)
    notice(T("规则已更新；此前已到的时点不再补发。", en="The rules are changed; what was due before is not sent."))
    return redirect(url_for("admin.rules", group=group))


def _page(group_key: str, failed: str = "", error: DuijieError | None = None) -> str:
    with read() as work:
        groups = [parts.group for parts in work.office.groups]
        group_key = group_key or (groups[0].key if groups else "")
        parts = work.parts(group_key)
        if groups and parts is None:
            raise NotFound
        return render_template(
            "admin/rules.html", groups=groups, group=parts.group if parts else None,
            shown=changing.shown(work, group_key) if parts else (), taken=changing.taken_over(work, group_key),
            presets=PRESETS, words=rule_words, units=tuple(Unit), failed=failed, problems=problems_of(error),
            who_for=recipients, earliest=changing.EARLIEST, latest=changing.LATEST,
        )  # fmt: skip


def recipients(rule: Rule) -> tuple[Who, ...]:
    """Whom a rule's messages can go to: nobody has made a promise where no promise is due."""
    return tuple(who for who in Who if who is not Who.PROMISER or rule.on is Anchor.COMMITMENT_DUE)


def _rule(work: Work, group: str, key: str) -> Rule:
    found = next((one.rule for one in changing.shown(work, group) if one.rule.key == key), None)
    if found is None:
        raise NotFound
    return found


def _sent(rule: Rule) -> dict[int, StepChange]:
    """What the form says of each step; a step that it does not name stays as it is."""
    form, found = request.form, dict[int, StepChange]()
    for n, step in enumerate(rule.steps):
        if f"amount-{n}" not in form:
            continue
        amount = form.get(f"amount-{n}", type=int)
        if amount is None:
            raise Invalid.field(f"step-{n}", f"第 {n + 1} 步：请填写数字。", f"Step {n + 1}: enter a number.")
        unit = form.get(f"unit-{n}", "")
        chosen = [who for who in recipients(rule) if who.value in form.getlist(f"to-{n}")]
        after = replace(step.after, unit=Unit(unit) if unit in set(Unit) else step.after.unit)
        hour = form.get(f"hour-{n}", step.after.at_hour, type=int)
        found[n] = StepChange(amount, after.unit, hour, tuple(chosen), on=bool(form.get(f"on-{n}")))
    return found
