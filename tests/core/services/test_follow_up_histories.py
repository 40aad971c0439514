"""Random rules and random histories, with ticks that are missed: nothing fires twice, nothing is lost."""

from collections import Counter
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_group import START, assigned_case, at, department, promise, small_office
from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid, Refused
from duijie.domain.followup import rule_problems
from duijie.domain.forms.values import eq, ge
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, CalendarDays, Card, Delay, Rule, Step, Who, WorkingDays
from duijie.domain.states import CASE_TRANSITIONS, AssignmentRole, CaseState
from duijie.domain.text import T
from duijie.schedule import run_now
from duijie.services import casework, extensions, follow_up, moves, questions
from duijie.services.work import Office, Work
from duijie.storage.models import Assignment, Case, Event, FollowUp, Question, Reminder, Revisit

MOST_ROWS = 6 * 3 * 14 * 5  # rules, steps, moves of a history, repeats

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
RULES = st.lists(
    st.builds(Rule, st.uuids().map(str), st.just(T("规则", en="Rule")), st.sampled_from(ANCHORS),
              st.lists(STEPS, min_size=1, max_size=3).map(tuple),
              when=st.sampled_from([None, None, ge("case.priority", 1), eq("case.topic", "lamps")])),
    max_size=6,
).map(lambda rules: [replace(r, event="case.noted") if r.on is Anchor.EVENT else r for r in rules]).map(
    lambda rules: [rule for rule in rules if not rule_problems([rule])]
)  # fmt: skip
MOVES = st.sampled_from([
    "wait", "wait", "wait", "move", "promise", "keep", "extend", "sync", "ask", "answer", "longer", "decide", "object", "mark",
])  # fmt: skip
HISTORIES = st.lists(
    st.tuples(MOVES, st.integers(0, 5), st.integers(1, 140), st.booleans()), min_size=3, max_size=14
)


def step_of_history(work: Work, case: Case, what: str, which: int) -> None:
    states = [
        s
        for s in sorted(CASE_TRANSITIONS[case.state])
        if s in (CaseState.IN_PROGRESS, CaseState.ANSWERED, CaseState.CLOSED)
    ]
    if what == "move" and states:
        moves.move(work, case, states[which % len(states)], "case.noted", text="")
    elif what == "promise":
        promise(work, case, which + 1)
    elif what == "keep":
        for made in case.commitments[:1]:
            made.state = "kept"
    elif what in HANDS:
        with suppress(Refused, Invalid, Forbidden):
            HANDS[what](work, case, which)
    elif what == "extend" and case.due_on:
        case.due_on += timedelta(days=which - 2)
    follow_up.sync(work, case)


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


HANDS = {"ask": ask, "answer": answer, "longer": longer, "decide": decide, "object": object_, "mark": mark}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RULES, HISTORIES)
def test_no_key_fires_twice_and_every_message_says_why(
    rules: list[Rule], history: list[tuple[str, int, int, bool]]
) -> None:
    with TemporaryDirectory() as folder, at(START), small(folder, rules) as office:
        with office.write(SYSTEM) as work:
            case = assigned_case(work, work.calendar.add(work.today, 5).day)
            helps = Assignment(case_id=case.id, department_id=department(work, "housing"), role=AssignmentRole.CO,
                               due_on=work.calendar.add(work.today, 3).day, assigned_at=work.now)  # fmt: skip
            work.session.add(helps)
            work.session.flush()
            follow_up.sync(work, case)
            case_id = case.id
        moment: datetime = START
        for what, which, hours, ticks in history:
            moment += timedelta(hours=hours)
            with at(moment):
                with office.write(SYSTEM) as work:
                    step_of_history(work, work.session.get_one(Case, case_id), what, which)
                if ticks:  # else the machine was off
                    run_now(office)
                    check(office, moment)


def small(folder: str, rules: list[Rule]) -> AbstractContextManager[Office]:
    return small_office(Path(folder), f"sqlite:///{folder}/d.db", rules)


def check(office: Office, moment: datetime) -> None:
    with office.read(SYSTEM) as work:
        rows = list(work.session.scalars(select(FollowUp)))
        assert (
            max(Counter((r.rule_key, r.step, r.n, r.anchor, r.anchor_id) for r in rows).values(), default=1)
            == 1
        )
        assert [r.key for r in rows if r.state == "armed" and r.due_at <= moment] == []
        assert [r.key for r in rows if r.state == "failed"] == []
        assert all(r.fired_at is not None and r.fired_at >= r.due_at for r in rows if r.state == "fired")
        sent = list(work.session.scalars(select(Reminder)))
        of_rules = [m for m in sent if m.kind.startswith("rule:")]
        assert all(m.why.zh.startswith("因为：规则") and m.why.en.startswith("Because") for m in of_rules)
        waits = work.session.scalar(select(Question).where(Question.state == "open", Question.pauses))
        running = [r.key for r in rows if r.state == "armed" and r.anchor in ("lead_due", "co_due")]
        assert not (waits and running), "a clock ran while the requester had to answer"
        assert len(rows) <= MOST_ROWS
        assert {m.state for m in sent} <= {"sent", "expired"}
        escalations = sum(r.state == "fired" and r.why["card"] == "red" and "title" in r.why for r in rows)
        supervised = work.session.scalars(
            select(Event).where(Event.kind.in_(("case.supervised", "case.flagged")))
        ).all()
        case = work.session.scalars(select(Case)).one()
        revisits = work.session.scalars(select(Revisit)).all()
        assert len(revisits) == sum(r.state == "fired" and r.key in {v.key for v in revisits} for r in rows)
        assert case.supervisions == sum(e.kind == "case.supervised" for e in supervised) <= escalations
