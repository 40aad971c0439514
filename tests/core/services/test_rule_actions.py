"""Actions of plugins that rules call: once, in the background, tried again, alone with their faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from small_group import START, SmallGroup, assigned_case, at, fill, small_settings
from sqlalchemy import select

from duijie.api import Act, Action, ActionCall, Anchor, Context, Hours, Rule, Step, T, Who, hookimpl
from duijie.bootstrap import open_office
from duijie.domain.followup import rule_problems
from duijie.domain.roles import SYSTEM
from duijie.services import follow_up
from duijie.services.rules import actions
from duijie.services.work import Office
from duijie.storage.models import ActionRun, Event, FollowUp

RULE = Rule("ring", T("四小时没人接手", en="Nobody took it up"), Anchor.ASSIGNED,
            (Step(Hours(0), Act.CALL, action="small.bell"),))  # fmt: skip
DONE = T("响了", en="it rang")


class Ringing(SmallGroup):
    """The small group with a bell that answers as it is told."""

    def __init__(self, rule: Rule = RULE) -> None:
        super().__init__([rule])
        self.calls: list[ActionCall] = []
        self.fails = 0

    @hookimpl
    def duijie_actions(self) -> list[Action]:
        return [Action("bell", T("按铃", en="Ring the bell"), self.ring)]

    def ring(self, call: ActionCall, _context: Context) -> T:
        self.calls.append(call)
        if len(self.calls) <= self.fails:
            raise RuntimeError("nobody heard it")
        return DONE


@contextmanager
def opened(folder: Path, plugin: Ringing) -> Iterator[Office]:
    with at(START):
        office = open_office(small_settings(folder, f"sqlite:///{folder / 'd.db'}"), [("small", plugin)])
        fill(office)
        with office.write(SYSTEM) as work:
            follow_up.sync(work, assigned_case(work, START.date()))
        follow_up.run_due(office)
        yield office
        office.database.close()


def states(office: Office) -> list[tuple[str, int, str]]:
    with office.read(SYSTEM) as work:
        rows = work.session.scalars(select(ActionRun).order_by(ActionRun.id))
        return [(row.state, row.attempts, row.last_error) for row in rows]


def test_a_step_has_its_action_done_once_and_the_history_says_so(tmp_path: Path) -> None:
    bell = Ringing()
    with opened(tmp_path, bell) as office:
        assert bell.calls == []  # not inside the step's own transaction
        assert [actions.run_due(office), actions.run_due(office)] == [1, 0]
        follow_up.run_due(office)
        follow_up.sync_all(office)
        assert actions.run_due(office) == 0
        (call,) = bell.calls
        assert (call.case.number, call.rule.zh) == ("S-1", "四小时没人接手")
        assert states(office) == [("done", 0, "")]
        with office.read(SYSTEM) as work:
            told = work.session.scalars(select(Event.data).where(Event.kind == "case.acted")).all()
        assert told == [{"action": {"zh": "按铃", "en": "Ring the bell"}, "said": DONE.as_json()}]


def test_steps_of_one_moment_are_all_done(tmp_path: Path) -> None:
    """To remind somebody is not to have rung: neither step overtakes the other."""
    first = Step(Hours(0), Act.CALL, action="small.bell")
    bell = Ringing(Rule("both", RULE.title, Anchor.ASSIGNED, (first, Step(Hours(0), Act.REMIND, (Who.LEAD,)))))
    with opened(tmp_path, bell) as office:
        assert actions.run_due(office) == 1
        with office.read(SYSTEM) as work:
            rows = work.session.scalars(select(FollowUp).order_by(FollowUp.step))
            assert [(row.step, row.state) for row in rows] == [(0, "fired"), (1, "fired")]


@pytest.mark.parametrize(("fails", "ends"), [(2, "done"), (9, "failed")])
def test_one_that_fails_is_tried_again_and_given_up(tmp_path: Path, fails: int, ends: str) -> None:
    bell = Ringing()
    bell.fails = fails
    with opened(tmp_path, bell) as office:
        for hours in range(8):
            with at(START + timedelta(hours=hours)):
                actions.run_due(office)
        assert states(office)[0][0] == ends
        assert len(bell.calls) == min(fails + 1, 5)
        assert len({call.key for call in bell.calls}) == 1
        if ends == "failed":
            assert "given up after 5 tries" in office.plugins.faults[-1].error


def test_one_whose_worker_died_is_run_again_with_the_same_key(tmp_path: Path) -> None:
    bell = Ringing()
    with opened(tmp_path, bell) as office:
        with office.write(SYSTEM) as work:
            row = work.session.scalars(select(ActionRun)).one()
            row.lease_until, row.fence = work.now + timedelta(seconds=50), 7
        assert actions.run_due(office) == 0
        with at(START + timedelta(minutes=1)):
            assert actions.run_due(office) == 1
        assert states(office) == [("done", 0, "")]


def test_without_its_plugin_an_action_waits(tmp_path: Path) -> None:
    stranger = Rule("ring", T("叫别人", en="Call another"), Anchor.ASSIGNED, (Step(Hours(0), Act.CALL, action="other.bell"),))
    bell = Ringing(stranger)
    with opened(tmp_path, bell) as office:
        assert "no plugin provides the action 'other.bell'" in office.plugins.faults[0].error
        assert actions.run_due(office) == 1
        assert states(office) == [("planned", 0, "its plugin is not here or off")]


@pytest.mark.parametrize("step", [Step(Hours(0), Act.CALL), Step(Hours(0), Act.CALL, action="bell"),
                                  Step(Hours(0), Act.CLOSE, action="small.bell")])  # fmt: skip
def test_a_step_that_names_its_action_wrongly_is_refused(step: Step) -> None:
    anchor = Anchor.ANSWERED if step.do is Act.CLOSE else Anchor.ASSIGNED
    assert any("<plugin>.<key>" in problem for problem in rule_problems([Rule("r", T("规", en="r"), anchor, (step,))]))


def test_no_rule_can_set_itself_off_by_what_its_action_did() -> None:
    rule = Rule("r", T("规", en="r"), Anchor.EVENT, (Step(Hours(0), Act.CALL, action="small.bell"),), event="case.acted")
    assert any("set itself off" in problem for problem in rule_problems([rule]))
