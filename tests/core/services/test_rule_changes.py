"""What an administrator changes in the rules, takes over and gives up; and the dry run that shows it first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, small_office
from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid, NotFound
from duijie.domain.presets import PRESETS
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, Card, Rule, Step, Unit, Who, WorkingDays
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.schedule import run_now
from duijie.services import follow_up, moves
from duijie.services.rules import changing, dry_run, reasons
from duijie.services.rules.changing import StepChange
from duijie.services.rules.ruleset import rules_of, with_preset
from duijie.services.work import Office
from duijie.storage.models import Case, Event, FollowUp, Reminder, Revisit

TITLE = T("期限", en="Deadline")
OWN = Rule("answer_due", TITLE, Anchor.LEAD_DUE, (
    Step(WorkingDays(-1), Act.REMIND, (Who.LEAD,)), Step(WorkingDays(1), Act.ESCALATE, (Who.LEAD, Who.HEAD)),
))  # fmt: skip
EARLIER = StepChange(-2, Unit.WORKING_DAYS, 14, (Who.LEAD, Who.COORDINATOR))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with at(START), small_office(tmp_path, f"sqlite:///{tmp_path}/d.db", [OWN]) as opened:
        with opened.write(SYSTEM) as work:
            assigned_case(work, date(2026, 12, 1))
        yield opened


def armed(office: Office) -> list[str]:
    with office.read(SYSTEM) as work:
        rows = select(FollowUp).where(FollowUp.state == "armed").order_by(FollowUp.due_at, FollowUp.id)
        return [f"{work.local(r.due_at):%m-%d %H} {r.rule_key}" for r in work.session.scalars(rows)]


def test_a_changed_delay_moves_what_is_armed_and_can_be_taken_back(office: Office) -> None:
    before = armed(office)
    assert before == ["11-30 09 answer_due", "12-02 09 answer_due"]
    with office.write(actor(office, "administrator")) as work:
        changing.change(work, "small", "answer_due", {0: EARLIER})
        (shown,) = changing.shown(work, "small")
        assert (shown.changed, shown.original, shown.rule.steps[0].to) == (True, OWN, (Who.LEAD, Who.COORDINATOR))
    assert follow_up.sync_group(office, "small") == 1
    assert armed(office) == ["11-27 14 answer_due", "12-02 09 answer_due"]
    with office.write(actor(office, "administrator")) as work:
        changing.restore(work, "small", "answer_due")
        assert rules_of(work, "small") == (OWN,)
        assert len(work.session.scalars(select(Event).where(Event.kind == "rules.changed")).all()) == 2
    follow_up.sync_group(office, "small")
    assert armed(office) == before


def test_a_step_or_a_whole_rule_is_switched_off_and_on(office: Office) -> None:
    def change(on: bool, *steps: int) -> list[str]:
        off = StepChange(1, Unit.WORKING_DAYS, 9, (Who.LEAD, Who.HEAD), on=False)
        with office.write(actor(office, "administrator")) as work:
            changing.change(work, "small", "answer_due", dict.fromkeys(steps, off), on=on)
        follow_up.sync_group(office, "small")
        return armed(office)

    assert change(True, 1) == ["11-30 09 answer_due"]
    assert change(False) == []
    assert change(True) == ["11-30 09 answer_due"], "the step that was off stays off"


def test_nobody_is_flooded_by_what_was_due_before_the_change(office: Office) -> None:
    with at(START + timedelta(days=6)), office.write(actor(office, "administrator")) as work:  # Sunday
        changing.change(work, "small", "answer_due", {0: StepChange(-3, Unit.WORKING_DAYS, 9, (Who.LEAD,))})
    with at(START + timedelta(days=6)):
        follow_up.sync_group(office, "small")
        run_now(office)
    with office.read(SYSTEM) as work:
        assert not work.session.scalars(select(Reminder).where(Reminder.kind.startswith("rule:"))).all()


@pytest.mark.parametrize("wrong", [
    StepChange(-99, Unit.WORKING_DAYS, 9, (Who.LEAD,)), StepChange(1, Unit.WORKING_DAYS, 30, (Who.LEAD,)),
    StepChange(1, Unit.WORKING_DAYS, 9, ()),
])  # fmt: skip
def test_what_cannot_run_is_refused_in_words(office: Office, wrong: StepChange) -> None:
    with office.write(actor(office, "administrator")) as work, pytest.raises(Invalid, match="第 1 步"):
        changing.change(work, "small", "answer_due", {0: wrong})


def test_only_administrators_change_rules(office: Office) -> None:
    with office.write(actor(office, "coordinator")) as work:
        for verb in (lambda: changing.take_over(work, "small", "revisit"), lambda: changing.restore(work, "small", "answer_due")):
            with pytest.raises(Forbidden):
                verb()


def test_a_set_takes_the_place_of_the_plugins_rule_and_gives_it_back(office: Office) -> None:
    with office.write(actor(office, "administrator")) as work:
        with pytest.raises(NotFound):
            changing.take_over(work, "small", "unheard-of")
        assert changing.take_over(work, "small", "three-colour") == 2
        changing.change(work, "small", "answer_due", {0: StepChange(-2, Unit.WORKING_DAYS, 9, (Who.LEAD,))})
        assert changing.taken_over(work, "small") == {"three-colour"}
        assert [s.preset.key if s.preset else "" for s in changing.shown(work, "small")] == ["three-colour"] * 2
        changing.restore(work, "small", "answer_due")
        assert not any(s.changed for s in changing.shown(work, "small")), "as the set says, not as the plugin did"
        changing.give_up(work, "small", "three-colour")
        assert rules_of(work, "small") == (OWN,)


@pytest.mark.parametrize("preset", [one.key for one in PRESETS])
def test_the_dry_run_says_what_then_happens(office: Office, preset: str) -> None:
    """What it foretells for an open case is what fires when the days come."""
    with office.read(actor(office, "administrator")) as work:
        told = dry_run.run(work, "small", with_preset(work, "small", preset))
    with office.write(actor(office, "administrator")) as work:
        changing.take_over(work, "small", preset)
    follow_up.sync_group(office, "small")
    until = min([one.at for one in told.coming], default=START) + timedelta(days=12)
    moment = START
    while moment < until:
        moment += timedelta(hours=6)
        with at(moment):
            run_now(office)
    with office.read(SYSTEM) as work:
        rows = work.session.scalars(select(FollowUp).where(FollowUp.state == "fired"))
        fired = sorted((work.local(r.due_at), r.rule_key) for r in rows)
    assert fired == sorted((one.at, one.rule.key) for one in told.coming if one.at <= moment)


def test_moments_are_foretold_while_they_have_effects_and_replayed_when_they_had(tmp_path: Path) -> None:
    """A bad revisit and an entry of the history set rules off once; what is still to come of it is no surprise."""
    late = Step(WorkingDays(2), Act.REMIND, (Who.LEAD,))
    given = Rule("given", TITLE, Anchor.EVENT, (late,), event="case.assigned")
    rules = [given, Rule("unhappy", TITLE, Anchor.REVISITED_BADLY, (late,))]
    with at(START), small_office(tmp_path, f"sqlite:///{tmp_path}/d.db", rules) as office:
        with office.write(SYSTEM) as work:
            case = assigned_case(work, date(2026, 12, 1))
            work.session.add(Revisit(key="r", case_id=case.id, stay=case.stay, rule=TITLE, ask=TITLE, due_on=work.today,
                                     state="done", result="unsatisfied", done_at=work.now))
            work.session.flush()
            follow_up.moment(work, case, Anchor.REVISITED_BADLY, "revisit-1")
        with office.read(SYSTEM) as work:
            told = dry_run.run(work, "small", rules)
            assert [(f"{one.at:%m-%d %H}", one.rule.key, one.to) for one in told.coming] == [
                ("11-25 09", "given", ("rep同志",)), ("11-25 09", "unhappy", ("rep同志",)),
            ]  # fmt: skip
            new = replace(given, key="later")
            assert not dry_run.run(work, "small", [new]).coming, "a rule of today is not set off by yesterday"
        with at(START + timedelta(days=3)):
            run_now(office)
            with office.read(SYSTEM) as work:
                told = dry_run.run(work, "small", rules)
                fired = work.session.scalars(select(FollowUp).where(FollowUp.state == "fired"))
                assert sorted(one.rule.key for one in told.past) == sorted(row.rule_key for row in fired) == ["given", "unhappy"]
                assert not told.coming


def test_the_last_year_is_replayed_from_the_records(office: Office) -> None:
    with at(START + timedelta(days=10)), office.write(SYSTEM) as work:
        case = work.session.scalars(select(Case)).one()
        for state in (CaseState.IN_PROGRESS, CaseState.ANSWERED):
            moves.move(work, case, state, "case.noted", text="")
    with at(START + timedelta(days=100)), office.read(actor(office, "administrator")) as work:
        told = dry_run.run(work, "small", rules_of(work, "small"))
        assert [(f"{one.at:%m-%d}", one.to) for one in told.past] == [("11-30", ("rep同志",)), ("12-02", ("rep同志", "head同志"))]
        assert not told.coming


def test_a_card_says_why_it_is_there_and_what_ends_it(office: Office) -> None:
    with at(START + timedelta(days=10)):
        run_now(office)
        with office.read(SYSTEM) as work:
            case = work.session.scalars(select(Case)).one()
            (reason,) = reasons.of_card(work, case)
            assert reason.card is Card.RED
            assert reason.why.zh == "因为：规则“期限”；答复期限 12月1日；1 个工作日后；答复后不再提醒"
            assert reason.why.en.endswith("it stops once the case is answered")
