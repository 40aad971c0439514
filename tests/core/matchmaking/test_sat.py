"""The literature's problem by SAT: against brute force in both encodings, and as a race of processes."""

from itertools import pairwise, product

import pytest
from drawn_meetings import published, timetables
from hypothesis import given, settings
from hypothesis import strategies as st

from duijie.matchmaking.check import breaks, violations
from duijie.matchmaking.dzn import problem_from_dzn
from duijie.matchmaking.grid import Grid
from duijie.matchmaking.locks import admit
from duijie.matchmaking.results import Status
from duijie.matchmaking.sat import race
from duijie.matchmaking.sat.cores import search
from duijie.matchmaking.sat.patterns import patterns
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
def test_every_way_agrees_with_brute_force(problem: Problem) -> None:
    assert suits(problem)
    grid = Grid(problem)
    locks = admit(grid)
    kept = {problem.requests[r].key: slot for r, slot in locks.kept.items()}
    every = [] if locks.refused else [sum(breaks(problem, slots).values()) for slots in timetables(problem, kept)]
    for style, solver, options in race.WAYS:
        if locks.refused:
            continue
        last = list(search(grid, style, solver, 1, first=True, options=options))[-1]
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


@given(st.lists(st.frozensets(st.integers(0, 4), min_size=1), min_size=1, max_size=4), st.integers(0, 2))
@settings(max_examples=150, deadline=None, database=None)
def test_the_shapes_of_a_day_are_those_that_trying_everything_finds(domains: list[frozenset[int]], most: int) -> None:
    expected = {frozenset(slots) for slots in product(*domains) if len(set(slots)) == len(slots)
                and sum(b - a > 1 for a, b in pairwise(sorted(slots))) <= most}
    found = patterns(5, [sorted(domain) for domain in domains], most)
    assert found is not None
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_too_many_shapes_are_none() -> None:
    assert patterns(30, [range(30)] * 6, 3) is None
