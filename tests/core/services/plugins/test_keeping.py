"""Rows 23 and 25 of the battery: a plugin that keeps failing rests, and core's transactions are core's alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import kept
import pytest
import time_machine
from bad_plugins import HEAD, Yard
from scene import play
from sqlalchemy import select
from town import build_town, small_settings

from duijie.api import CaseFacts, Plugin, Suggestion, T, hookimpl
from duijie.bootstrap import open_office
from duijie.domain.errors import Forbidden, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.hooks.faults import REST
from duijie.schedule import jobs
from duijie.services import triage
from duijie.services.plugins import state
from duijie.services.work import Office
from duijie.storage.models import Area, Case, PluginFault, PluginState, PluginTime
from enterprise_advisors import plugin as enterprise

CASE = CaseFacts(None, "lamps", "area", "lamps", "路灯", "路灯不亮")
START = datetime(2026, 11, 25, 2, tzinfo=UTC)


class Moody:
    """A plugin that fails for as long as it is told to."""

    def __init__(self) -> None:
        self.fails, self.asked = True, 0

    @hookimpl
    def duijie_plugin(self) -> Plugin:
        return Plugin(1, T("喜怒无常", en="Moody"))

    @hookimpl
    def duijie_suggest_departments(self, case: CaseFacts) -> list[Suggestion]:
        self.asked += 1
        if self.fails:
            raise RuntimeError("not today")
        return [Suggestion("power", 1.0, (T("好", en="fine"),))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def open_with(folder: Path, moody: Moody) -> Office:
    office = open_office(small_settings(folder, f"sqlite:///{folder / 'duijie.db'}"), [("moody", moody)])
    kept.migrate(office.database)
    return office


def ask(office: Office, times: int = 1) -> int:
    """Ask in pieces of work of their own, as requests do; answers how many suggestions came."""
    found = 0
    for _ in range(times):
        with office.read(SYSTEM):
            found += len(office.plugins.ask_for("duijie_suggest_departments", Suggestion, only="moody", case=CASE, candidates=[]))
    return found


def test_it_rests_also_elsewhere_and_after_a_restart_and_is_tried_once(folder: Path) -> None:
    with time_machine.travel(START, tick=False) as clock:
        moody = Moody()
        office = open_with(folder, moody)
        assert ask(office, 20) == 0
        assert moody.asked == 5
        with office.read(SYSTEM) as work:
            row = work.session.get(PluginState, "moody")
            assert row is not None
            assert row.paused_until == START + REST
            (fault,) = work.session.scalars(select(PluginFault))
            assert (fault.plugin, fault.hook, fault.count) == ("moody", "duijie_suggest_departments", 5)
            assert "RuntimeError('not today')" in fault.error
        office.database.close()

        office = open_with(folder, moody)  # a restart, or another process
        assert ask(office, 3) == 0
        assert moody.asked == 5
        clock.move_to(START + REST + timedelta(seconds=1))
        office.switches.forget()
        assert ask(office, 3) == 0
        assert moody.asked == 6  # tried once, failed, rests again
        moody.fails = False
        clock.move_to(START + 3 * REST)
        assert ask(office, 3) == 3
        with office.read(SYSTEM) as work:
            row = work.session.get(PluginState, "moody")
            assert row is not None
            assert row.paused_until is None
        moody.fails = True
        assert ask(office, 3) == 0
        assert moody.asked == 12  # the failures of before are forgotten
        office.database.close()


def test_the_administrator_lets_it_try_again_at_once(folder: Path) -> None:
    moody = Moody()
    office = open_with(folder, moody)
    assert ask(office, 9) == 0
    moody.fails = False
    assert ask(office) == 0
    with office.write(SYSTEM) as work:
        state.try_again(work, "moody")
    assert ask(office) == 1
    office.database.close()


def test_switches_are_the_administrators(folder: Path) -> None:
    moody = Moody()
    moody.fails = False
    office = open_with(folder, moody)
    town = build_town(office)
    other = open_with(folder, moody)  # a second process on the same database
    assert ask(other) == 1
    with pytest.raises(Forbidden), office.write(town.actor("coordinator")) as work:
        state.switch(work, "moody", False)
    with pytest.raises(NotFound), office.write(SYSTEM) as work:
        state.switch(work, "nobody", False)
    with office.write(town.actor("system_admin")) as work:
        state.switch(work, "moody", False)
    assert ask(office) == 0
    other.switches.forget()  # what two seconds do by themselves
    assert ask(other) == 0
    with office.write(town.actor("system_admin")) as work:
        state.switch(work, "moody", True)
        district = work.session.scalars(select(Area.id).where(Area.key == "district")).one()
        state.switch_in(work, "moody", district, False)
    with office.write(town.actor("area_admin")) as work:
        state.switch_in(work, "moody", town.area_id, True)  # below the district, it is on again
    for area, expected in (("dagang", 1), ("xigang", 0), ("district", 0), (None, 1)):
        found = office.plugins.ask("duijie_suggest_departments", area=area, only="moody", case=CASE, candidates=[])
        assert len(found) == expected, area
    assert office.context_of("moody").areas == ("dagang",)
    with pytest.raises(Forbidden), office.write(town.actor("area_admin")) as work:
        state.switch_in(work, "moody", town.other_area_id, True)
    other.database.close()
    office.database.close()


def test_times_are_added_up_over_processes(folder: Path) -> None:
    moody = Moody()
    moody.fails = False
    one, two = open_with(folder, moody), open_with(folder, moody)
    ask(one, 3)
    ask(two, 4)
    jobs.beat(one)
    jobs.beat(two)
    with one.read(SYSTEM) as work:
        row = work.session.get(PluginTime, ("moody", "duijie_suggest_departments"))
        assert row is not None
        assert (row.calls, row.failures) == (7, 0)
        assert 0 < row.slowest <= row.seconds
    one.database.close()
    two.database.close()


VETO = HEAD + """
@hookimpl
def duijie_check(action, case, context):
    {body}
    return [Objection(T("先别办。", en="Not yet."), T("等一等。", en="Wait."))] if action == "decline" else []
"""
MEDDLES = {
    "writes": "context.store.write().__enter__()",
    "leaves a transaction open": "global kept; kept = context.store.read(); kept.__enter__()",
    "holds the database": "import sqlite3, time; c = sqlite3.connect(DB, isolation_level=None); c.execute('BEGIN'); "
                          "c.execute('SELECT count(*) FROM area').fetchone(); time.sleep(30)",
}  # fmt: skip


@pytest.mark.parametrize("way", MEDDLES)
def test_a_hook_that_meddles_with_the_database_leaves_cores_transaction_alone(yard: Yard, way: str) -> None:
    yard.write("bad", f"DB = {str(yard.folder / 'duijie.db')!r}\n" + VETO.format(body=MEDDLES[way]))
    yard.write("good", VETO.format(body="pass"))
    with yard.office("bad", "good", here=(("enterprise_advisors", enterprise),)) as office:
        kept.migrate(office.database)
        town = build_town(office)
        scene = play(town, "dagang", "coordinator")
        case_id = scene.values["case_id"]
        coordinator = town.actor("coordinator")
        with office.write(coordinator) as work:
            case = work.session.get(Case, case_id)
            assert case is not None
            triage.mark(work, case, joint_talk=True, priority=2)  # something that must stay
            before = len(office.plugins.faults)
            with pytest.raises(Refused, match="先别办。等一等。"):
                triage.decline(work, case, "不归我们管")
            assert len(office.plugins.faults) == before + 1
        with office.read(coordinator) as work:
            again = work.session.get(Case, case_id)
            assert again is not None
            assert (again.joint_talk, again.priority, again.decline_reason) == (True, 2, "")
            fault = work.session.scalars(select(PluginFault).where(PluginFault.plugin == "bad")).first()
            assert fault is not None
            assert fault.hook == "duijie_check"
