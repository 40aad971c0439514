"""Makes the armed steps of a case match its facts.

What is past when it is armed: a step that warns before a due date is skipped (a promise made today for
tomorrow needs no "three days before"); of the steps that state a fact, the last one past is run (with those of
the same moment: to remind somebody is not to have an action done) and the earlier ones are skipped, so that
somebody late hears it once and in full. Of a step that repeats, one firing stands for all that were missed.
Skipped steps stay in the table with the reason.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from duijie.domain.followup import DATES, MOMENTS, firing_moment
from duijie.domain.rules import Act, Anchor, Card, Rule, Step
from duijie.services.rules.facts import UNDER_WAY, Held, anchors_of
from duijie.services.rules.ruleset import applies, in_force_since, rules_of
from duijie.services.work import Work
from duijie.storage.models import Case, FollowUp

_RANK = {Card.BLUE: 1, Card.YELLOW: 2, Card.RED: 3}
TOO_LATE = "already past when it was armed"
OVERTAKEN = "a later step was past as well"
MISSED = "missed while nothing ran: one firing stands for all repeats that were past"
ENDED = "what it was tied to ended"
OTHERWISE = "its condition does not hold any more"
BEFORE = "due before the rule was as it is now"
OFF = "an administrator switched it off"


def sync(work: Work, case: Case) -> None:
    """Make the armed steps of ``case`` match its facts: stop what ended, arm what now holds.

    Called after every change of state, assignment, deadline, commitment or rating; a second call changes
    nothing.
    """
    work.session.flush()
    lock_case(work, case.id)
    rules = rules_of(work, case.group_key)
    mine = select(FollowUp).where(FollowUp.case_id == case.id).execution_options(populate_existing=True)
    rows = list(work.session.scalars(mine.order_by(FollowUp.id)))
    wanted = {rule.on for rule in rules} | {Anchor(row.anchor) for row in rows}  # a rule may be gone with its plugin: it waits
    held = anchors_of(work, case, wanted, {rule.event for rule in rules if rule.event})
    names = {(anchor.on.value, anchor.id) for anchor in held}
    _stop((row for row in rows if row.anchor not in MOMENTS and (row.anchor, row.anchor_id) not in names), ENDED)
    for anchor in held:
        own = [row for row in rows if (row.anchor, row.anchor_id) == (anchor.on.value, anchor.id)]
        for rule in rules:
            if _tied(work, rule, anchor, case):
                (_arm_moment if anchor.on in MOMENTS else _arm)(work, case, rule, anchor, own)
            elif rule.on is anchor.on:
                _stop((row for row in own if row.rule_key == rule.key), OTHERWISE)
    _stop((row for row in rows if _switched_off(row, rules)), OFF)
    _show_card(case, [row for row in rows if (row.anchor, row.anchor_id) in names or _still_marks(case, row)])
    work.session.flush()


def holds_still(work: Work, case: Case, row: FollowUp) -> bool:
    """Whether what ``row`` is tied to has not ended, also where nobody called `sync` about it."""
    held = anchors_of(work, case, {Anchor(row.anchor)})
    return any((one.on.value, one.id) == (row.anchor, row.anchor_id) for one in held)


def skip_missed(work: Work, fired: FollowUp) -> None:
    """Of a moment's step every repeat is armed at once: the one that ran late stands for all that were missed."""
    repeats = select(FollowUp).where(
        FollowUp.case_id == fired.case_id, FollowUp.anchor == fired.anchor, FollowUp.anchor_id == fired.anchor_id,
        FollowUp.rule_key == fired.rule_key, FollowUp.step == fired.step,
    )  # fmt: skip
    for row in work.session.scalars(repeats.where(FollowUp.state == "armed", FollowUp.due_at <= work.now)):
        row.state, row.stop_reason = "skipped", MISSED


def lock_case(work: Work, case_id: int) -> None:
    """Let nobody else arm, stop or fire this case's steps until the transaction ends; waits for whoever does.

    On SQLite the transaction that writes holds the lock already.
    """
    if not work.office.database.is_sqlite:
        work.session.scalar(select(Case.id).where(Case.id == case_id).with_for_update())


def key_of(case_id: int, anchor: Held, rule: Rule, step: int, n: int) -> str:
    """The key that lets a step fire once and never again."""
    return f"{case_id}:{anchor.on.value}:{anchor.id}:{rule.key}:{step}:{n}"


def _stop(rows: Iterable[FollowUp], reason: str) -> None:
    for row in rows:
        if row.state == "armed":
            row.state, row.stop_reason = "stopped", reason


def _tied(work: Work, rule: Rule, anchor: Held, case: Case) -> bool:
    """Whether ``rule`` is about ``anchor`` and for ``case``."""
    same = rule.on is anchor.on and rule.event == anchor.event
    return same and applies(work, rule, case, anchor.department_id)


def _switched_off(row: FollowUp, rules: Iterable[Rule]) -> bool:
    rule = next((one for one in rules if one.key == row.rule_key), None)
    return rule is not None and row.step < len(rule.steps) and not rule.steps[row.step].on


def _still_marks(case: Case, row: FollowUp) -> bool:
    """The card of a moment (a bad rating) stays until the case is answered."""
    since = case.answered_at or case.received_at
    return row.anchor in MOMENTS and case.state in UNDER_WAY and row.fired_at is not None and row.fired_at >= since


def _arm(work: Work, case: Case, rule: Rule, anchor: Held, own: list[FollowUp]) -> None:
    """Arm the next firing of every step, and skip what is past and has lost its sense."""
    mine = [row for row in own if row.rule_key == rule.key]
    fresh = [
        _next(work, case, rule, anchor, index, [r for r in mine if r.step == index])
        for index, step in enumerate(rule.steps)
        if step.on
    ]
    past = [row for row in fresh if row and row.due_at <= work.now]
    late = [*past, *(row for row in mine if row.state == "armed" and row.due_at <= work.now and row not in past)]
    _skip_old(work, case, rule, late)
    past = [row for row in past if row.state == "armed"]
    facts = [row for row in past if not _warns(rule, row)]
    last = max((row.due_at for row in facts), default=None)
    for row in past:
        if row.due_at != last or _warns(rule, row):
            row.state = "skipped"
            row.stop_reason = TOO_LATE if _warns(rule, row) else OVERTAKEN
    for row in late:
        if row.state == "skipped":  # its repeats are still to come
            _next(work, case, rule, anchor, row.step, [row])


def _skip_old(work: Work, case: Case, rule: Rule, late: list[FollowUp]) -> None:
    """Skip what was due before an administrator made the rule as it is."""
    since = in_force_since(work, case.group_key).get(rule.key) if late else None
    for row in late:
        if since and row.due_at < since:
            row.state, row.stop_reason = "skipped", BEFORE


def _arm_moment(work: Work, case: Case, rule: Rule, anchor: Held, own: list[FollowUp]) -> None:
    """Arm every firing that a moment sets off, once: nobody looks at the moment again later."""
    there = {(row.step, row.n) for row in own if row.rule_key == rule.key}
    for index, step in enumerate(rule.steps):
        for n in range(1, step.times + 1):
            if step.on and (index, n) not in there:
                new_row(work, case, rule, anchor, index, n, firing_moment(step, n, anchor.at, work.calendar))


def _warns(rule: Rule, row: FollowUp) -> bool:
    return rule.on in DATES and rule.steps[row.step].after.amount < 0


def _next(
    work: Work, case: Case, rule: Rule, anchor: Held, index: int, rows: list[FollowUp]
) -> FollowUp | None:
    """The firing of one step that has just become armed; one that was armed only learns a new date."""
    step, last = rule.steps[index], max(rows, key=lambda r: r.n, default=None)
    if last is not None and last.state in ("armed", "stopped"):
        return _again(work, step, anchor, last)
    first = last.n + 1 if last else 1
    missed = _missed(work, step, first, anchor)
    n = max(first, missed + (last is not None))  # of a new step the last one missed is run, else one has run just now
    for number in range(first, min(n, step.times + 1)):
        gone = new_row(work, case, rule, anchor, index, number, firing_moment(step, number, anchor.at, work.calendar))
        gone.state, gone.stop_reason = "skipped", MISSED
    if n > step.times:
        return None
    row = new_row(work, case, rule, anchor, index, n, firing_moment(step, n, anchor.at, work.calendar))
    return row if last is None else None


def _again(work: Work, step: Step, anchor: Held, row: FollowUp) -> FollowUp | None:
    """A firing that waits learns its date; one that was stopped is armed again, and answered."""
    if row.n > step.times:
        return None
    row.due_at = firing_moment(step, row.n, anchor.at, work.calendar)
    if row.state == "armed":
        return None
    row.state, row.stop_reason = "armed", ""
    return row


def _missed(work: Work, step: Step, first: int, anchor: Held) -> int:
    """The last firing from ``first`` on whose moment is past; 0 when none is. Missed repeats count as one."""
    moments = ((n, firing_moment(step, n, anchor.at, work.calendar)) for n in range(first, step.times + 1))
    return max((n for n, moment in moments if moment <= work.now), default=0)


def new_row(
    work: Work, case: Case, rule: Rule, anchor: Held, index: int, n: int, due: datetime
) -> FollowUp:
    """A new firing of a case that this transaction has locked, and which has none of this key yet."""
    row = FollowUp(
        key=key_of(case.id, anchor, rule, index, n), case_id=case.id, group_key=case.group_key,
        rule_key=rule.key, step=index, n=n, anchor=anchor.on.value, anchor_id=anchor.id, due_at=due, state="armed",
        why={
            "at": anchor.at.isoformat(),
            "department": anchor.department_id,
            "commitment": anchor.commitment_id,
        },
    )  # fmt: skip
    work.session.add(row)
    return row


def card_of(row: FollowUp) -> Card | None:
    """The card that a fired step put on its case."""
    return Card(row.why["card"]) if row.state == "fired" and row.why.get("card") else None


def _show_card(case: Case, rows: list[FollowUp]) -> None:
    """The gravest card whose reason still holds; none when all have ended."""
    cards = [card for row in rows if (card := card_of(row))]
    gravest = max(cards, key=_RANK.__getitem__, default=None)
    if case.card is not gravest:
        case.card = gravest


def shows(act: Act, card: Card | None) -> Card | None:
    """The card that an act shows: an escalation is always red."""
    return Card.RED if act is Act.ESCALATE else card if act is Act.FLAG else None
