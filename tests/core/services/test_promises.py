"""Questions that stop the clock, extensions, revisits, the clocks of co-handling departments, conditions, events."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, department, person, small_office
from sqlalchemy import select

from duijie.domain.errors import Invalid, Refused
from duijie.domain.followup import rule_problems
from duijie.domain.forms.values import Condition, eq, ge
from duijie.domain.presets import QUANZHOU, REVISIT, THREE_COLOUR, WAITING
from duijie.domain.roles import SYSTEM, Role, requester
from duijie.domain.rules import Act, Anchor, Card, Hours, Rule, Step, Who, WorkingDays
from duijie.domain.states import AssignmentRole, CaseState, ReplyKind
from duijie.domain.text import T
from duijie.schedule import run_now
from duijie.services import casework, extensions, follow_up, moves, questions, revisits, rosters
from duijie.services.work import Office, Work
from duijie.storage.models import Assignment, Case, Event, FollowUp, Reminder, Revisit
from duijie.storage.queries import ledger

TITLE = T("规则", en="Rule")
DAY = timedelta(days=1)
TUESDAY = date(2026, 12, 1)  # the 6th working day after START, Monday 23 November


@contextmanager
def lived(folder: Path, rules: Iterable[Rule]) -> Iterator[tuple[Office, int]]:
    """An office with one case: power leads until Tuesday, housing helps until Thursday."""
    with at(START), small_office(folder, f"sqlite:///{folder}/d.db", rules) as office:
        with office.write(SYSTEM) as work:
            case = assigned_case(work, TUESDAY)
            work.session.add(Assignment(case_id=case.id, department_id=department(work, "housing"), role=AssignmentRole.CO,
                                        due_on=date(2026, 11, 26), assigned_at=work.now))  # fmt: skip
            work.session.flush()
            follow_up.sync(work, case)
        yield office, case.id


@contextmanager
def on(office: Office, case_id: int, moment: datetime, who: str = "") -> Iterator[tuple[Work, Case]]:
    with at(moment), office.write(actor(office, who) if who else requester("", "")) as work:
        yield work, work.session.get_one(Case, case_id)


def armed(office: Office, case_id: int) -> list[tuple[str, str]]:
    with office.read(SYSTEM) as work:
        rows = select(FollowUp).where(FollowUp.case_id == case_id, FollowUp.state == "armed").order_by(FollowUp.due_at)
        return [(r.rule_key, f"{work.local(r.due_at):%m-%d}") for r in work.session.scalars(rows)]


def test_the_clocks_stand_still_while_the_requester_has_to_answer(tmp_path: Path) -> None:
    with lived(tmp_path, [*THREE_COLOUR.rules, QUANZHOU.rule("co_due"), WAITING]) as (office, case_id):
        assert armed(office, case_id)[:2] == [("co_due", "11-25"), ("co_due", "11-27")]
        with on(office, case_id, START + DAY, "rep") as (work, case):
            asked = questions.ask(work, case, department(work, "power"), "哪一盏灯？").id
            with pytest.raises(Refused):
                questions.ask(work, case, department(work, "power"), "还有？")
        assert {key for key, _ in armed(office, case_id)} == {"waiting"}, "no card while nobody can go on"
        with at(START + 7 * DAY):
            run_now(office)
        with on(office, case_id, START + 7 * DAY) as (work, case):  # Monday 30 November: 4 working days later
            with pytest.raises(Invalid):
                questions.answer(work, case, asked, " ")
            questions.answer(work, case, asked, "村口那盏")
            assert (case.due_on, case.expected_on) == (date(2026, 12, 7), date(2026, 12, 7))
            assert [a.due_on for a in case.assignments] == [date(2026, 12, 7), date(2026, 12, 2)]
            assert case.card is None
            with pytest.raises(Refused):
                questions.answer(work, case, asked, "再说一次")
        assert armed(office, case_id)[0] == ("co_due", "12-01")
        assert ("answer_due", "12-04") in armed(office, case_id)
        with office.read(SYSTEM) as work:
            told = work.session.scalars(select(Reminder).where(Reminder.kind.startswith("rule:waiting"))).all()
            assert {r.to_name for r in told} >= {"王大爷"}
            moved = work.session.scalars(select(Event).where(Event.kind == "case.clock_moved")).one()
            assert moved.data["days"] == 4


def test_a_question_asked_too_late_stops_nothing(tmp_path: Path) -> None:
    with lived(tmp_path, THREE_COLOUR.rules) as (office, case_id):
        with on(office, case_id, START + 9 * DAY, "rep") as (work, case):
            asked = questions.ask(work, case, department(work, "power"), "哪一盏灯？")
            assert not asked.pauses
        with on(office, case_id, START + 12 * DAY, "coordinator") as (work, case):
            questions.take_back(work, case, asked.id)
            assert case.due_on == TUESDAY


def test_answering_the_case_ends_what_waits(tmp_path: Path) -> None:
    with lived(tmp_path, []) as (office, case_id), on(office, case_id, START + DAY, "rep") as (work, case):
        power = department(work, "power")
        asked = questions.ask(work, case, power, "哪一盏灯？")
        wish = extensions.ask(work, case, power, 3, "等灯泡")
        casework.reply(work, case, power, ReplyKind.SOLVED, "换好了", "online")
        assert (asked.state, wish.state, case.due_on) == ("withdrawn", "lapsed", TUESDAY)


def test_more_time_is_asked_for_in_time_and_within_bounds(tmp_path: Path) -> None:
    with lived(tmp_path, THREE_COLOUR.rules) as (office, case_id):
        with on(office, case_id, START + 7 * DAY, "rep") as (work, case):  # Monday, the working day before
            power = department(work, "power")
            for days in (0, 21):
                with pytest.raises(Invalid, match="1 到 20"):
                    extensions.ask(work, case, power, days, "等变压器")
            wish = extensions.ask(work, case, power, 15, "等变压器").id
            with pytest.raises(Refused, match="等协调员"):
                extensions.ask(work, case, power, 1, "再要")
        with on(office, case_id, START + 7 * DAY, "coordinator") as (work, case):
            extensions.grant(work, case, wish)
            assert case.due_on == case.expected_on == date(2026, 12, 22)
            with pytest.raises(Refused):
                extensions.refuse(work, case, wish, "不行")
        with on(office, case_id, START + 8 * DAY, "rep") as (work, case):
            assert case.lead is not None
            assert extensions.room(work, case, case.lead).days == 5
            wish = extensions.ask(work, case, department(work, "power"), 5, "还差一天").id
        with on(office, case_id, START + 8 * DAY, "coordinator") as (work, case):
            extensions.refuse(work, case, wish, "上次已延")
            assert case.due_on == date(2026, 12, 22)
        with office.read(SYSTEM) as work:
            told = work.session.scalars(select(Reminder).where(Reminder.kind == "case.extended")).all()
            assert {r.to_name for r in told} == {"王大爷"}
            assert "等变压器" in told[0].body.zh


def test_it_is_too_late_to_ask_on_the_day_itself(tmp_path: Path) -> None:
    late = START + 8 * DAY
    with (
        lived(tmp_path, []) as (office, case_id),
        on(office, case_id, late, "rep") as (work, case),
        pytest.raises(Refused, match="11月30日"),
    ):
        extensions.ask(work, case, department(work, "power"), 2, "忙")


@pytest.mark.parametrize("result", ["satisfied", "unsatisfied", "unreachable"])
def test_a_revisit_closes_the_matter_or_sends_it_back_with_a_red_card(tmp_path: Path, result: str) -> None:
    with lived(tmp_path, REVISIT.rules) as (office, case_id):
        with on(office, case_id, START, "coordinator") as (work, case):
            for state in (CaseState.IN_PROGRESS, CaseState.ANSWERED, CaseState.CLOSED):
                moves.move(work.as_system(), case, state, "case.noted", text="")
        with at(START + DAY):
            run_now(office)
        with on(office, case_id, START + DAY, "coordinator") as (work, case):
            (planned,) = revisits.planned(work)
            assert (planned.due_on, revisits.count_due(work)) == (date(2026, 11, 24), 1)
            note = "" if result == "satisfied" else "灯又坏了"
            if note:
                with pytest.raises(Invalid):
                    revisits.record(work, planned.id, None, "unsatisfied", "")
            revisits.record(work, planned.id, planned.version, result, note)
            work.session.refresh(case)
            if result == "unsatisfied":
                assert (case.state, case.card, case.reopened) == (CaseState.IN_PROGRESS, Card.RED, 1)
                assert case.due_on == date(2026, 12, 1), "a new clock"
            else:
                assert (case.state, case.card) == (CaseState.CLOSED, None)
            left = revisits.planned(work)
            assert [r.due_on for r in left] == ([date(2026, 11, 25)] if result == "unreachable" else [])
        with at(START + 2 * DAY):
            run_now(office)
        with office.read(SYSTEM) as work:
            assert work.session.scalars(select(Revisit)).one().tries == (result == "unreachable")
            wanted = Card.RED if result == "unsatisfied" else None
            assert work.session.get_one(Case, case_id).card is wanted, "the mark stays until it is answered"


def test_each_department_has_a_clock_of_its_own_and_a_leader_above(tmp_path: Path) -> None:
    escalate = Rule("co", TITLE, Anchor.CO_DUE, (Step(WorkingDays(1), Act.ESCALATE, (Who.CO, Who.SUPERVISOR)),))
    with lived(tmp_path, [escalate]) as (office, case_id):
        with at(START), office.write(SYSTEM) as work:
            housing = department(work, "housing")
            for login, part in (("clerk", "representative"), ("leader", "supervisor")):
                rosters.seat(work, housing, person(work, login, Role.REPRESENTATIVE, department_id=housing).id, part)
        with at(START + 4 * DAY):
            run_now(office)
        with office.read(SYSTEM) as work:
            inbox = work.session.scalars(select(Reminder).where(Reminder.channel == "inbox"))
            assert {r.to_name for r in inbox if r.kind.startswith("rule:")} == {"clerk同志", "leader同志"}
            assert work.session.get_one(Case, case_id).card is Card.RED


@pytest.mark.parametrize(
    ("when", "fires"),
    [(eq("case.topic", "lamps"), True), (eq("case.area_kind", "rural"), False), (ge("case.priority", 1), False)],
)
def test_a_rule_looks_at_the_case_before_it_speaks(tmp_path: Path, when: Condition, fires: bool) -> None:
    rule = Rule("r", TITLE, Anchor.OPEN, (Step(WorkingDays(1), Act.REMIND, (Who.LEAD,)),), when=when)
    with lived(tmp_path, [rule]) as (office, case_id):
        assert bool(armed(office, case_id)) == fires


def test_a_condition_that_comes_and_goes_arms_and_stops(tmp_path: Path) -> None:
    rule = Rule("r", TITLE, Anchor.OPEN, (Step(WorkingDays(1), Act.REMIND, (Who.LEAD,)),), when=ge("case.priority", 1))
    with lived(tmp_path, [rule]) as (office, case_id):
        for priority, there in ((1, True), (0, False), (2, True)):
            with on(office, case_id, START, "coordinator") as (work, case):
                case.priority = priority
                follow_up.sync(work, case)
            assert bool(armed(office, case_id)) == there


def test_an_entry_of_the_history_sets_a_rule_off_once(tmp_path: Path) -> None:
    again = Step(WorkingDays(2), Act.REMIND, (Who.LEAD,), every=WorkingDays(1), times=2)
    steps = (Step(Hours(0), Act.REMIND, (Who.LEAD,)), again)
    rule = Rule("site", TITLE, Anchor.EVENT, steps, event="case.site_visit")
    with lived(tmp_path, [rule]) as (office, case_id):
        with on(office, case_id, START, "rep") as (work, case):
            work.record("case.site_visit", "case", case.id, department="x", text="y")
            follow_up.sync(work, case)
            follow_up.sync(work, case)
        for days in range(8):
            with at(START + days * DAY):
                run_now(office)
        with office.read(SYSTEM) as work:
            rows = work.session.scalars(select(FollowUp)).all()
            assert sorted((r.step, r.n, r.state) for r in rows) == [(0, 1, "fired"), (1, 1, "fired"), (1, 2, "fired")]


@pytest.mark.parametrize("event", ["case.supervised", "case.reopened", "case.unheard_of", "user.added", ""])
def test_a_rule_that_could_set_itself_off_is_refused(event: str) -> None:
    assert rule_problems([Rule("r", TITLE, Anchor.EVENT, (Step(Hours(0), Act.ESCALATE),), event=event)])


def test_the_ledger_names_who_called(tmp_path: Path) -> None:
    with lived(tmp_path, REVISIT.rules) as (office, case_id), on(office, case_id, START, "coordinator") as (work, case):
        for state in (CaseState.IN_PROGRESS, CaseState.ANSWERED, CaseState.CLOSED):
            moves.move(work.as_system(), case, state, "case.noted", text="")
        call = Revisit(key="call", case_id=case_id, stay=case.stay, rule=TITLE, ask=TITLE, due_on=work.today)
        work.session.add(call)
        work.session.flush()
        revisits.record(work, call.id, None, "satisfied", "")
        called = ledger.revisits(work.session, [case_id])
        assert [(one.by, one.result) for one in called.values()] == [(work.actor.name, "satisfied")]
