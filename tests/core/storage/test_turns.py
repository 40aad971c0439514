"""Threads of one process write in the order in which they came; nobody starves, nobody is locked out by a mistake."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from duijie.domain.errors import Busy
from duijie.storage.database import Database
from duijie.storage.turns import Turns

WRITERS = 40
HELD = 0.01  # seconds that each holds the database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'd.db'}")
    with made.write() as session:
        session.execute(text("CREATE TABLE turn (number INTEGER)"))
    return made


def numbers(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(text("SELECT number FROM turn ORDER BY rowid")))


def test_forty_threads_write_in_the_order_in_which_they_came(database: Database) -> None:
    came, failed = list[int](), list[int]()

    def write(number: int) -> None:
        came.append(number)
        try:
            with database.write() as session:
                session.execute(text("INSERT INTO turn VALUES (:n)"), {"n": number})
                time.sleep(HELD)
                if number == WRITERS // 2:
                    raise RuntimeError
        except RuntimeError:
            failed.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrote = numbers(database)
    assert failed == [WRITERS // 2]
    assert sorted([*wrote, *failed]) == list(range(WRITERS))
    order = [number for number in came if number not in failed]
    moved = [abs(order.index(number) - place) for place, number in enumerate(wrote)]
    assert sum(moved) / len(moved) < 2, "a thread may lose its place between coming and queueing, not more"


def test_who_waits_too_long_is_told_so_and_leaves_the_queue() -> None:
    turns, told = Turns(), list[type]()

    def wait() -> None:
        with pytest.raises(Busy) as raised, turns.turn(0.05):
            pass
        told.append(raised.type)

    with turns.turn(1):
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join()
        with turns.turn(1) as left:  # whoever has it may take it again
            assert left == 1
    assert told == [Busy]
    with turns.turn(1):
        pass


def test_what_was_waited_for_a_thread_is_not_waited_for_another_process_once_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duijie.storage.database.PATIENCE", 0.6)
    other = Database(str(database.url))
    took = list[float]()

    def write() -> None:
        since = time.monotonic()
        with pytest.raises(Busy), database.write() as session:
            session.execute(text("INSERT INTO turn VALUES (1)"))
        took.append(time.monotonic() - since)

    with other.write() as session:
        session.execute(text("INSERT INTO turn VALUES (0)"))
        threads = [threading.Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
            time.sleep(0.1)
        for thread in threads:
            thread.join()
    other.close()
    assert numbers(database) == [0]
    assert max(took) < 1.1, "0.6 s and whatever a busy machine adds, not twice 0.6 s"


def test_a_child_forked_in_the_middle_of_a_write_has_a_queue_of_its_own() -> None:
    turns = Turns()
    waiting = threading.Thread(target=lambda: turns.turn(5).__enter__())
    with turns.turn(1):
        waiting.start()
        child = os.fork()
        if not child:
            with suppress(BaseException):
                os._exit(0 if _alone(turns) else 1)
            os._exit(2)
    _, status = os.waitpid(child, 0)
    waiting.join()
    assert os.waitstatus_to_exitcode(status) == 0


def _alone(turns: Turns) -> bool:
    with turns.turn(0.5):  # nobody of the parent's is before it
        return True
