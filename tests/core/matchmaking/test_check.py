"""The checker: a good timetable passes, and every single rule that is broken is noticed."""

from collections.abc import Callable

import pytest

from duijie.matchmaking.check import gaps, violations
from duijie.matchmaking.values import Desk, Party, Problem, Request

PROBLEM = Problem(
    slots=6,
    desks=(Desk("d0", 1, frozenset({5})), Desk("d1", 2), Desk("d2", 1)),
    parties=(Party("a", frozenset({0})), Party("b"), Party("c")),
    requests=(
        Request("a0", "a", ("d0",)), Request("a1", "a", ("d1",)),
        Request("b0", "b", ("d0", "d2")), Request("b1", "b", ("d1",), slot=4),
        Request("c0", "c", ("d1",), length=2), Request("c1", "c", ("d2",)),
    ),
    breaks_after=frozenset({2}),
)
GOOD = {"a0": 1, "a1": 2, "b0": 0, "b1": 4, "c0": 3, "c1": 5}

BROKEN: dict[str, tuple[dict[str, int], str]] = {
    "unknown request": ({"x": 0}, "never requested"),
    "before the start": ({"c1": -1}, "outside the meeting"),
    "after the end": ({"c1": 6}, "outside the meeting"),
    "last slot of a long talk after the end": ({"c0": 5, "c1": 0}, "outside the meeting"),
    "lock moved": ({"b1": 3}, "is locked to slot 5"),
    "across the break": ({"c0": 2}, "across the break after slot 3"),
    "party away": ({"a1": 0}, "“a” cannot come in slot 1"),
    "party in two places": ({"a1": 1}, "“a” has both “a0” and “a1” in slot 2"),
    "party in two places in the second slot of a long talk": ({"c1": 4}, "“c” has both"),
    "desk closed": ({"a0": 5}, "“d0” is closed in slot 6"),
    "desk over capacity": ({"a0": 3, "b0": 3}, "“d0” has 2 appointments in slot 4"),
    "desk over capacity through a joint talk": ({"b0": 5}, "“d2” has 2 appointments in slot 6"),
    "desk over a larger capacity": ({"a1": 4}, "“d1” has 3 appointments in slot 5, but room for 2"),
}


def test_a_good_timetable_passes() -> None:
    assert violations(PROBLEM, GOOD) == []
    assert violations(PROBLEM, {}) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_every_broken_rule_is_noticed(rule: str) -> None:
    change, words = BROKEN[rule]
    found = violations(PROBLEM, GOOD | change)
    assert any(words in message.en for message in found), [message.en for message in found]
    assert all(message.zh != message.en for message in found)


def test_an_empty_seat_is_over_capacity() -> None:
    problem = Problem(1, (Desk("d", 0),), (Party("a"),), (Request("r", "a", ("d",)),))
    assert violations(problem, {"r": 0})


@pytest.mark.parametrize(("slots", "count"), [
    ({}, 0),
    ({"a0": 1, "a1": 2}, 0),
    ({"a0": 1, "a1": 4}, 2),
    ({"a0": 1, "a1": 4, "b0": 0, "b1": 4}, 5),
    ({"c0": 1, "c1": 5}, 2),
])
def test_gaps_are_idle_slots_between_first_and_last(slots: dict[str, int], count: int) -> None:
    assert gaps(PROBLEM, slots) == count


MUTANTS: dict[str, Callable[[dict[str, int]], dict[str, int]]] = {
    "everything one slot later": lambda slots: {key: slot + 1 for key, slot in slots.items()},
    "everything at once": lambda slots: dict.fromkeys(slots, 4),
    "in reverse": lambda slots: {key: 5 - slot for key, slot in slots.items()},
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_timetable_spoiled_as_a_whole_is_noticed(name: str) -> None:
    assert violations(PROBLEM, MUTANTS[name](GOOD))
