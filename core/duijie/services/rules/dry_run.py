"""What a set of rules would send, to whom and when: over the open cases, and over the year that has passed.

Nothing is changed. The past is read from the records' own times (when a case was assigned, taken up, answered,
closed; when a promise fell due and was kept): what somebody would have been told if these rules had been in force.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from duijie.domain.followup import MOMENTS, plan_of
from duijie.domain.rules import Anchor, Rule, Step, Who
from duijie.domain.states import AssignmentRole, CaseState
from duijie.services.rules.acts import held_by, recipients_of
from duijie.services.rules.facts import GONE, Held, anchors_of, due_end
from duijie.services.rules.people import addressees
from duijie.services.rules.ruleset import applies
from duijie.services.work import Work
from duijie.storage.models import Case, Event, FollowUp, Revisit

AHEAD: Final = timedelta(days=60)
BACK: Final = timedelta(days=365)
MOST_CASES: Final = 400
_EVENTS: Final = {Anchor.NOT_HEARD: "case.not_heard"}


@dataclass(frozen=True, slots=True)
class Would:
    """One firing: when (local time), for which case, by which step of which rule, and whom it would reach by name."""

    at: datetime
    case: Case
    rule: Rule
    step: Step
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would come in the next 60 days, and what would have come in the last 365. ``cut``: more cases than looked at."""

    coming: Sequence[Would]
    past: Sequence[Would]
    cases: int
    past_cases: int
    cut: bool


@dataclass
class _Names:
    """Who is behind a step, looked up once for all cases of one area and department."""

    work: Work
    known: dict[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict)

    def of(self, case: Case, held: Held, step: Step) -> tuple[str, ...]:
        """The names of all that a step would reach."""
        who = recipients_of(step)
        own = case.id if {Who.CO, Who.REQUESTER}.intersection(who) else 0
        key = (case.area_id, held.department_id, held.on is Anchor.CO_DUE, who, own)
        if key not in self.known:
            people = addressees(self.work, case, held, who)
            self.known[key] = tuple(person.to.name or case.requester for person in people)
        return self.known[key]


def run(work: Work, group_key: str, rules: Sequence[Rule]) -> DryRun:
    """Look at the cases of a group under ``rules``."""
    names, now = _Names(work), work.local(work.now)
    alive = select(Case).where(Case.group_key == group_key, Case.state.not_in((*GONE, CaseState.RECEIVED)))
    fresh = or_(Case.state != CaseState.CLOSED, Case.closed_at > work.now - AHEAD)
    cases = _load(work, alive.where(fresh))
    coming = [
        one for case in cases
        for one in (*_of_case(work, names, case, rules, _held_now(work, case, rules)), *_set_off(work, names, case, rules))
        if now < one.at <= now + AHEAD
    ]  # fmt: skip
    lived = _load(work, alive.where(Case.received_at > work.now - BACK))
    past = [
        one for case in lived for one in _of_case(work, names, case, rules, list(_held_once(work, case, rules)))
        if now - BACK < one.at <= now
    ]  # fmt: skip
    cut = max(len(cases), len(lived)) == MOST_CASES
    return DryRun(_in_order(coming), _in_order(past), len(cases), len(lived), cut)


def _load(work: Work, wanted: Select[Case]) -> list[Case]:
    whole = (selectinload(Case.assignments), selectinload(Case.commitments), selectinload(Case.ratings))
    latest = wanted.order_by(Case.received_at.desc(), Case.id.desc()).limit(MOST_CASES)
    return list(work.session.scalars(latest.options(*whole)))


def _in_order(found: Iterable[Would]) -> Sequence[Would]:
    return sorted(found, key=lambda one: (one.at, one.case.id, one.rule.key))


def _of_case(
    work: Work, names: _Names, case: Case, rules: Sequence[Rule], held: Sequence[tuple[Held, datetime | None]]
) -> Iterator[Would]:
    for anchor, until in held:
        for rule in rules:
            if rule.on is not anchor.on or rule.event != anchor.event or not applies(work, rule, case, anchor.department_id):
                continue
            for firing in plan_of(rule, anchor.at, work.calendar):
                step = rule.steps[firing.step]
                if step.on and (until is None or firing.at < until):
                    yield Would(firing.at, case, rule, step, names.of(case, anchor, step))


def _held_now(work: Work, case: Case, rules: Sequence[Rule]) -> list[tuple[Held, datetime | None]]:
    return [(held, None) for held in anchors_of(work, case, {rule.on for rule in rules} - MOMENTS)]


def _set_off(work: Work, names: _Names, case: Case, rules: Sequence[Rule]) -> Iterator[Would]:
    """What moments that have been (a bad rating, an entry of the history) still have to come; rules of today arm no more."""
    known = {rule.key: rule for rule in rules if rule.on in MOMENTS}
    armed = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.state == "armed", FollowUp.rule_key.in_(known))
    for row in work.session.scalars(armed.order_by(FollowUp.id)) if known else ():
        steps = known[row.rule_key].steps
        if row.step < len(steps) and steps[row.step].on:
            to = names.of(case, held_by(work, row), steps[row.step])
            yield Would(work.local(row.due_at), case, known[row.rule_key], steps[row.step], to)


def _held_once(work: Work, case: Case, rules: Sequence[Rule]) -> Iterator[tuple[Held, datetime | None]]:
    """Every anchor that held for the case so far, with the local moment at which it ended."""
    end = _local(work, case.answered_at)
    for given in case.assignments:
        since = work.local(given.assigned_at)
        done = _first(_local(work, given.done_at), end)
        name = f"past-{given.id}"
        if given.role is AssignmentRole.CO:
            yield Held(Anchor.CO_DUE, name, due_end(work, given.due_on), given.department_id), done
            continue
        yield Held(Anchor.ASSIGNED, name, since, given.department_id), _first(_local(work, given.accepted_at), done)
        yield Held(Anchor.OPEN, name, since, given.department_id), done
        yield Held(Anchor.LEAD_DUE, name, due_end(work, given.due_on), given.department_id), done
    for promise in case.commitments:
        if promise.state != "withdrawn":
            due = due_end(work, promise.due_on)
            yield Held(Anchor.COMMITMENT_DUE, f"past-{promise.id}", due, promise.department_id), _local(work, promise.kept_at)
    yield from _after(work, case)
    yield from _moments(work, case, rules)


def _after(work: Work, case: Case) -> Iterator[tuple[Held, datetime | None]]:
    lead = case.lead.department_id if case.lead else None
    rated = min((work.local(rating.at) for rating in case.ratings), default=None)
    if case.answered_at:
        end = _first(rated, _local(work, case.closed_at))
        yield Held(Anchor.ANSWERED, f"past-{case.id}", work.local(case.answered_at), lead), end
    if case.closed_at:
        yield Held(Anchor.CLOSED, f"past-{case.id}", work.local(case.closed_at), lead), None


def _moments(work: Work, case: Case, rules: Sequence[Rule]) -> Iterator[tuple[Held, datetime | None]]:
    """Bad ratings, bad revisits, and entries of the history."""
    lead = case.lead.department_id if case.lead else None
    bad = max((rule.stars for rule in rules if rule.on is Anchor.RATED_BADLY), default=0)
    for rating in case.ratings:
        if rating.stars <= bad:
            yield Held(Anchor.RATED_BADLY, f"past-{rating.id}", work.local(rating.at), lead), None
    if any(rule.on is Anchor.REVISITED_BADLY for rule in rules):
        unhappy = select(Revisit).where(Revisit.case_id == case.id, Revisit.result == "unsatisfied", Revisit.done_at.is_not(None))
        for revisit in work.session.scalars(unhappy.order_by(Revisit.id)):
            if moment := _local(work, revisit.done_at):
                yield Held(Anchor.REVISITED_BADLY, f"past-revisit-{revisit.id}", moment, lead), None
    kinds = {rule.event or _EVENTS.get(rule.on, "") for rule in rules if rule.on in (Anchor.EVENT, *_EVENTS)}
    entries = select(Event).where(Event.case_id == case.id, Event.kind.in_(kinds)) if kinds else None
    for entry in work.session.scalars(entries) if entries is not None else ():
        heard = entry.kind == _EVENTS[Anchor.NOT_HEARD]
        on, event = (Anchor.NOT_HEARD, "") if heard else (Anchor.EVENT, entry.kind)
        yield Held(on, f"past-{entry.id}", work.local(entry.at), lead, event=event), None


def _local(work: Work, moment: datetime | None) -> datetime | None:
    return work.local(moment) if moment else None


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment), default=None)
