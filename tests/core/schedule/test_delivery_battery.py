"""The battery of delivery in short: real workers are killed while they send; the whole of it is `benchmarks.delivery`."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks.delivery.channel import CHANNEL
from benchmarks.delivery.crew import Crew, crew
from benchmarks.delivery.inside import LEASE, worker
from benchmarks.delivery.receivers import Receiver, Relay
from benchmarks.delivery.scene import Scene, scene

from duijie.builtin.notifiers.compose import message_id

pytestmark = pytest.mark.slow

NUMBER = 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    taking = Receiver()
    yield taking
    taking.close()


def test_workers_that_are_killed_and_stopped_lose_and_double_nothing(tmp_path: Path, receiver: Receiver) -> None:
    with scene("sqlite", tmp_path / "data") as at:
        at.plan(CHANNEL, range(NUMBER))
        with crew(at.place, worker, 1, port=receiver.port, crash="after_accept", after=5) as doomed:
            doomed.processes[0].join(60)
        with crew(at.place, worker, 1, port=receiver.port) as sleeping:
            until(lambda: receiver.posts.total() > 20)
            sleeping.signal(0, signal.SIGSTOP)
            with crew(at.place, worker, 1, port=receiver.port) as others:
                time.sleep(LEASE.total_seconds() + 1)  # what the sleeper holds is others' by now
                sleeping.signal(0, signal.SIGCONT)
                finish(at, others)
        assert at.states() == {"sent": NUMBER}
        assert at.accepted_twice() <= 1  # what the sleeper had just handed over, not yet settled: the key drops the second
        assert set(receiver.effects) == {reminder.key for reminder in at.reminders()}
    assert set(receiver.effects.values()) == {1}
    assert receiver.posts.total() > NUMBER  # what was in the dead worker's hand came again, with its key


@pytest.mark.parametrize(
    ("policy", "doubled", "flagged"), [("ask", 0, 1), ("reconcile", 0, 0), ("retry", 1, 0)]
)
def test_mail_in_the_hand_of_a_dead_worker(tmp_path: Path, policy: str, doubled: int, flagged: int) -> None:
    """It was accepted, and nobody knows: a person is asked, the relay's log is, or it is sent again."""
    relay = Relay(tmp_path / "mail.log")
    try:
        mailed = {"smtp_host": "127.0.0.1", "smtp_port": str(relay.port), "mail_doubt": policy}
        with scene("sqlite", tmp_path / "data", 1, **mailed, mail_relay_log=str(relay.log)) as at:
            at.plan("mail", range(6))
            with crew(at.place, worker, 1, crash="after_accept", after=2) as doomed:
                doomed.processes[0].join(60)
            with crew(at.place, worker, 1) as workers:
                finish(at, workers, 6, doubtful=flagged)
            arrived = [relay.taken[message_id(reminder.key, "duijie@localhost")] for reminder in at.reminders()]
    finally:
        relay.close()
    assert sorted(arrived) == [1] * (6 - doubled) + [2] * doubled


def finish(at: Scene, workers: Crew, number: int = NUMBER, doubtful: int = 0) -> None:
    """Wait until all is sent but what a person must decide."""
    wanted = Counter(sent=number - doubtful, doubtful=doubtful)
    until(lambda: at.states() == wanted)  # a Counter leaves out what there is none of
    assert workers.revive() == 0


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)
