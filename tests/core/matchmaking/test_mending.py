"""The smallest repair against brute force: it keeps every rule, and what it calls the least is the least."""

from collections.abc import Mapping
from dataclasses import replace

from drawn_meetings import meetings, timetables
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from duijie.matchmaking.check import violations
from duijie.matchmaking.grid import Grid
from duijie.matchmaking.locks import admit
from duijie.matchmaking.mending import least_points, mend
from duijie.matchmaking.score import points
from duijie.matchmaking.values import Desk, Party, Problem, Request, Weights

ONLY_MOVES = Weights(unheard=1000, waited=0, first=0, waiting=0, breaks=0, days=0, wished=0, unwelcome=0, staff=0, moved=1)


def cost(problem: Problem, slots: Mapping[str, int], before: Mapping[str, int]) -> int:
    return sum(points(problem, slots, before).values())


@given(meetings(slots=4, requests=4), st.dictionaries(st.sampled_from(["r0", "r1", "r2", "r3"]), st.integers(0, 3)),
       st.sampled_from([0, 50, 1000]))
@settings(max_examples=150, deadline=None)
def test_a_repair_keeps_the_rules_and_nothing_is_below_its_floor(problem: Problem, before: dict[str, int], first: int) -> None:
    problem = replace(problem, complete=False, fair=None, weights=replace(ONLY_MOVES, first=first))
    grid = Grid(problem)
    locks = admit(grid)
    assume(not locks.refused)
    asked = {r.key for r in problem.requests}
    before = {key: slot for key, slot in before.items() if key in asked and slot < problem.slots}
    found = mend(problem, before)
    assert violations(problem, found.slots) == []
    locked = {problem.requests[r].key: slot for r, slot in locks.kept.items()}
    best = min(cost(problem, slots, before) for slots in timetables(problem, locked))
    assert least_points(problem, before) <= best <= found.objective


def test_of_three_at_a_desk_that_now_holds_one_two_move_and_that_is_proved() -> None:
    parties = tuple(Party(f"p{i}") for i in range(3))
    talks = tuple(Request(f"r{i}", f"p{i}", ("d",)) for i in range(3))
    problem = Problem(4, (Desk("d", 1),), parties, talks, weights=ONLY_MOVES)
    before = {"r0": 1, "r1": 1, "r2": 1}
    found = mend(problem, before)
    assert least_points(problem, before) == found.objective == 2
    assert sorted(found.slots.values()) in ([0, 1, 2], [1, 2, 3], [0, 1, 3])
    full = replace(problem, slots=2)
    assert least_points(full, before) == 1000 + 1  # one has no place, and one of the others moves
