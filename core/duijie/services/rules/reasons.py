"""Why a case carries its card, and what its rules will do next: from which rule, from which values, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from duijie.domain import rule_words
from duijie.domain.rules import Anchor, Card
from duijie.domain.text import T
from duijie.services.rules.acts import held_by
from duijie.services.rules.arming import card_of
from duijie.services.rules.facts import anchors_of
from duijie.services.rules.ruleset import rule_of
from duijie.services.rules.texts import day_text, stops, why
from duijie.services.work import Work
from duijie.storage.models import Case, FollowUp

MOST_AHEAD: Final = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """A step that fired, or will at ``at``: what it does, why, and what stops it. ``card``: the one it shows."""

    at: datetime
    does: T
    why: T
    stops: T
    card: Card | None = None


def of_card(work: Work, case: Case) -> Sequence[Reason]:
    """The steps whose cards the case carries, the gravest first; none without a card."""
    if case.card is None:
        return []
    fired = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.state == "fired").order_by(FollowUp.fired_at.desc())
    names = {(held.on.value, held.id) for held in anchors_of(work, case)}
    rows = [r for r in work.session.scalars(fired) if card_of(r) is case.card]
    return [_reason(work, row, row.fired_at or row.due_at) for row in rows if (row.anchor, row.anchor_id) in names] or [
        _reason(work, row, row.fired_at or row.due_at) for row in rows[:1]
    ]


def ahead(work: Work, case: Case) -> Sequence[Reason]:
    """What is to come, the next five steps."""
    armed = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.state == "armed")
    rows = work.session.scalars(armed.order_by(FollowUp.due_at, FollowUp.id).limit(MOST_AHEAD))
    return [_reason(work, row, row.due_at) for row in rows]


def _reason(work: Work, row: FollowUp, at: datetime) -> Reason:
    rule, on = rule_of(work, row.group_key, row.rule_key), Anchor(row.anchor)
    if rule is None or row.step >= len(rule.steps):
        gone = T.same(row.rule_key)
        return Reason(at, gone, gone, stops(on), card_of(row))
    step, tied = rule.steps[row.step], day_text(held_by(work, row).at.date(), work.today)
    to = rule_words.to(step)
    does = T("{what} → {to}", en="{what} → {to}").fill(what=rule_words.does(step), to=to) if to.zh else rule_words.does(step)
    return Reason(at, does, why(rule, step, tied, n=row.n), stops(on), card_of(row))
