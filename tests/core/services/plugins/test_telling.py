"""What happens by itself for plugins: events told after the commit, jobs, tables; all of it in another process."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import kept
import pytest
import time_machine
from bad_plugins import HEAD, Yard
from sqlalchemy import func, select, text
from town import build_town

from duijie.api import Context, Job, Plugin, T, hookimpl
from duijie.domain.roles import SYSTEM
from duijie.hooks.hosted import host_of
from duijie.schedule import jobs
from duijie.services.plugins import observing, options, running, tables
from duijie.services.work import Office
from duijie.storage import schema
from duijie.storage.models import Event, Observation, PluginJob, PluginSetting

START = datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.fixture
def good(yard: Yard) -> Iterator[Office]:
    """An office with the plugin of tests/hostile/good.py in its own process, and its tables."""
    with yard.office(sources=[("good", "hostile.good")]) as office:
        kept.migrate(office.database)
        upgrade(office)
        yield office


def upgrade(office: Office) -> object:
    host = host_of(office.plugins.plugin("good"))
    assert host is not None
    return host.call("upgrade", (), (office.catalogue.tables["good"],), 60)


def seen(office: Office) -> list[tuple[int, str]]:
    with office.read(SYSTEM) as work:
        return [(row[0], row[1]) for row in work.session.execute(text("SELECT id, kind FROM x_good_seen ORDER BY id"))]


def record(office: Office, *kinds: str) -> list[int]:
    with office.write(SYSTEM) as work:
        events = [work.record(kind, "user", 1, login="a") for kind in kinds]
        work.session.flush()
        return [event.id for event in events]


def fail_after_recording(office: Office) -> None:
    with office.write(SYSTEM) as work:
        work.record("user.locked", "user", 1)
        work.session.flush()
        raise ZeroDivisionError


def test_events_are_told_in_order_after_the_commit_and_each_once(good: Office) -> None:
    one, two = record(good, "user.added", "user.changed")
    with pytest.raises(ZeroDivisionError):  # never committed, so never told
        fail_after_recording(good)
    assert seen(good) == []
    assert jobs.tell(good) == 2
    assert jobs.tell(good) == 0
    assert seen(good) == [(one, "user.added"), (two, "user.changed")]
    with good.read(SYSTEM) as work:
        assert work.session.scalar(select(func.count(Observation.id))) == 0
        assert work.session.scalar(select(func.count(Event.id))) == 2


def test_its_job_runs_when_it_is_due_and_says_what_it_did(good: Office) -> None:
    record(good, "user.added")
    jobs.tell(good)
    assert jobs.run_plugin_jobs(good) == 0  # it was just put down: in five minutes
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6), tick=False):
        assert jobs.run_plugin_jobs(good) == 1
        assert jobs.run_plugin_jobs(good) == 0
        with good.read(SYSTEM) as work:
            row = work.session.get_one(PluginJob, "good:count")
            assert (row.last_said, row.last_error, row.lease_until) == ({"zh": "1", "en": "1"}, "", None)
            assert row.next_at == work.now + timedelta(minutes=5)


def test_its_tables_keep_their_history_and_are_its_own(good: Office) -> None:
    assert tables.current(good.database, "good") == "good1"
    assert upgrade(good) == "good1"  # again is nothing
    with good.database.engine.connect() as connection:
        assert tables.names(connection, "good") == ["x_good_seen", "x_good_version"]
    assert schema.is_current(good.database)  # core's own history does not see them


def test_its_settings_reach_it_and_a_secret_stays_one(good: Office) -> None:
    town = build_town(good)
    with good.write(town.actor("system_admin")) as work:
        options.change(work, "good", {"word": "你好", "key": "s3cret"})
    with good.read(SYSTEM) as work:
        assert options.shown(work, "good") == {"word": "你好", "key": options.KEPT}
        options_event = work.session.scalars(select(Event).where(Event.kind == "plugin.changed")).one()
        assert "s3cret" not in str(options_event.data)
    with good.write(town.actor("system_admin")) as work:
        options.change(work, "good", {"word": "您好", "key": options.KEPT})
        assert work.session.get_one(PluginSetting, ("good", "key")).value == "s3cret"
    assert good.context_of("good").settings == {"word": "您好", "key": "s3cret"}
    assert "s3cret" not in repr(good.context_of("good"))


OBSERVER = HEAD + """
@hookimpl
def duijie_on_event(event, context):
    with open(PATH, "a") as file:
        file.write(f"{event.id} {event.case.area if event.case else '-'}\\n")
    if event.kind == "user.locked":
        raise RuntimeError("cannot take this one")
"""


def test_one_that_fails_is_tried_again_and_the_later_ones_wait_for_it(yard: Yard) -> None:
    told = yard.folder / "told"
    yard.write("bad", f"PATH = {str(told)!r}\n" + OBSERVER)
    with time_machine.travel(START, tick=False) as clock, yard.office("bad") as office:
        kept.migrate(office.database)
        first, second = record(office, "user.locked", "user.added")
        for pause in (0, 10, 60, 300, 900):
            clock.shift(timedelta(seconds=pause))
            assert observing.tell_due(office) == 0
        assert observing.tell_due(office) == 1
        lines = told.read_text().split("\n")[:-1]
        assert lines == [f"{first} -"] * 5 + [f"{second} -"]
        assert any("given up after 5 tries" in fault.error for fault in office.plugins.faults)


class Slow:
    """Jobs of this process: one by the minute, one by the clock."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    @hookimpl
    def duijie_plugin(self) -> Plugin:
        return Plugin(1, T("慢", en="Slow"))

    @hookimpl
    def duijie_jobs(self) -> list[Job]:
        often = Job("often", T("常", en="Often"), self.often, every_minutes=10)
        return [often, Job("night", T("夜", en="Night"), self.night, at="02:30")]

    def often(self, context: Context) -> None:
        self.ran.append("often")

    def night(self, context: Context) -> None:
        self.ran.append("night")
        raise OSError("disk full")


def test_what_was_missed_is_caught_up_once_and_a_failure_waits_for_the_next_time(yard: Yard) -> None:
    slow = Slow()
    with time_machine.travel(START, tick=False) as clock, yard.office(here=(("slow", slow),)) as office:
        kept.migrate(office.database)
        assert running.run_due(office) == 0
        clock.shift(timedelta(hours=49))  # two nights and 294 times ten minutes
        assert running.run_due(office) == 2
        assert running.run_due(office) == 0
        assert sorted(slow.ran) == ["night", "often"]
        with office.read(SYSTEM) as work:
            night = work.session.get_one(PluginJob, "slow:night")
            assert "disk full" in night.last_error
            assert work.local(night.next_at).strftime("%d %H:%M") == "28 02:30"


def test_a_job_whose_plugin_is_gone_keeps_its_row(yard: Yard) -> None:
    with yard.office(here=(("slow", Slow()),)) as office:
        kept.migrate(office.database)
        running.run_due(office)
    with yard.office() as office:
        assert running.run_due(office) == 0
        with office.read(SYSTEM) as work:
            assert {row.key for row in work.session.scalars(select(PluginJob))} == {"slow:often", "slow:night"}
