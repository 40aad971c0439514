"""What happens on the day: each event, what stays, how little moves, and the words for it."""

import pytest

from duijie.domain.errors import Invalid
from duijie.matchmaking.check import violations
from duijie.matchmaking.events import DeskAdded, DeskClosed, Event, Overrun, PartyAdded, PartyAway, Withdrawn
from duijie.matchmaking.replanning import replan
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Desk, Party, Problem, Request

WATER, POWER = Desk("w", name="自来水公司"), Desk("p", name="供电公司")
PROBLEM = Problem(
    6, (WATER, POWER), tuple(Party(k, name=f"{k}公司") for k in "abc"),
    tuple(Request(f"{k}{d}", k, (d,)) for k in "abc" for d in "wp"))
PLACED = {"aw": 0, "ap": 1, "bw": 1, "bp": 2, "cw": 2, "cp": 3}

EVENTS: dict[str, tuple[list[Event], int]] = {
    "a desk is late": ([DeskClosed("w", frozenset({0}))], 1),
    "a desk is gone": ([DeskClosed("p", frozenset(range(2, 6)))], 1),
    "a second representative": ([DeskAdded(Desk("w", 2))], 0),
    "a requester is late": ([PartyAway("a", frozenset({0}))], 1),
    "a requester is gone": ([PartyAway("c", frozenset(range(6)))], 0),
    "one more requester": ([PartyAdded(Party("d"), (Request("dw", "d", ("w",)),))], 0),
    "no longer wanted": ([Withdrawn("bw")], 0),
    "a talk overruns": ([Overrun("aw", 2)], 1),
}


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_is_mended_with_the_fewest_moves(name: str) -> None:
    events, least = EVENTS[name]
    found = replan(PROBLEM, PLACED, events, workers=1)
    assert violations(found.problem, found.solution.slots) == []
    moved = [m for m in found.moves if m.before is not None and m.after is not None]
    assert len(moved) == found.least == least
    assert {m.request for m in found.moves} == {k for k in PLACED | found.solution.slots
                                                if PLACED.get(k) != found.solution.slots.get(k)}
    assert all(m.text.zh and m.text.en for m in found.moves)


def test_what_runs_or_was_called_stays_and_nothing_begins_in_the_past() -> None:
    found = replan(PROBLEM, PLACED, [DeskClosed("w", frozenset({1, 2}))], now=1, kept=["bp"], workers=1)
    assert (found.solution.slots["aw"], found.solution.slots["bp"]) == (0, 2)
    assert all(slot >= 1 for key, slot in found.solution.slots.items() if key != "aw")


def test_the_moves_are_told_in_both_languages() -> None:
    found = replan(PROBLEM, PLACED, [PartyAway("c", frozenset(range(6)))], workers=1)
    assert found.moves[0].text.zh == "c公司（自来水公司）：原定第 3 时段，现在排不下，转到下次。"
    late = replan(PROBLEM, PLACED, [PartyAway("c", frozenset({3}))], workers=1)
    assert "从第 4 时段改到第" in late.moves[0].text.zh
    assert "moved from slot 4 to slot" in late.moves[0].text.en


def test_an_event_about_nobody_is_refused() -> None:
    with pytest.raises(Invalid):
        replan(PROBLEM, PLACED, [PartyAway("x", frozenset())])


def test_a_late_desk_at_the_articles_size_moves_little() -> None:
    talks = [Request(f"{p}-{i}", f"p{p}", (f"d{(p + i * (1 + p % 3)) % 7}",)) for p in range(100) for i in range(2 + p % 3)]
    problem = Problem(18, tuple(Desk(f"d{i}", 3) for i in range(7)), tuple(Party(f"p{p}") for p in range(100)), tuple(talks),
                      frozenset({8}))
    before = solve(problem).slots
    found = replan(problem, before, [DeskClosed("d0", frozenset({0, 1}))], time_limit=10)
    assert violations(found.problem, found.solution.slots) == []
    assert len(found.solution.slots) == len(talks)
    displaced = sum("d0" in r.desks and before[r.key] < 2 for r in talks)
    assert displaced <= found.least <= len(found.moves) <= 2 * displaced
