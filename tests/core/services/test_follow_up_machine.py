"""The rule engine as a machine: whatever people, clocks and administrators do, nothing fires twice, nothing is lost.

Every day a few short histories; for more, with longer ones (about ten minutes):
``python -m pytest tests/core/services/test_follow_up_machine.py --hypothesis-profile=long``
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from rule_histories import ANCHORS, HANDS, STEPS, begin, check, close, effort, hand, rule_sets, the_case
from small_group import START, actor, at, department
from sqlalchemy import select

from duijie.domain.errors import Invalid, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Rule
from duijie.domain.text import T
from duijie.domain.working_days import DayKind
from duijie.schedule import run_now
from duijie.services import calendars, follow_up
from duijie.services.meetings import agenda, calling, publishing
from duijie.services.rules import changing
from duijie.services.work import Office
from duijie.storage.models import Area, FollowUp

DAY = timedelta(days=1)
KINDS = [DayKind.HOLIDAY, DayKind.MAKE_UP, DayKind.CLOSURE, None]


class Engine(RuleBasedStateMachine):
    """One case, two processes on its database, a clock that stands still between two moves."""

    @initialize(rules=rule_sets(ANCHORS, STEPS, 6))
    def open(self, rules: list[Rule]) -> None:
        self.rules, self.untouched = rules, {one.key: one for one in rules}
        self.folder = TemporaryDirectory()
        self.moment: datetime = START
        self.meeting: int | None = None
        with at(self.moment):
            self.offices = begin(Path(self.folder.name), rules, workers=2)

    @property
    def office(self) -> Office:
        return self.offices[0]

    @rule(what=st.sampled_from(sorted(HANDS)), which=st.integers(0, 5))
    def somebody_does(self, what: str, which: int) -> None:
        with at(self.moment):
            hand(self.office, what, which)

    @rule(hours=st.integers(1, 140), ticks=st.booleans())
    def time_passes(self, hours: int, ticks: bool) -> None:
        self.moment += timedelta(hours=hours)
        if ticks:  # else the machine was off
            self.tick()

    @rule()
    def tick(self) -> None:
        with at(self.moment):
            run_now(self.office)
        check(self.office, self.moment, self.untouched)

    @rule(hours=st.integers(1, 140))
    def two_workers_tick_at_once(self, hours: int) -> None:
        self.moment += timedelta(hours=hours)
        with at(self.moment), ThreadPoolExecutor(2) as workers:
            list(workers.map(run_now, self.offices))
        check(self.office, self.moment, self.untouched)

    @precondition(lambda self: self.rules)
    @rule(which=st.integers(0, 5), amount=st.integers(-5, 9), hour=st.integers(7, 20), on=st.booleans())
    def an_administrator_edits_a_rule(self, which: int, amount: int, hour: int, on: bool) -> None:
        edited = self.rules[which % len(self.rules)]
        n = which % len(edited.steps)
        step = edited.steps[n]
        change = changing.StepChange(amount, step.after.unit, hour, step.to, on=on)
        with at(self.moment), suppress(Invalid):
            with self.office.write(actor(self.office, "administrator")) as work:
                changing.change(work, "small", edited.key, {n: change})
            self.untouched.pop(edited.key, None)
            follow_up.sync_group(self.office, "small")

    @rule(days=st.integers(0, 12), kind=st.sampled_from(KINDS))
    def the_calendar_changes(self, days: int, kind: DayKind | None) -> None:
        with at(self.moment), suppress(NotFound), self.office.write(actor(self.office, "administrator")) as work:
            day = work.today + days * DAY
            if kind is None:
                calendars.remove_day(work, day)
            else:
                calendars.set_day(work, day, kind, T("临时安排", en="Special day"))

    @precondition(lambda self: self.meeting is None)
    @rule(days=st.integers(1, 9))
    def a_meeting_is_to_hear_the_case(self, days: int) -> None:
        coordinator = actor(self.office, "coordinator")
        with at(self.moment), suppress(Refused), self.office.write(coordinator) as work:
            area = work.session.scalars(select(Area.id)).one()
            seats = {department(work, "power"): 1}
            new = calling.NewMeeting("small", area, "对接会", "镇政府", work.today + days * DAY, time(14), 10, 6, seats=seats)
            meeting = calling.create(work, new)
            agenda.add(work, meeting.id, None, [the_case(work).id])
            publishing.invite(work, meeting.id, None)
            self.meeting = meeting.id

    @precondition(lambda self: self.meeting is not None)
    @rule(days=st.integers(1, 9), hour=st.integers(8, 16), off=st.booleans())
    def it_is_moved_or_called_off(self, days: int, hour: int, off: bool) -> None:
        assert self.meeting is not None
        with at(self.moment), suppress(Refused, Invalid), self.office.write(actor(self.office, "coordinator")) as work:
            if off:
                publishing.cancel(work, self.meeting, None, "停电")
                self.meeting = None
            else:
                publishing.move(work, self.meeting, None, day=work.today + days * DAY, start=time(hour), place="镇政府",
                                slot_minutes=10, slots_=6)  # fmt: skip

    def teardown(self) -> None:
        if not hasattr(self, "offices"):
            return
        try:
            self.sixty_quiet_days()
        finally:
            for office in self.offices:
                office.close()
            self.folder.cleanup()

    def sixty_quiet_days(self) -> None:
        """The case is closed, and nobody does anything any more: every step has its end."""
        with at(self.moment), self.office.write(SYSTEM) as work:
            close(work, the_case(work))
        for _ in range(12):
            self.moment += 5 * DAY
            self.tick()
        with self.office.read(SYSTEM) as work:
            assert work.session.scalars(select(FollowUp.key).where(FollowUp.state == "armed")).all() == []


TestEngine = Engine.TestCase
TestEngine.settings = effort(4, 12)
