"""The literature's problem by SAT: against brute force in both encodings, and as a race of processes."""

import pytest
from drawn_meetings import published, timetables
from hypothesis import given, settings

from duijie.matchmaking.check import breaks, violations
from duijie.matchmaking.dzn import problem_from_dzn
from duijie.matchmaking.grid import Grid
from duijie.matchmaking.locks import admit
from duijie.matchmaking.results import Status
from duijie.matchmaking.sat import race
from duijie.matchmaking.sat.cores import search
from duijie.matchmaking.sat.rules import suits
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Problem

SMALL = """nBusiness = 3; nMeetings = 3; nTables = 1; nTotalSlots = 4; nMorningSlots = 2;
requested = [|1, 2,3, |1, 3,3, |2, 3,2, |];
forbidden = [{0}, {0,2}, {0}];
fixed = [1,0,0];
precedences = [{}, {1}, {}];
"""


@settings(max_examples=80, deadline=None, database=None)
@given(published())
def test_both_encodings_agree_with_brute_force(problem: Problem) -> None:
    assert suits(problem)
    grid = Grid(problem)
    locks = admit(grid)
    kept = {problem.requests[r].key: slot for r, slot in locks.kept.items()}
    every = [] if locks.refused else [sum(breaks(problem, slots).values()) for slots in timetables(problem, kept)]
    for style in ("slot", "place"):
        if locks.refused:
            continue
        last = list(search(grid, style, "cadical153", 1, first=True))[-1]
        assert last.impossible == (not every)
        if every:
            assert last.slots is not None
            slots = {problem.requests[r].key: slot for r, slot in last.slots.items()}
            assert violations(problem, slots) == []
            assert (last.bound, last.proved) == (min(every), True)
            assert sum(breaks(problem, slots).values()) == min(every)


@pytest.fixture
def no_processes_left():
    yield
    race.end_all()


def test_a_file_is_solved_by_the_race(no_processes_left: None) -> None:
    problem = problem_from_dzn(SMALL, fairness=2)
    found = solve(problem, time_limit=60)
    assert (found.status, found.slots["m1"]) == (Status.OPTIMAL, 0)
    assert found.objective == found.bound == sum(breaks(problem, found.slots).values())
    assert violations(problem, found.slots) == []
    impossible = problem_from_dzn(SMALL.replace("{0}, {0,2}", "{0,2,3,4}, {0,2}"))
    assert solve(impossible, time_limit=60).status is Status.INFEASIBLE
    assert solve(problem, time_limit=60, stop=lambda: True).status in (Status.UNKNOWN, Status.OPTIMAL)
