"""When the steps of follow-up rules fire, and which rules are refused. Pure: no clock, no database."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from duijie.domain.events import KINDS
from duijie.domain.rules import Act, Anchor, Delay, Rule, Step, Unit, Who
from duijie.domain.working_days import MAX_SPAN, WorkingCalendar

MOST_FIRINGS: Final = 60  # of one step; more is a mistake, not a reminder
FURTHEST: Final = {Unit.WORKING_DAYS: MAX_SPAN, Unit.CALENDAR_DAYS: 3_000, Unit.HOURS: 72_000}
"""Some eight years: nobody waits longer, and much further on the calendar itself ends."""
OFFICE_CLOSES: Final = 18  # local hour at which a due date is over, for delays in hours
DATES: Final = frozenset({Anchor.LEAD_DUE, Anchor.CO_DUE, Anchor.COMMITMENT_DUE, Anchor.MEETING_DAY})
MOMENTS: Final = frozenset({Anchor.RATED_BADLY, Anchor.NOT_HEARD, Anchor.REVISITED_BADLY, Anchor.EVENT})
PAUSED: Final = frozenset({Anchor.LEAD_DUE, Anchor.CO_DUE})
"""The clocks that stand still while the requester has to answer a question."""

OWN_EVENTS: Final = frozenset({
    "case.flagged", "case.supervised", "case.closed", "case.reopened", "case.carried_over", "case.revisit_planned",
    "case.acted",
})
"""What rules themselves write: a rule tied to one of these could set itself off for ever."""


@dataclass(frozen=True, slots=True)
class Firing:
    """The ``n``-th firing (from 1) of a rule's step (its index), and its moment in local time."""

    step: int
    n: int
    at: datetime


def plan_of(rule: Rule, anchor: datetime, calendar: WorkingCalendar) -> list[Firing]:
    """Every firing of ``rule`` from ``anchor`` (aware, local), in order of time: a dry run."""
    firings = [
        Firing(index, n, firing_moment(step, n, anchor, calendar))
        for index, step in enumerate(rule.steps)
        for n in range(1, step.times + 1)
    ]
    return sorted(firings, key=lambda f: (f.at, f.step, f.n))


def firing_moment(step: Step, n: int, anchor: datetime, calendar: WorkingCalendar) -> datetime:
    """The local moment of the ``n``-th firing; a repeat keeps the hour of the first. ``anchor`` is aware."""
    first = shifted(anchor, step.after, calendar)
    if n == 1 or step.every is None:
        return first
    every = step.every
    return shifted(first, Delay(every.amount * (n - 1), every.unit, first.hour), calendar)


def shifted(anchor: datetime, delay: Delay, calendar: WorkingCalendar) -> datetime:
    """``anchor`` moved by ``delay``, in its own time zone. Days land on the delay's hour; hours are real."""
    if delay.unit is Unit.HOURS:
        return (anchor.astimezone(UTC) + timedelta(hours=delay.amount)).astimezone(anchor.tzinfo)
    if delay.unit is Unit.CALENDAR_DAYS:
        day = anchor.date() + timedelta(days=delay.amount)
    else:
        day = calendar.day_after(anchor.date(), delay.amount)
    return datetime(day.year, day.month, day.day, delay.at_hour, tzinfo=anchor.tzinfo)


def still_sensible(step: Step, on: Anchor, anchor: datetime, now: datetime) -> bool:
    """Whether a late step may still run: what warns of a due date has lost its sense once that date is over.

    What states a fact (overdue, answered, closed) stays true however late it is said.
    """
    warns = on in DATES and step.after.amount <= 0
    return not warns or now.astimezone(anchor.tzinfo).date() <= anchor.date()


def rule_problems(rules: Iterable[Rule]) -> list[str]:
    """What is wrong with a group's rules, a sentence each; empty when they may run.

    A round that rules alone could drive for ever is refused: reopening needs a person to have spoken each
    time (a bad rating, a new promise), closing needs an answer, and a repeat needs an end.
    """
    return [f"rule {rule.key!r}{where}: {problem}" for rule in rules for where, problem in _problems(rule)]


_ALLOWED: Final = {
    Act.REOPEN: (frozenset({Anchor.RATED_BADLY, Anchor.REVISITED_BADLY, Anchor.COMMITMENT_DUE}),
                 "reopening without a person having spoken could go round for ever"),
    Act.CLOSE: (frozenset({Anchor.ANSWERED}), "only an answered case can be closed by a rule"),
    Act.ASK_RATING: (frozenset({Anchor.ANSWERED, Anchor.CLOSED}),
                     "there is nothing to rate before the answer"),
    Act.CARRY_OVER: (frozenset({Anchor.NOT_HEARD}), "only what was not heard is carried over"),
    Act.REVISIT: (frozenset({Anchor.ANSWERED, Anchor.CLOSED}), "a revisit asks how the answer turned out"),
}  # fmt: skip


def _problems(rule: Rule) -> Iterator[tuple[str, str]]:
    if not rule.steps:
        yield "", "it has no steps"
    if not 1 <= rule.stars <= 5:
        yield "", "stars must be 1 to 5"
    yield from _event_problems(rule)
    for number, step in enumerate(rule.steps, 1):
        for problem in (*_act_problems(rule.on, step), *_time_problems(rule.on, step)):
            yield f", step {number}", problem


def _event_problems(rule: Rule) -> Iterator[tuple[str, str]]:
    if (rule.on is Anchor.EVENT) != bool(rule.event):
        yield "", "an event goes with Anchor.EVENT, and only with it"
    if rule.event in OWN_EVENTS:
        yield "", f"{rule.event} is written by rules: the rule could set itself off for ever"
    elif rule.event and (rule.event not in KINDS or not rule.event.startswith("case.")):
        yield "", f"no case has an entry {rule.event!r} in its history"


def _act_problems(on: Anchor, step: Step) -> Iterator[str]:
    anchors, reason = _ALLOWED.get(step.do, (frozenset(Anchor), ""))
    if on not in anchors:
        yield f"{step.do} on {on}: {reason}"
    if step.do is Act.REMIND and not step.to:
        yield "a reminder needs somebody to remind"
    if step.do is Act.FLAG and step.card is None:
        yield "a flag needs a card"
    if (step.do is Act.CALL) != bool(re.fullmatch(r"[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*", step.action)):
        yield "an action, written <plugin>.<key>, goes with Act.CALL, and only with it"
    if Who.PROMISER in step.to and on is not Anchor.COMMITMENT_DUE:
        yield f"nobody made a promise on {on}"


def _time_problems(on: Anchor, step: Step) -> Iterator[str]:
    if step.after.amount < 0 and on not in DATES:
        yield "a step before its anchor needs a due date"
    if abs(step.after.amount) > FURTHEST[step.after.unit]:
        yield f"its delay is beyond {FURTHEST[step.after.unit]} {step.after.unit}"
    if not 0 <= step.after.at_hour <= 23:
        yield "the hour must be 0 to 23"
    if not 1 <= step.times <= MOST_FIRINGS:
        yield f"times must be 1 to {MOST_FIRINGS}"
    if step.times > 1 and (step.every is None or step.every.amount < 1):
        yield "a step that repeats needs a positive `every`"
    elif step.every and step.every.amount * (step.times - 1) > FURTHEST[step.every.unit]:
        yield f"its last repeat is beyond {FURTHEST[step.every.unit]} {step.every.unit}"
    if step.times > 1 and step.do in (Act.REOPEN, Act.CLOSE, Act.CARRY_OVER, Act.REVISIT):
        yield f"{step.do} cannot be repeated"
