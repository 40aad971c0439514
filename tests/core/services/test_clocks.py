"""A scheduler whose clock is wrong says so; where the database has a clock of its own, it goes by that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from small_group import assigned_case, department, small_office
from sqlalchemy import select
from town import small_settings

from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.schedule import jobs
from duijie.services import heartbeat, people, reminders
from duijie.services.work import Office
from duijie.storage.models import Setting
from duijie.tools import installation

WORDS = T("灯还没修", en="The lamp is still dark")
HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with small_office(tmp_path, database_url) as made:
        made.clock.compare()
        yield made


def beat(office: Office, process: str, ahead: timedelta = timedelta()) -> heartbeat.WrongClock | None:
    with time_machine.travel(datetime.now(UTC) + ahead), office.write(SYSTEM) as work:
        return heartbeat.compare_clocks(work, process)


@pytest.mark.both_databases
def test_who_is_an_hour_ahead_is_named_to_everybody(office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    if office.database.is_sqlite:  # there it takes others to compare with, who live
        for _ in range(2):
            said = [beat(office, "a:1"), beat(office, "b:2", HOUR), beat(office, "c:3")]
        assert [one and one.process for one in said] == [None, "b:2", None]
    else:
        with time_machine.travel(datetime.now(UTC) + HOUR):
            jobs.beat(office)
        assert "about 60 min ahead" in caplog.text
        office.clock.__init__()  # type: ignore[misc]  # another process looks, whose clock is right
    with office.read(SYSTEM) as work:
        (wrong,) = heartbeat.wrong_clocks(work)
    assert abs(wrong.off - HOUR) < timedelta(seconds=30)
    assert "快了约 60 分钟" in wrong.text.zh
    assert wrong.mended is not office.database.is_sqlite
    found = [one.text.zh for one in installation.scheduler(office, small_settings(tmp_path, "")) if one.level == "warn"]
    assert wrong.text.zh in found


def test_clocks_that_agree_are_no_news_and_the_dead_are_forgotten(tmp_path: Path) -> None:
    with small_office(tmp_path, f"sqlite:///{tmp_path}/d.db") as office:
        assert beat(office, "a:1") is None  # nothing is compared where nothing is sent
        office.clock.compare()
        beat(office, "gone:9", -30 * HOUR)
        for _ in range(3):
            assert [beat(office, "a:1"), beat(office, "b:2")] == [None, None]
        with office.read(SYSTEM) as work:
            assert heartbeat.wrong_clocks(work) == []
        with office.read(SYSTEM) as work:
            kept = work.session.scalars(select(Setting.key).where(Setting.key.startswith("process:"))).all()
        assert sorted(kept) == ["process:a:1", "process:b:2"]


@pytest.mark.postgresql
def test_who_is_ahead_sends_nothing_before_its_time(postgresql_url: str, tmp_path: Path) -> None:
    """And who is behind nothing too late: PostgreSQL says what time it is."""
    with small_office(tmp_path, postgresql_url) as office:
        office.clock.compare()
        with office.write(SYSTEM) as work:
            case = assigned_case(work, work.today)
            people.tell_department(work, case, department(work, "power"), "case.news", WORDS, WORDS)
            later = reminders.NewReminder("later", "case", case.id, "1", reminders.Recipient("x", 1), WORDS, WORDS, WORDS,
                                          work.now + timedelta(minutes=30))  # fmt: skip
            reminders.plan(work, later)
        for ahead, sent in ((HOUR, 2), (-HOUR, 0)):
            office.clock._asked_at = 0.0
            with time_machine.travel(datetime.now(UTC) + ahead):
                assert reminders.deliver(office) == sent
