"""The dry run of a group's rules: what would go to whom and when, as a picture and as a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

from flask import render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain import rule_words
from duijie.domain.errors import NotFound
from duijie.domain.presets import PRESETS
from duijie.domain.rules import Act, Card, Rule
from duijie.domain.text import T
from duijie.services.rules import dry_run
from duijie.services.rules.dry_run import Would
from duijie.services.rules.ruleset import rules_of, with_preset
from duijie.web.access import of_departments, only
from duijie.web.admin.blueprint import admin
from duijie.web.admin.calendar import ADMINS
from duijie.web.work import read

MOST_SHOWN = 200
WIDTH, LEFT, LANE, TOP = 1000, 250, 40, 34  # of the picture, in its own units


@dataclass(frozen=True, slots=True)
class Dot:
    """Some messages of one rule in one part of the time; ``colour`` is a card's, or plain."""

    x: float
    y: float
    r: float
    count: int
    colour: str
    day: date


@dataclass(frozen=True, slots=True)
class Picture:
    """A lane for each rule, a dot for each part of the time in which it would speak; ``ticks`` are (x, day)."""

    lanes: Sequence[tuple[float, T]]
    dots: Sequence[Dot]
    ticks: Sequence[tuple[float, date]]
    height: int


@admin.get("/rules/dry-run", endpoint="dry_run")
@only(*ADMINS)
@of_departments
def dry_run_page() -> ResponseReturnValue:
    """The next 60 days, and the last year."""
    group, preset = request.args.get("group", ""), request.args.get("set", "")
    with read() as work:
        parts = work.parts(group)
        if parts is None:
            raise NotFound
        rules = with_preset(work, group, preset) if preset else rules_of(work, group)
        found = dry_run.run(work, group, rules)
        start = datetime.combine(work.today, datetime.min.time(), work.local(work.now).tzinfo)
        return render_template(
            "admin/dry_run.html", group=parts.group, set=next((p for p in PRESETS if p.key == preset), None), found=found,
            ahead=picture(found.coming, start, timedelta(days=1), 60), words=rule_words, shown=MOST_SHOWN,
            back=picture(found.past, start - 52 * timedelta(days=7), timedelta(days=7), 53),
            busiest=Counter(name for one in found.coming for name in one.to).most_common(8),
        )  # fmt: skip


def picture(found: Sequence[Would], start: datetime, part: timedelta, parts: int) -> Picture:
    """``found`` drawn over ``parts`` parts of the time from ``start`` (local)."""
    rules: dict[str, Rule] = {one.rule.key: one.rule for one in found}
    lanes = {key: TOP + LANE * (n + 0.5) for n, key in enumerate(rules)}
    step = (WIDTH - LEFT - 20) / parts
    counts = Counter((one.rule.key, (one.at - start) // part, colour_of(one)) for one in found)
    dots = [
        Dot(LEFT + step * (at + 0.5), lanes[key], min(16.0, 4.5 + 2.5 * sqrt(n)), n, colour, (start + part * at).date())
        for (key, at, colour), n in sorted(counts.items(), key=lambda item: -item[1])
    ]
    every = max(1, parts // 8)
    ticks = [(LEFT + step * (n + 0.5), (start + part * n).date()) for n in range(0, parts, every)]
    return Picture([(lanes[key], rule.title) for key, rule in rules.items()], dots, ticks, TOP + LANE * len(rules) + 10)


def colour_of(one: Would) -> str:
    """The card that a step shows; an escalation is always red."""
    card = Card.RED if one.step.do is Act.ESCALATE else one.step.card
    return card.value if card else "plain"
