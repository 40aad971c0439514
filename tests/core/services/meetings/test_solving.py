"""Searches in the background: found, watched, stopped, handed back, lost; none stores what nobody waits for."""

import threading
import time
from datetime import timedelta

import pytest
from call_meeting import CASES, Called, call
from sqlalchemy import select, update
from town import Town

from duijie.domain.errors import Conflict, Forbidden, Refused
from duijie.domain.roles import SYSTEM
from duijie.schedule import jobs
from duijie.services import heartbeat
from duijie.services.meetings import access, adjusting, planning, solving
from duijie.storage.models import Meeting, SolveJob


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town).to("invited")


@pytest.fixture
def on_either(town: Town) -> Called:
    return call(town).to("invited")


@pytest.fixture
def hard(lite_town: Town) -> Called:
    """More talks of two requesters than fit, with some urgent: a search that has something to do for seconds."""
    desks = ("hr", "economy", "organization", "power")
    cases = [(f"h{n}", f"91330000MA{n % 9:08d}", (desks[n % 4], desks[(n // 4 + 1 + n) % 4]), False, n % 3)
             for n in range(36)]  # fmt: skip
    return call(lite_town, cases=[c for c in cases if len(set(c[2])) == 2]).to("invited")


def standing(called: Called) -> solving.Standing:
    with called.read() as work:
        found = solving.standing(work, access.managed(work, called.meeting_id))
        assert found is not None
        return found


def numbers(called: Called) -> list[int]:
    with called.read() as work:
        return [t.number for t in work.session.get_one(Meeting, called.meeting_id).timetables]


def begin(called: Called, **more: object) -> tuple[int, int]:
    return solving.start(called.town.office, called.town.actor("coordinator"), called.meeting_id, **more)


def change(called: Called, **values: object) -> None:
    with called.town.office.write(SYSTEM) as work:
        work.session.execute(update(SolveJob).values(**values))


def test_a_small_meeting_has_its_timetable_at_once(called: Called) -> None:
    state = solving.begin(called.town.office, called.town.actor("coordinator"), called.meeting_id)
    found = standing(called)
    assert (state, found.state, found.job.number, numbers(called)) == ("done", "done", 1, [1])
    assert found.job.started_by == "coordinator"
    assert found.job.progress["gap"] == 0
    with called.read() as work:
        timetable = planning.current(work, access.managed(work, called.meeting_id))
        assert timetable is not None
        assert (timetable.by, planning.gap_of(timetable)) == ("coordinator", 0)


def test_a_longer_search_waits_for_the_scheduler_and_is_run_once(on_either: Called) -> None:
    office = on_either.town.office
    with office.write(SYSTEM) as work:
        heartbeat.beat(work)
    state = solving.begin(office, on_either.town.actor("coordinator"), on_either.meeting_id, longer=True)
    assert (state, standing(on_either).state) == ("queued", "queued")
    with pytest.raises(Refused, match="已经在排"):
        begin(on_either)
    done: list[int] = []
    workers = [threading.Thread(target=lambda: done.append(jobs.search(office, threading.Event()))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [0, 0, 1]
    assert (standing(on_either).state, numbers(on_either)) == ("done", [1])


def test_without_a_scheduler_the_process_itself_searches(called: Called) -> None:
    state = solving.begin(called.town.office, called.town.actor("coordinator"), called.meeting_id, longer=True)
    assert state == "running"
    deadline = time.monotonic() + 30
    while standing(called).open:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert standing(called).state == "done"


def test_the_best_so_far_is_taken_when_somebody_stops(hard: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "PULSE", 0.05)
    job, fence = begin(hard, take=True)
    with hard.write() as work:
        assert solving.stop(work, hard.meeting_id)
    began = time.monotonic()
    state = solving.run(hard.town.office, job, fence)
    assert time.monotonic() - began < 30 < solving.LONG
    assert state in ("stopped", "done")  # done when the proof was quicker than the hand
    assert numbers(hard) == [1]
    with hard.write() as work:
        assert not solving.stop(work, hard.meeting_id)
    begin(hard)
    with hard.write() as work:
        assert solving.stop(work, hard.meeting_id)
    assert (standing(hard).state, solving.run_due(hard.town.office)) == ("stopped", 0)


def test_a_process_that_ends_hands_its_search_back(hard: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "PULSE", 0.02)
    ending = threading.Event()
    ending.set()
    begin(hard, seconds=3)
    assert solving.run_due(hard.town.office, ending) == 1
    assert (standing(hard).job.state, numbers(hard)) == ("queued", [])
    assert solving.run_due(hard.town.office) == 1
    assert numbers(hard) == [1]


def test_a_search_whose_process_died_is_lost_and_comes_back_in_vain(called: Called) -> None:
    job, fence = begin(called, take=True)
    with called.town.office.read(SYSTEM) as work:
        past = work.now - timedelta(seconds=1)
    change(called, lease_until=past)
    assert (standing(called).state, standing(called).open) == ("lost", False)
    again, its_fence = begin(called, take=True)
    assert solving.run(called.town.office, job, fence) == "failed"  # the dead one rises: its answer is not wanted
    assert numbers(called) == []
    assert solving.run(called.town.office, again, its_fence) == "done"
    with called.read() as work:
        states = work.session.scalars(select(SolveJob.state).order_by(SolveJob.id)).all()
    assert (states, numbers(called)) == (["lost", "done"], [1])


def test_a_search_that_nobody_takes_is_lost(called: Called) -> None:
    begin(called)
    assert standing(called).open
    with called.town.office.read(SYSTEM) as work:
        long_ago = work.now - timedelta(minutes=2)
    change(called, created_at=long_ago)
    assert standing(called).state == "lost"


def test_a_meeting_that_changed_meanwhile_says_so(called: Called) -> None:
    called.solve()
    job, fence = begin(called, take=True)
    with called.read() as work:
        newest = planning.current(work, access.managed(work, called.meeting_id))
        assert newest is not None
        key = newest.appointments[0].key
    real = planning.keep

    def meanwhile(work, meeting, question, solution):
        adjusting.lock(work, called.meeting_id, None, key, True)
        return real(work, meeting, question, solution)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "keep", meanwhile)
        assert solving.run(called.town.office, job, fence) == "failed"
    said = standing(called).job.said
    assert said is not None
    assert "会议安排有变动" in said.zh
    assert numbers(called) == [1]


def test_what_nobody_foresaw_is_raised_and_said(called: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the machine room is on fire")

    monkeypatch.setattr(solving, "find_timetable", breaks)
    job, fence = begin(called, take=True)
    with pytest.raises(RuntimeError, match="on fire"):
        solving.run(called.town.office, job, fence)
    assert standing(called).state == "failed"
    assert "on fire" not in str(standing(called).job.said)


def test_only_the_coordinator_of_the_area_searches(called: Called) -> None:
    office, start = called.town.office, solving.start
    with pytest.raises(Conflict):
        start(office, called.town.actor("coordinator"), called.meeting_id, 99)
    with pytest.raises(Forbidden):
        start(office, called.town.actor("area_admin"), called.meeting_id)
    with called.town.office.write(called.town.actor("area_admin")) as work, pytest.raises(Forbidden):
        solving.stop(work, called.meeting_id)
    empty = call(called.town, cases=CASES[:0])
    with pytest.raises(Refused, match="还没有可排的对接"):
        start(office, called.town.actor("coordinator"), empty.meeting_id)
