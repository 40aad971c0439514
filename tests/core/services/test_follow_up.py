"""Rules at work on one case: armed, stopped, fired, once and for the right people."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, department, person, promise, small_office
from sqlalchemy import select

from duijie.domain.errors import Busy
from duijie.domain.roles import SYSTEM, Role
from duijie.domain.rules import Act, Anchor, Card, Hours, Rule, Step, Who, WorkingDays
from duijie.domain.states import AssignmentRole, CaseState
from duijie.domain.text import T
from duijie.schedule import run_now
from duijie.services import follow_up, moves, overview, rosters
from duijie.services.work import Office, Work
from duijie.storage.models import Assignment, Case, Event, FollowUp, Meeting, Rating, Reminder

pytestmark = pytest.mark.both_databases

TITLE = T("规则", en="Rule")
DUE = date(2026, 12, 1)


def rule(key: str, on: Anchor, *steps: Step) -> Rule:
    return Rule(key, TITLE, on, steps)


RULES = [
    rule("take_up", Anchor.ASSIGNED,
         Step(WorkingDays(1), Act.REMIND, (Who.LEAD,), T("请签收 {number}", en="Take up {number}"))),
    rule("progress", Anchor.OPEN,
         Step(WorkingDays(2), Act.REMIND, (Who.LEAD,), every=WorkingDays(2), times=3)),
    rule(
        "due", Anchor.LEAD_DUE,
        Step(WorkingDays(-1), Act.FLAG, (Who.LEAD,),
             T("{title} {due} 到期 {nonsense}", en="{title} due {due} {nonsense}"), Card.BLUE),
        Step(WorkingDays(0), Act.FLAG, (Who.LEAD,), card=Card.YELLOW),
        Step(WorkingDays(2), Act.ESCALATE, (Who.LEAD, Who.HEAD)),
    ),
    rule("promise", Anchor.COMMITMENT_DUE,
         Step(WorkingDays(-1), Act.REMIND, (Who.PROMISER,)), Step(WorkingDays(1), Act.ESCALATE)),
    rule("rating", Anchor.ANSWERED,
         Step(WorkingDays(1), Act.ASK_RATING), Step(WorkingDays(5, at_hour=18), Act.CLOSE)),
    rule("bad", Anchor.RATED_BADLY, Step(Hours(0), Act.REOPEN, (Who.LEAD, Who.COORDINATOR))),
    rule("not_heard", Anchor.NOT_HEARD,
         Step(Hours(0), Act.CARRY_OVER, (Who.REQUESTER,), T("{meeting} 没排上", en="no time at {meeting}"))),
]  # fmt: skip


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with at(START), small_office(tmp_path, database_url, RULES) as office:
        yield office


@pytest.fixture
def case_id(town: Office) -> int:
    with town.write(SYSTEM) as work:
        return assigned_case(work, DUE).id


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def steps(office: Office, state: str, key: str | None = None) -> list[FollowUp]:
    with office.read(SYSTEM) as work:
        found = select(FollowUp).where(FollowUp.state == state).order_by(FollowUp.due_at, FollowUp.id)
        return [row for row in work.session.scalars(found) if key is None or row.rule_key == key]


def messages(office: Office, channel: str = "inbox") -> list[Reminder]:
    with office.read(SYSTEM) as work:
        return list(
            work.session.scalars(select(Reminder).where(Reminder.channel == channel).order_by(Reminder.id))
        )


def events(office: Office, kind: str) -> list[Event]:
    with office.read(SYSTEM) as work:
        return list(work.session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))


def case_of(work: Work, case_id: int) -> Case:
    return work.session.get_one(Case, case_id)


def test_assignment_arms_what_holds_and_only_the_next_of_repeats(town: Office, case_id: int) -> None:
    armed = [(r.rule_key, r.step, r.n, r.due_at) for r in steps(town, "armed")]
    assert armed == [
        ("take_up", 0, 1, local(24, 9)),
        ("progress", 0, 1, local(25, 9)),
        ("due", 0, 1, local(30, 9)),
        ("due", 1, 1, local(1, 9, month=12)),
        ("due", 2, 1, local(3, 9, month=12)),
    ]


def test_syncing_again_changes_nothing(town: Office, case_id: int) -> None:
    def all_rows() -> list[tuple[object, ...]]:
        with town.read(SYSTEM) as work:
            return [
                (r.id, r.key, r.state, r.due_at)
                for r in work.session.scalars(select(FollowUp).order_by(FollowUp.id))
            ]

    before = all_rows()
    for _ in range(2):
        with town.write(SYSTEM) as work:
            follow_up.sync(work, case_of(work, case_id))
    assert all_rows() == before


def test_taking_it_up_stops_the_take_up_rule_and_nothing_else(town: Office, case_id: int) -> None:
    with town.write(SYSTEM) as work:
        moves.move(work, case_of(work, case_id), CaseState.IN_PROGRESS, "case.taken_up", department="power")
    assert {r.rule_key for r in steps(town, "stopped")} == {"take_up"}
    assert {r.rule_key for r in steps(town, "armed")} == {"progress", "due"}
    with at(local(24, 9)):
        assert run_now(town) == 0


def test_nothing_fires_before_its_time_and_each_step_once(town: Office, case_id: int) -> None:
    with at(local(24, 8, 59)):
        assert follow_up.run_due(town) == 0
    with at(local(24, 9)):
        assert follow_up.run_due(town) == 1
        assert follow_up.run_due(town) == 0
    (message,) = messages(town)
    assert message.body.zh == "请签收 S-1"
    assert message.why == T(
        "因为：规则“规则”；交办于 11月23日；1 个工作日后；接手或答复后不再提醒",
        en="Because of the rule “Rule”; assigned on 23 November; 1 working day after; it stops once the case is taken up "
           "or answered",
    )
    assert message.link == f"/cases/{case_id}"


def test_a_repeat_arms_its_next_one_until_they_are_used_up(town: Office, case_id: int) -> None:
    fired = []
    for day in (25, 27, 1, 3, 7):
        with at(local(day, 9, month=11 if day > 20 else 12)):
            run_now(town)
            fired.append(len(steps(town, "fired", "progress")))
    assert fired == [1, 2, 3, 3, 3]
    assert steps(town, "armed", "progress") == []


def test_cards_rise_with_the_due_date_and_go_with_the_answer(town: Office, case_id: int) -> None:
    seen = []
    for moment in (local(30, 9), local(1, 9, month=12), local(3, 9, month=12)):
        with at(moment):
            run_now(town)
            with town.read(SYSTEM) as work:
                case = case_of(work, case_id)
                seen.append((case.card, case.supervisions))
    assert seen == [(Card.BLUE, 0), (Card.YELLOW, 0), (Card.RED, 1)]
    assert [e.actor for e in events(town, "case.supervised")] == ["duijie"]
    assert len(events(town, "case.flagged")) == 2
    told = {(m.to_name, m.kind) for m in messages(town) if m.kind.startswith("rule:due")}
    assert told == {("rep同志", f"rule:due:{n}:1") for n in range(3)} | {("head同志", "rule:due:2:1")}
    with town.write(SYSTEM) as work:
        moves.move(
            work,
            case_of(work, case_id),
            CaseState.ANSWERED,
            "case.replied",
            department="",
            result="",
            text="",
        )
        assert case_of(work, case_id).card is None


def test_a_text_with_an_unknown_place_still_reads(town: Office, case_id: int) -> None:
    with at(local(30, 9)):
        run_now(town)
    blue = next(m for m in messages(town) if m.kind == "rule:due:0:1")
    assert blue.body == T("路灯不亮 12月1日 到期 …", en="路灯不亮 due 1 December …")
    assert blue.useful_until == local(2, 0, month=12)


def test_a_new_due_date_arms_the_chain_anew_and_clears_the_card(town: Office, case_id: int) -> None:
    with at(local(30, 9)):
        run_now(town)
        with town.write(SYSTEM) as work:
            case = case_of(work, case_id)
            assert case.card is Card.BLUE
            case.due_on = date(2026, 12, 8)
            follow_up.sync(work, case)
            assert case.card is None
    assert [r.due_at for r in steps(town, "armed", "due")] == [
        local(7, 9, month=12), local(8, 9, month=12), local(10, 9, month=12),
    ]  # fmt: skip
    with town.write(
        SYSTEM
    ) as work:  # and back again: what has fired stays fired, the rest is armed once more
        case = case_of(work, case_id)
        case.due_on = DUE
        follow_up.sync(work, case)
    assert [(r.step, r.due_at) for r in steps(town, "armed", "due")] == [
        (1, local(1, 9, month=12)), (2, local(3, 9, month=12)),
    ]  # fmt: skip
    assert [r.step for r in steps(town, "fired", "due")] == [0]


def test_a_promise_for_tomorrow_skips_the_warning_that_is_past(town: Office, case_id: int) -> None:
    with at(local(26, 14)), town.write(SYSTEM) as work:
        promise(work, case_of(work, case_id), 1)
        follow_up.sync(work, case_of(work, case_id))
    (skipped,) = steps(town, "skipped", "promise")
    assert (skipped.step, skipped.stop_reason) == (0, "already past when it was armed")
    assert [r.due_at for r in steps(town, "armed", "promise")] == [local(30, 9)]


def test_of_several_facts_that_are_past_only_the_last_is_said(town: Office, case_id: int) -> None:
    with at(local(7, 10, month=12)), town.write(SYSTEM) as work:
        case = assigned_case(work, date(2026, 11, 26), number="S-2")
        states = {
            r.step: r.state
            for r in work.session.scalars(select(FollowUp).where(FollowUp.case_id == case.id))
            if r.rule_key == "due"
        }
    assert states == {0: "skipped", 1: "skipped", 2: "armed"}


def test_a_warning_that_was_missed_is_not_sent_after_the_date(town: Office, case_id: int) -> None:
    with at(local(2, 12, month=12)):  # everything stood still from Monday to the day after the due date
        run_now(town)
    assert [r.step for r in steps(town, "skipped", "due")] == [0, 1]
    assert {m.kind for m in messages(town)} == {"rule:take_up:0:1", "rule:progress:0:1"}


def test_a_kept_promise_stops_its_rule_and_others_go_on(town: Office, case_id: int) -> None:
    with town.write(SYSTEM) as work:
        case = case_of(work, case_id)
        kept, other = promise(work, case, 5), promise(work, case, 6)
        follow_up.sync(work, case)
        kept.state = "kept"
        follow_up.sync(work, case)
        assert [r.anchor_id for r in steps_in(work, "armed")] == [f"{other.id}@2026-12-01"] * 2
        assert [r.anchor_id for r in steps_in(work, "stopped")] == [f"{kept.id}@2026-11-30"] * 2


def steps_in(work: Work, state: str) -> list[FollowUp]:
    found = select(FollowUp).where(FollowUp.state == state, FollowUp.rule_key == "promise")
    return list(work.session.scalars(found.order_by(FollowUp.id)))


def answer(office: Office, case_id: int) -> None:
    with office.write(SYSTEM) as work:
        moves.move(
            work,
            case_of(work, case_id),
            CaseState.ANSWERED,
            "case.replied",
            department="",
            result="",
            text="",
        )


def test_an_answer_nobody_rates_is_closed_after_the_window(town: Office, case_id: int) -> None:
    answer(town, case_id)
    with at(local(24, 9)):
        run_now(town)
    asked = [m for m in messages(town, "mail") if m.kind == "rule:rating:0:1"]
    assert [(m.to_address, m.link) for m in asked] == [("wang@example.test", "/track")]
    with at(local(30, 18)):
        run_now(town)
    with town.read(SYSTEM) as work:
        assert case_of(work, case_id).state is CaseState.CLOSED
    assert [e.actor_kind for e in events(town, "case.closed")] == ["system"]


def test_a_rating_stops_the_window(town: Office, case_id: int) -> None:
    answer(town, case_id)
    with town.write(SYSTEM) as work:
        case = case_of(work, case_id)
        work.session.add(Rating(case_id=case_id, stay=case.stay, stars=5, at=work.now))
        follow_up.sync(work, case)
    assert len(steps(town, "stopped", "rating")) == 2


def test_a_bad_rating_reopens_with_a_new_clock_once(town: Office, case_id: int) -> None:
    answer(town, case_id)
    with at(local(26, 10)):
        requester = actor(town, "coordinator")
        for _ in range(2):  # said twice, done once
            with town.write(requester) as work:
                follow_up.moment(work, case_of(work, case_id), Anchor.RATED_BADLY, "7", stars=1)
        with town.read(SYSTEM) as work:
            case = case_of(work, case_id)
            assert (case.state, case.reopened, case.due_on) == (CaseState.IN_PROGRESS, 1, date(2026, 12, 3))
            assert case.lead is not None
            assert case.lead.due_on == date(2026, 12, 3)
    assert steps(town, "armed", "due")[0].due_at == local(2, 9, month=12)
    assert steps(town, "armed", "progress")[0].due_at == local(
        30, 9
    )  # open again, counted from the reopening
    (reopened,) = events(town, "case.reopened")
    assert reopened.actor == "duijie"
    assert {m.to_name for m in messages(town) if m.kind == "rule:bad:0:1"} == {"rep同志", "coordinator同志"}


def test_a_good_rating_does_nothing(town: Office, case_id: int) -> None:
    answer(town, case_id)
    with town.write(SYSTEM) as work:
        follow_up.moment(work, case_of(work, case_id), Anchor.RATED_BADLY, "7", stars=3)
        assert case_of(work, case_id).state is CaseState.ANSWERED


def test_what_was_not_heard_is_carried_over_and_says_from_where(town: Office, case_id: int) -> None:
    with town.write(SYSTEM) as work:
        case = case_of(work, case_id)
        meeting = Meeting(
            number="M1",
            group_key="small",
            area_id=case.area_id,
            title="第 18 次对接会",
            place="会议室",
            starts_at=work.now,
            slot_minutes=12,
            slots=10,
            uid="u",
            created_at=work.now,
        )
        work.session.add(meeting)
        work.session.flush()
        follow_up.moment(work, case, Anchor.NOT_HEARD, "3", meeting=meeting)
        assert case.carried_from_id == meeting.id
    assert len(events(town, "case.carried_over")) == 1
    assert [m.body.zh for m in messages(town, "mail")] == ["第 18 次对接会 没排上"]


def test_nobody_on_the_roster_falls_through_to_the_coordinator_and_says_so(town: Office) -> None:
    with town.write(SYSTEM) as work:
        assigned_case(work, DUE, number="S-3", lead="civil")
    with at(local(24, 9)):
        run_now(town)
    told = [m for m in messages(town) if m.kind == "rule:take_up:0:1"]
    assert [m.to_name for m in told] == ["coordinator同志"]
    assert "未登记代表，改发给您" in told[0].why.zh
    assert "no representative is on the roster" in told[0].why.en


def test_without_a_head_the_representative_hears_it(town: Office) -> None:
    with town.write(SYSTEM) as work:
        housing = department(work, "housing")
        rosters.seat(
            work, housing, person(work, "clerk", Role.REPRESENTATIVE, department_id=housing).id, "alternate"
        )
        assigned_case(work, DUE, number="S-4", lead="housing")
    with at(local(3, 9, month=12)):
        run_now(town)
    told = [m for m in messages(town) if m.kind == "rule:due:2:1"]
    assert [m.to_name for m in told] == ["clerk同志"]


def test_a_new_lead_starts_the_clock_anew(town: Office, case_id: int) -> None:
    with at(local(24, 15)), town.write(SYSTEM) as work:
        case = case_of(work, case_id)
        assert case.lead is not None
        case.lead.active = False
        work.session.add(
            Assignment(
                case_id=case.id,
                department_id=department(work, "housing"),
                due_on=DUE,
                role=AssignmentRole.LEAD,
                assigned_at=work.now,
            )
        )
        follow_up.sync(work, case)
    assert steps(town, "armed", "take_up")[0].due_at == local(25, 9)
    assert len(steps(town, "stopped")) == 5


def test_a_case_that_fails_does_not_hold_up_the_others(
    town: Office, case_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with town.write(SYSTEM) as work:
        other = assigned_case(work, DUE, number="S-5").id
        bad = work.session.scalars(
            select(FollowUp).where(FollowUp.case_id == case_id, FollowUp.rule_key == "take_up")
        ).one()
        bad.why = {"at": "not a date"}  # what a damaged row would hold
    moment = local(24, 9)
    for _ in range(6):
        with at(moment):
            run_now(town)
        moment += timedelta(hours=1)
    (failed,) = steps(town, "failed")
    assert (failed.case_id, failed.attempts) == (case_id, 5)
    assert "not a date" in failed.last_error
    assert [m.about_id for m in messages(town) if m.kind == "rule:take_up:0:1"] == [other]
    with town.read(SYSTEM) as work:
        faults = overview.kept_faults(work)
    assert [f.plugin for f in faults] == ["small"] * 5
    assert "rule take_up" in faults[0].error


def test_a_database_that_is_held_is_no_fault_of_the_rule(
    town: Office, case_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_given: object) -> None:
        raise Busy

    with at(local(24, 9)):
        with monkeypatch.context() as patched:
            patched.setattr(follow_up, "fire", held)
            with pytest.raises(Busy):
                follow_up.run_due(town)
        assert [row.attempts for row in steps(town, "armed", "take_up")] == [0]
        assert follow_up.run_due(town) == 1


def test_rows_of_a_plugin_that_is_gone_wait_for_it(
    tmp_path: Path, town: Office, case_id: int, database_url: str
) -> None:
    from town import small_settings

    from duijie.bootstrap import open_office  # only this test opens a second office

    without = open_office(small_settings(tmp_path, database_url), [])
    with at(local(24, 9)):
        run_now(without)
        assert [r.last_error for r in steps(town, "armed", "take_up")] == [
            "the rule is missing: its plugin is not installed"
        ]
    without.database.close()
    with at(local(24, 11)):
        run_now(town)
    assert len(steps(town, "fired", "take_up")) == 1


def test_two_processes_at_once_run_each_step_once(tmp_path: Path, database_url: str) -> None:
    with at(START), small_office(tmp_path, database_url, RULES) as office:
        with office.write(SYSTEM) as work:
            for number in range(15):
                assigned_case(work, DUE, number=f"R-{number}")
        moment = local(3, 9, month=12)
        with at(moment):
            workers = [threading.Thread(target=run_all, args=(office,)) for _ in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            run_all(office)
        with office.read(SYSTEM) as work:
            cases = list(work.session.scalars(select(Case)))
            assert [case.supervisions for case in cases] == [1] * 15
            assert [row.attempts for row in work.session.scalars(select(FollowUp)) if row.attempts] == []
        assert len(events(office, "case.supervised")) == 15


def run_all(office: Office) -> None:
    for _ in range(20):
        follow_up.run_due(office, 10)
