"""What happens by itself: ticks, nightly work, a sign of life, and a failure that stays where it is."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, small_office
from sqlalchemy import select

from duijie import schedule
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, Hours, Rule, Step, Who
from duijie.domain.text import T
from duijie.schedule import jobs
from duijie.schedule.guard import Guard
from duijie.services import heartbeat
from duijie.services.work import Office
from duijie.storage.models import FollowUp, PluginFault, Reminder, WebSession

RULES = [Rule("hello", T("规则", en="Rule"), Anchor.ASSIGNED, (Step(Hours(0), Act.REMIND, (Who.LEAD,)),))]


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with small_office(tmp_path, database_url, RULES) as office:
        yield office


def states(office: Office) -> list[str]:
    with office.read(SYSTEM) as work:
        return sorted(work.session.scalars(select(Reminder.state)))


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_running_scheduler_does_what_is_due_and_shows_that_it_lives(town: Office) -> None:
    with town.read(SYSTEM) as work:
        assert heartbeat.last_beat(work) is None
        assert not heartbeat.is_running(work)
    with town.write(SYSTEM) as work:
        assigned_case(work, work.today)
    two = [schedule.build(town), schedule.build(town)]  # any number of processes may tick
    for scheduler in two:
        scheduler.start()
    try:
        wait_for(lambda: states(town) == ["sent", "sent"])
    finally:
        for scheduler in two:
            scheduler.stop()
            scheduler.stop()  # stopping twice is no error
    with town.read(SYSTEM) as work:
        assert heartbeat.is_running(work)
        assert work.session.scalars(select(FollowUp.state)).all() == ["fired"]


def test_its_jobs_are_these(town: Office) -> None:
    assert schedule.build(town).jobs == [
        "alarms",
        "daily lists",
        "deliver dingtalk",
        "deliver feishu",
        "deliver inbox",
        "deliver mail",
        "deliver webhook",
        "deliver wecom",
        "draft meetings",
        "heartbeat",
        "learn anew",
        "look up",
        "plan the day",
        "plugin actions",
        "plugin jobs",
        "rules",
        "search timetables",
        "tell plugins",
        "tidy",
    ]


def test_a_silent_scheduler_is_told_from_a_living_one(town: Office) -> None:
    with at(START):
        jobs.beat(town)
        jobs.beat(town)
    for seconds, lives in ((59, True), (61, False)):
        with at(START + timedelta(seconds=seconds)), town.read(SYSTEM) as work:
            assert heartbeat.last_beat(work) == START
            assert heartbeat.is_running(work) is lives


def test_one_round_runs_rules_and_delivers(town: Office) -> None:
    with town.write(SYSTEM) as work:
        for number in range(3):
            assigned_case(work, work.today, number=f"S-{number}")
    assert schedule.run_now(town) == 3 + 6
    assert states(town) == ["sent"] * 6
    assert schedule.run_now(town) == 0


def test_sessions_that_have_ended_are_forgotten(town: Office) -> None:
    now, user_id = datetime.now(UTC), actor(town, "rep").user_id
    with town.write(SYSTEM) as work:
        for name, hours in (("old", -1), ("young", 1)):
            work.session.add(
                WebSession(
                    token_hash=name,
                    user_id=user_id,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(hours=hours),
                )
            )
    jobs.tidy(town)
    with town.read(SYSTEM) as work:
        assert work.session.scalars(select(WebSession.token_hash)).all() == ["young"]


def test_planning_the_day_arms_what_a_new_release_brings(tmp_path: Path, database_url: str) -> None:
    with small_office(tmp_path, database_url) as town, town.write(SYSTEM) as work:
        assigned_case(work, work.today)
        assert work.session.scalars(select(FollowUp)).all() == []
    from small_group import SmallGroup  # only this test opens the newer release
    from town import small_settings

    from duijie.bootstrap import open_office

    newer = open_office(small_settings(tmp_path, database_url), [("small", SmallGroup(RULES))])
    jobs.plan_day(newer)
    assert schedule.run_now(newer) == 3
    newer.database.close()


def test_a_failing_job_is_written_down_once_and_nothing_else_stops(town: Office) -> None:
    guard, good = Guard(town), []

    def fail() -> None:
        raise OSError("disk full")

    for _ in range(3):
        assert guard.run("rules", fail) is False
        assert guard.run("deliver", lambda: good.append(1)) is True
    assert len(good) == 3
    with town.read(SYSTEM) as work:
        (fault,) = work.session.scalars(select(PluginFault))
        assert (fault.plugin, fault.hook, fault.error) == ("duijie-schedule", "rules", "OSError('disk full')")
        assert "disk full" in fault.trace


def test_a_database_that_is_down_does_not_stop_the_ticking(tmp_path: Path) -> None:
    with small_office(tmp_path, f"sqlite:///{tmp_path / 'd.db'}") as town:
        with town.write(SYSTEM) as work:
            work.session.connection().exec_driver_sql("DROP TABLE plugin_fault")
        assert Guard(town).run("rules", lambda: 1 / 0) is False
