"""When steps fire, and which rules are refused."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.followup import plan_of, rule_problems, shifted, still_sensible
from duijie.domain.rules import (
    Act,
    Anchor,
    CalendarDays,
    Card,
    Delay,
    Hours,
    Rule,
    Step,
    Unit,
    Who,
    WorkingDays,
)
from duijie.domain.text import T
from duijie.domain.working_days import DayKind, WorkingCalendar, calendar_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = calendar_of([(date(2026, 11, 30), DayKind.HOLIDAY, T("试", en="try"))], [2026])
REMIND = (Who.LEAD,)


def rule(on: Anchor, *steps: Step, stars: int = 2) -> Rule:
    return Rule("r", T("规则", en="Rule"), on, steps, stars=stars)


def test_a_due_date_with_steps_before_on_and_after_it() -> None:
    cards = rule(
        Anchor.LEAD_DUE,
        Step(WorkingDays(-1), Act.FLAG, REMIND, card=Card.BLUE),
        Step(WorkingDays(0), Act.FLAG, REMIND, card=Card.YELLOW),
        Step(WorkingDays(2, at_hour=10), Act.ESCALATE),
    )
    due = datetime(2026, 12, 1, 18, tzinfo=SHANGHAI)  # a Tuesday; the Monday before it is a holiday here
    assert [f.at for f in plan_of(cards, due, CALENDAR)] == [
        datetime(2026, 11, 27, 9, tzinfo=SHANGHAI),
        datetime(2026, 12, 1, 9, tzinfo=SHANGHAI),
        datetime(2026, 12, 3, 10, tzinfo=SHANGHAI),
    ]


def test_repeats_keep_the_hour_and_count_working_days() -> None:
    weekly = rule(
        Anchor.OPEN, Step(WorkingDays(1, at_hour=16), Act.REMIND, REMIND, every=WorkingDays(5), times=3)
    )
    since = datetime(2026, 12, 1, 11, 23, tzinfo=SHANGHAI)
    plan = plan_of(weekly, since, CALENDAR)
    assert [(f.n, f.at) for f in plan] == [
        (1, datetime(2026, 12, 2, 16, tzinfo=SHANGHAI)),
        (2, datetime(2026, 12, 9, 16, tzinfo=SHANGHAI)),
        (3, datetime(2026, 12, 16, 16, tzinfo=SHANGHAI)),
    ]


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Berlin", date(2026, 3, 28)), ("America/Los_Angeles", date(2026, 10, 31))]
)
def test_hours_are_real_hours_when_the_clocks_change(zone: str, day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    assert shifted(noon, Hours(24), CALENDAR).timestamp() - noon.timestamp() == 24 * 3600
    assert shifted(noon, CalendarDays(1, at_hour=12), CALENDAR).hour == 12


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001  # the zone is added below
    st.integers(0, 40), st.integers(1, 10), st.integers(1, 12), st.sampled_from(Unit), st.integers(0, 23),
)  # fmt: skip
def test_repeats_come_in_order_and_each_once(
    start: datetime, after: int, every: int, times: int, unit: Unit, hour: int
) -> None:
    one = rule(
        Anchor.OPEN, Step(Delay(after, unit, hour), Act.REMIND, REMIND, every=Delay(every, unit), times=times)
    )
    plan = plan_of(one, start.replace(tzinfo=SHANGHAI), CALENDAR)
    assert [f.n for f in plan] == list(range(1, times + 1))
    assert all(a.at < b.at for a, b in pairwise(plan))


def test_a_warning_loses_its_sense_when_the_date_is_over_and_a_fact_does_not() -> None:
    due = datetime(2026, 12, 1, 18, tzinfo=SHANGHAI)
    warns, tells = Step(WorkingDays(-1), Act.REMIND, REMIND), Step(WorkingDays(1), Act.REMIND, REMIND)
    on_time, late = datetime(2026, 12, 1, 23, tzinfo=SHANGHAI), datetime(2026, 12, 2, 0, 1, tzinfo=SHANGHAI)
    assert still_sensible(warns, Anchor.LEAD_DUE, due, on_time)
    assert not still_sensible(warns, Anchor.LEAD_DUE, due, late)
    assert still_sensible(tells, Anchor.LEAD_DUE, due, late + timedelta(days=30))
    assert still_sensible(Step(Hours(0), Act.ASK_RATING), Anchor.ANSWERED, due, late)


@pytest.mark.parametrize(
    ("on", "step", "said"),
    [
        (Anchor.ANSWERED, Step(WorkingDays(1), Act.REOPEN), "for ever"),
        (Anchor.CLOSED, Step(WorkingDays(1), Act.REOPEN), "for ever"),
        (Anchor.LEAD_DUE, Step(WorkingDays(1), Act.REOPEN), "for ever"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.CLOSE), "answered"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.CARRY_OVER), "not heard"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.ASK_RATING), "rate"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.REMIND), "somebody"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.FLAG, REMIND), "card"),
        (Anchor.OPEN, Step(WorkingDays(-1), Act.REMIND, REMIND), "due date"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.REMIND, (Who.PROMISER,)), "promise"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.REMIND, REMIND, times=2), "every"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.REMIND, REMIND, every=WorkingDays(0), times=2), "every"),
        (Anchor.OPEN, Step(WorkingDays(1), Act.REMIND, REMIND, every=WorkingDays(1), times=1000), "times"),
        (Anchor.OPEN, Step(WorkingDays(1, at_hour=24), Act.REMIND, REMIND), "hour"),
        (Anchor.ANSWERED, Step(WorkingDays(1), Act.CLOSE, every=WorkingDays(1), times=2), "repeated"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(on: Anchor, step: Step, said: str) -> None:
    problems = rule_problems([rule(on, step)])
    assert len(problems) == 1
    assert said in problems[0]
    assert "rule 'r', step 1" in problems[0]


def test_rules_with_a_person_in_the_round_are_fine() -> None:
    assert rule_problems([
        rule(Anchor.RATED_BADLY, Step(Hours(0), Act.REOPEN, (Who.LEAD,))),
        rule(Anchor.ANSWERED, Step(WorkingDays(5), Act.CLOSE)),
        rule(Anchor.COMMITMENT_DUE, Step(WorkingDays(-1), Act.REMIND, (Who.PROMISER,))),
    ]) == []  # fmt: skip
    assert rule_problems(
        [rule(Anchor.OPEN), rule(Anchor.RATED_BADLY, Step(Hours(0), Act.REOPEN), stars=9)]
    ) == [
        "rule 'r': it has no steps",
        "rule 'r': stars must be 1 to 5",
    ]


def test_the_dry_run_needs_no_calendar_of_its_own_year() -> None:
    empty = WorkingCalendar({}, frozenset())
    step = rule(Anchor.OPEN, Step(WorkingDays(3), Act.REMIND, REMIND))
    assert plan_of(step, datetime(2027, 12, 31, 12, tzinfo=SHANGHAI), empty)[0].at.date() == date(2028, 1, 5)
