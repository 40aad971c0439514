"""Random rules, random moves of a case, and what must hold of a rule engine whatever happened: for property tests."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from small_group import START, assigned_case, at, department, open_small, promise, small_office
from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid, Refused
from duijie.domain.followup import DATES, rule_problems
from duijie.domain.forms.values import eq, ge
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, CalendarDays, Card, Delay, Hours, Rule, Step, Who, WorkingDays
from duijie.domain.states import CASE_TRANSITIONS, AssignmentRole, CaseState
from duijie.domain.text import T
from duijie.services import casework, extensions, follow_up, moves, questions
from duijie.services.work import Office, Work
from duijie.storage.models import Assignment, Case, Event, FollowUp, Question, Reminder, Revisit

MOST_ROWS = 6 * 3 * 4 * 50  # rules, steps, repeats, anchors of a history

ANCHORS = [
    Anchor.ASSIGNED,
    Anchor.OPEN,
    Anchor.LEAD_DUE,
    Anchor.COMMITMENT_DUE,
    Anchor.ANSWERED,
    Anchor.CLOSED,
    Anchor.CO_DUE,
    Anchor.ASKED,
    Anchor.EXTENSION_ASKED,
    Anchor.OBJECTED,
    Anchor.MEETING_DAY,
    Anchor.EVENT,
]
DELAYS = st.builds(
    Delay,
    st.integers(-3, 6),
    st.sampled_from([WorkingDays(0).unit, CalendarDays(0).unit]),
    st.integers(8, 18),
)
STEPS = st.one_of(
    st.builds(Step, DELAYS, st.just(Act.REMIND), st.just((Who.LEAD, Who.HEAD)),
              every=st.just(WorkingDays(2)), times=st.integers(1, 4)),
    st.builds(Step, DELAYS, st.just(Act.FLAG), st.just((Who.LEAD,)), card=st.sampled_from(Card)),
    st.builds(Step, DELAYS, st.just(Act.ESCALATE)),
    st.builds(Step, DELAYS, st.just(Act.CLOSE)),
    st.builds(Step, DELAYS, st.just(Act.REVISIT)),
    st.builds(Step, DELAYS, st.just(Act.REMIND), st.just((Who.CO, Who.SUPERVISOR)), on=st.booleans()),
)  # fmt: skip
PLAIN_STEPS = st.one_of(
    st.builds(Step, DELAYS | st.integers(-30, 90).map(Hours), st.just(Act.REMIND), st.just((Who.LEAD,)),
              every=st.sampled_from([WorkingDays(1), CalendarDays(2), Hours(5)]), times=st.integers(1, 5)),
    st.builds(Step, DELAYS, st.just(Act.FLAG), st.just((Who.LEAD,)), card=st.sampled_from(Card)),
)  # fmt: skip


def rule_sets(anchors: list[Anchor], steps: st.SearchStrategy[Step], most: int) -> st.SearchStrategy[list[Rule]]:
    """Sets of rules that may run, of ``most`` rules at most."""
    when = st.sampled_from([None, None, ge("case.priority", 1), eq("case.topic", "lamps")])
    one = st.builds(Rule, st.just(""), st.just(T("规则", en="Rule")), st.sampled_from(anchors),
                    st.lists(steps, min_size=1, max_size=3).map(tuple), when=when)  # fmt: skip
    return st.lists(one, max_size=most).map(_sound)


def _sound(rules: list[Rule]) -> list[Rule]:
    named = [replace(rule, key=f"rule-{n}", event="case.noted" if rule.on is Anchor.EVENT else "")
             for n, rule in enumerate(rules)]  # fmt: skip
    return [rule for rule in named if not rule_problems([rule])]


def effort(examples: int, steps: int = 20) -> settings:
    """Settings for every day; with ``--hypothesis-profile=long`` that profile decides how much is tried."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    if settings.get_current_profile_name() == "long":
        return settings(suppress_health_check=slow)
    return settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=slow)


@cache
def _small_town() -> bytes:
    """The database of a small office, made once: making it takes longer than many a history."""
    with TemporaryDirectory() as folder, at(START):
        with small_office(Path(folder), f"sqlite:///{folder}/d.db"):
            pass
        return Path(folder, "d.db").read_bytes()


def begin(folder: Path, rules: list[Rule], workers: int = 1) -> list[Office]:
    """The offices of so many processes on one database, with a case of two departments: number, due in 5 days."""
    (folder / "d.db").write_bytes(_small_town())
    offices = [open_small(folder, f"sqlite:///{folder}/d.db", rules) for _ in range(workers)]
    with offices[0].write(SYSTEM) as work:
        case = assigned_case(work, work.calendar.add(work.today, 5).day)
        helps = Assignment(case_id=case.id, department_id=department(work, "housing"), role=AssignmentRole.CO,
                           due_on=work.calendar.add(work.today, 3).day, assigned_at=work.now)  # fmt: skip
        work.session.add(helps)
        work.session.flush()
        follow_up.sync(work, case)
    return offices


def the_case(work: Work) -> Case:
    """The only one."""
    return work.session.scalars(select(Case)).one()


def go(work: Work, case: Case, which: int) -> None:
    """To another state."""
    wanted = (CaseState.IN_PROGRESS, CaseState.ANSWERED, CaseState.CLOSED)
    states = [state for state in sorted(CASE_TRANSITIONS[case.state]) if state in wanted]
    if states:
        moves.move(work, case, states[which % len(states)], "case.noted", text="")


def close(work: Work, case: Case) -> None:
    """The way to the end, from wherever it is."""
    for state in (CaseState.IN_PROGRESS, CaseState.ANSWERED, CaseState.CLOSED):
        if case.state is not CaseState.CLOSED and state in CASE_TRANSITIONS[case.state]:
            moves.move(work, case, state, "case.noted", text="")


def make_promise(work: Work, case: Case, which: int) -> None:
    promise(work, case, which + 1)


def keep(work: Work, case: Case, which: int) -> None:
    for made in case.commitments[:1]:
        made.state = "kept"


def extend(work: Work, case: Case, which: int) -> None:
    if case.due_on:
        case.due_on += timedelta(days=which - 2)


def ask(work: Work, case: Case, which: int) -> None:
    questions.ask(work, case, department(work, "housing" if which % 2 else "power"), "哪一盏？")


def answer(work: Work, case: Case, which: int) -> None:
    for asked in questions.of_case(work, case)[-1:]:
        (questions.take_back(work, case, asked.id) if which == 0 else questions.answer(work, case, asked.id, "那一盏"))


def longer(work: Work, case: Case, which: int) -> None:
    extensions.ask(work, case, department(work, "power"), which, "等材料")


def decide(work: Work, case: Case, which: int) -> None:
    for wish in extensions.waiting(work, case):
        (extensions.grant(work, case, wish.id) if which % 2 else extensions.refuse(work, case, wish.id, "不行"))


def object_(work: Work, case: Case, which: int) -> None:
    casework.object_(work, case, department(work, "housing" if which % 2 else "power"), "不是我们的")


def mark(work: Work, case: Case, which: int) -> None:
    case.priority = which % 3


HANDS = {
    "go": go, "promise": make_promise, "keep": keep, "extend": extend, "ask": ask, "answer": answer, "longer": longer,
    "decide": decide, "object": object_, "mark": mark, "look": lambda work, case, which: None,
}  # fmt: skip


def hand(office: Office, what: str, which: int) -> None:
    """Somebody does something with the case, if its state allows."""
    with suppress(Refused, Invalid, Forbidden), office.write(SYSTEM) as work:
        case = the_case(work)
        HANDS[what](work, case, which)
        follow_up.sync(work, case)


def check(office: Office, moment: datetime, rules: dict[str, Rule]) -> None:
    """What must hold after a tick at ``moment``; ``rules`` are those that nobody has changed."""
    with office.read(SYSTEM) as work:
        rows = list(work.session.scalars(select(FollowUp)))
        sent = list(work.session.scalars(select(Reminder)))
        _check_steps(rows, moment)
        _check_sense(work, [row for row in rows if row.state == "fired" and row.rule_key in rules], rules)
        _check_messages(rows, sent, moment)
        waits = work.session.scalar(select(Question).where(Question.state == "open", Question.pauses))
        running = [r.key for r in rows if r.state == "armed" and r.anchor in ("lead_due", "co_due")]
        assert not (waits and running), "a clock ran while the requester had to answer"
        _check_consequences(work, rows)


def _check_steps(rows: list[FollowUp], moment: datetime) -> None:
    firings = Counter((row.rule_key, row.step, row.n, row.anchor, row.anchor_id) for row in rows)
    assert max(firings.values(), default=1) == 1
    at_once = Counter((row.rule_key, row.step, row.anchor, row.anchor_id, row.fired_at) for row in rows if row.fired_at)
    assert max(at_once.values(), default=1) == 1, "missed repeats came all at once"
    assert [row.key for row in rows if row.state == "armed" and row.due_at <= moment] == []
    assert [row.key for row in rows if row.state == "failed"] == []
    assert all(row.fired_at is not None and row.fired_at >= row.due_at for row in rows if row.state == "fired")
    assert all(row.stop_reason for row in rows if row.state in ("stopped", "skipped")), "not sent, and no trace why"
    assert len(rows) <= MOST_ROWS


def _check_sense(work: Work, fired: list[FollowUp], rules: dict[str, Rule]) -> None:
    for row in fired:
        rule = rules[row.rule_key]
        if rule.on in DATES and rule.steps[row.step].after.amount <= 0 and row.fired_at:
            due = datetime.fromisoformat(row.why["at"]).date()
            assert work.local(row.fired_at).date() <= due, f"{row.key} warned of a date that was over"


def _check_messages(rows: list[FollowUp], sent: list[Reminder], moment: datetime) -> None:
    of_rules = [m for m in sent if m.kind.startswith("rule:")]
    assert all(m.why.zh.startswith("因为：规则") and m.why.en.startswith("Because") for m in of_rules)
    told = Counter((m.kind, m.revision, m.user_id or m.to_name, m.channel) for m in of_rules)
    assert max(told.values(), default=1) == 1, "somebody was told twice"
    fired = {(f"rule:{r.rule_key}:{r.step}:{r.n}", f"{r.anchor}:{r.anchor_id}") for r in rows if r.state == "fired"}
    assert {(m.kind, m.revision) for m in of_rules} <= fired, "a message without a step that fired"
    assert {m.state for m in sent if m.next_at <= moment} <= {"sent", "expired", "retired"}


def _check_consequences(work: Work, rows: list[FollowUp]) -> None:
    escalations = sum(r.state == "fired" and r.why["card"] == "red" and "title" in r.why for r in rows)
    told = select(Event).where(Event.kind == "case.supervised")
    supervised = len(work.session.scalars(told).all())
    revisits = {visit.key for visit in work.session.scalars(select(Revisit))}
    assert revisits <= {r.key for r in rows if r.state == "fired"}
    assert the_case(work).supervisions == supervised <= escalations
