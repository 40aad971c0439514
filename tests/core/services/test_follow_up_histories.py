"""Random rules and random histories, with ticks that are missed: nothing fires twice, nothing is lost."""

from collections import Counter
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_group import START, assigned_case, at, promise, small_office
from sqlalchemy import select

from duijie.domain.followup import rule_problems
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, CalendarDays, Card, Delay, Rule, Step, Who, WorkingDays
from duijie.domain.states import CASE_TRANSITIONS, CaseState
from duijie.domain.text import T
from duijie.schedule import run_now
from duijie.services import follow_up, moves
from duijie.services.work import Office, Work
from duijie.storage.models import Case, Event, FollowUp, Reminder

ANCHORS = [
    Anchor.ASSIGNED,
    Anchor.OPEN,
    Anchor.LEAD_DUE,
    Anchor.COMMITMENT_DUE,
    Anchor.ANSWERED,
    Anchor.CLOSED,
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
)  # fmt: skip
RULES = st.lists(
    st.builds(Rule, st.uuids().map(str), st.just(T("规则", en="Rule")), st.sampled_from(ANCHORS),
              st.lists(STEPS, min_size=1, max_size=3).map(tuple)),
    max_size=5,
).map(lambda rules: [rule for rule in rules if not rule_problems([rule])])  # fmt: skip
MOVES = st.sampled_from(["wait", "wait", "wait", "move", "promise", "keep", "extend", "sync"])
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
    elif what == "extend" and case.due_on:
        case.due_on += timedelta(days=which - 2)
    follow_up.sync(work, case)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RULES, HISTORIES)
def test_no_key_fires_twice_and_every_message_says_why(
    rules: list[Rule], history: list[tuple[str, int, int, bool]]
) -> None:
    with TemporaryDirectory() as folder, at(START), small(folder, rules) as office:
        with office.write(SYSTEM) as work:
            case_id = assigned_case(work, work.calendar.add(work.today, 5).day).id
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
        assert all(m.why.zh.startswith("因为：规则") and m.why.en.startswith("Because") for m in sent)
        assert {m.state for m in sent} <= {"sent", "expired"}
        escalations = sum(r.state == "fired" and r.why["card"] == "red" and "title" in r.why for r in rows)
        supervised = work.session.scalars(
            select(Event).where(Event.kind.in_(("case.supervised", "case.flagged")))
        ).all()
        case = work.session.scalars(select(Case)).one()
        assert case.supervisions == sum(e.kind == "case.supervised" for e in supervised) <= escalations
