"""The two ways into the database: what reading may not keep, and what writing may not lose."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from duijie.domain.errors import Conflict
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import numbers
from duijie.services.work import Office
from duijie.storage.database import Database
from duijie.storage.models import Setting, User

pytestmark = pytest.mark.both_databases


def test_reading_keeps_nothing(office: Office) -> None:
    with office.read(SYSTEM) as work:
        work.session.add(Setting(key="a", value={}))
        work.session.flush()
    with office.read(SYSTEM) as work:
        assert work.session.get(Setting, "a") is None


def test_a_write_that_raises_keeps_nothing(office: Office) -> None:
    def fails() -> None:
        with office.write(SYSTEM) as work:
            work.session.add(Setting(key="a", value={}))
            work.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with office.read(SYSTEM) as work:
        assert work.session.get(Setting, "a") is None


def test_read_modify_write_from_many_threads_loses_nothing(office: Office) -> None:
    with office.write(SYSTEM) as work:
        work.session.add(Setting(key="sum", value={"n": 0}))

    def add() -> None:
        for _ in range(25):
            with office.write(SYSTEM) as work:
                row = work.session.scalars(select(Setting).where(Setting.key == "sum").with_for_update()).one()
                row.value = {"n": row.value["n"] + 1}

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with office.read(SYSTEM) as work:
        assert work.session.get_one(Setting, "sum").value == {"n": 100}


def test_numbers_are_given_once(office: Office) -> None:
    given: list[int] = []

    def take() -> None:
        for _ in range(20):
            with office.write(SYSTEM) as work:
                number = numbers.next_number(work, "cases")
            given.append(number)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 81))


def test_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'd.db'}")
    with database.engine.connect() as connection:
        pragmas = {p: connection.execute(text(f"PRAGMA {p}")).scalar() for p in ("journal_mode", "synchronous", "foreign_keys")}
    database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_pieces_of_work_do_not_wait_for_each_other_to_read_the_clock(lite: Office) -> None:
    """One that waits for the database while it reads its clock must not hold up the one that has it."""
    demo = replace(lite, demo=True)
    entered, leave = threading.Event(), threading.Event()

    def slow() -> None:
        with demo.write(SYSTEM):
            entered.set()
            leave.wait(10)

    def blocked() -> None:
        with demo.write(SYSTEM) as work:
            assert work.now

    holder, waiter = threading.Thread(target=slow), threading.Thread(target=blocked)
    holder.start()
    entered.wait(5)
    waiter.start()
    done: list[bool] = []

    def reader() -> None:
        with demo.read(SYSTEM) as work:
            done.append(bool(work.now))

    looking = threading.Thread(target=reader)
    looking.start()
    looking.join(5)
    leave.set()
    holder.join()
    waiter.join()
    assert done == [True]


def test_who_changes_a_record_second_is_told_and_overwrites_nothing(office: Office) -> None:
    with office.write(SYSTEM) as work:
        user = User(login="zhang", name=T.same("张"), password_hash="", created_at=work.now)
        work.session.add(user)

    def race() -> None:
        with office.write(SYSTEM) as work:
            late = work.session.get_one(User, user.id)
            work.session.execute(text("UPDATE user_account SET version = version + 1"))  # as another process would
            late.phone = "1"

    with pytest.raises(Conflict, match="他人已更新"):
        race()


@pytest.mark.parametrize("url", ["nonsense", "mysql://name:secret@host/x", ""])
def test_an_address_of_no_database_is_named_by_its_setting_and_keeps_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="DUIJIE_DATABASE_URL") as refused:
        Database(url)
    assert "secret" not in str(refused.value)
