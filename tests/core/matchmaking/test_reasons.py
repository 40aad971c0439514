"""Why a request has no place: each reason in the situation it describes, in both languages."""

from dataclasses import replace

import pytest

from duijie.matchmaking.results import Status
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Desk, Party, Problem, Request

WATER, POWER = Desk("w", name="自来水公司"), Desk("p", name="电力公司")
ANNA, BELLE = Party("a", name="甲公司"), Party("b", name="乙公司")


def room(*requests: Request, slots: int = 2, desks: tuple[Desk, ...] = (WATER, POWER),
         parties: tuple[Party, ...] = (ANNA, BELLE), breaks: frozenset[int] = frozenset()) -> Problem:
    return Problem(slots, desks, parties, requests, breaks)


def away(party: Party, *slots: int) -> tuple[Party, ...]:
    return tuple(replace(p, away=frozenset(slots)) if p is party else p for p in (ANNA, BELLE))


ONE = Request("r", "a", ("w",))
LOCKED = replace(ONE, slot=1)

CASES = {
    "unstaffed": (room(ONE, desks=(replace(WATER, capacity=0), POWER)),
                  "席位“自来水公司”没有代表", "“自来水公司” has no representative"),
    "too long": (room(replace(ONE, length=3)), "需要连续 3 个时段", "needs 3 slots in a row"),
    "across the break": (room(replace(ONE, length=2), breaks=frozenset({0})),
                         "需要连续 2 个", "2 slots in a row"),
    "party away": (room(ONE, parties=away(ANNA, 0, 1)), "“甲公司”能到场的时间不够", "“甲公司” cannot come"),
    "never at the same time": (room(ONE, desks=(replace(WATER, closed=frozenset({0})), POWER),
                                    parties=away(ANNA, 1)),
                               "没有同时开放", "is not open for long enough"),
    "lock while away": (room(LOCKED, parties=away(ANNA, 1)),
                        "“甲公司”届时不能到场", "“甲公司” cannot come then"),
    "lock while closed": (room(LOCKED, desks=(replace(WATER, closed=frozenset({1})), POWER)),
                          "席位“自来水公司”届时不开放", "desk “自来水公司” is closed then"),
    "lock without staff": (room(LOCKED, desks=(replace(WATER, capacity=0), POWER)),
                           "锁定在第 2 时段，但席位“自来水公司”没有代表", "Locked to slot 2, but desk"),
    "lock past the end": (room(replace(LOCKED, length=2)), "超出会议时间", "past the end"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reason_of_a_single_request(name: str) -> None:
    problem, zh, en = CASES[name]
    found = solve(problem)
    assert found.slots == {}
    (only,) = found.unplaced
    assert zh in only.reason.zh
    assert en in only.reason.en
    assert found.status is (Status.INFEASIBLE if "lock" in name else Status.OPTIMAL)


def reason(problem: Problem, key: str) -> tuple[str, str]:
    found = {u.request: u.reason for u in solve(problem).unplaced}
    return found[key].zh, found[key].en


def test_colliding_locks_name_each_other_and_the_rest_is_solved() -> None:
    problem = room(Request("r1", "a", ("w",), slot=0), Request("r2", "b", ("w",), slot=0),
                   Request("r3", "b", ("p",)))
    zh, en = reason(problem, "r2")
    assert "与已锁定的“甲公司”在席位“自来水公司”第 1 时段的对接冲突" in zh
    assert "“甲公司” at desk “自来水公司” in slot 1" in en
    found = solve(problem)
    assert set(found.slots) == {"r1", "r3"}
    assert found.status is Status.INFEASIBLE


def test_a_party_locked_into_two_places_keeps_the_more_urgent() -> None:
    problem = room(Request("r1", "a", ("w",), slot=0), Request("r2", "a", ("p",), slot=0, priority=2))
    assert solve(problem).slots == {"r2": 0}
    assert "“甲公司”在席位“电力公司”第 1 时段" in reason(problem, "r1")[0]


def test_only_the_locks_in_the_way_are_named() -> None:
    problem = room(Request("r1", "a", ("w",), slot=1), Request("r2", "b", ("p",), slot=0),
                   Request("r3", "b", ("w",), slot=1))
    zh, _ = reason(problem, "r3")
    assert "甲公司" in zh
    assert "电力公司" not in zh


def test_a_party_that_asks_for_more_than_its_time() -> None:
    problem = room(Request("r1", "a", ("w",), priority=1), Request("r2", "a", ("p",)), parties=away(ANNA, 0))
    assert reason(problem, "r2") == ("“甲公司”申请的对接共需 2 个时段，但只能到场 1 个时段。",
                                     "“甲公司” asks for 2 slots of talks but can come in only 1.")


def test_a_desk_that_is_asked_for_more_than_it_holds() -> None:
    problem = room(Request("r1", "a", ("w",), priority=1), Request("r2", "b", ("w",)), slots=1)
    assert "共有 2 个时段的申请，只能容纳 1 个" in reason(problem, "r2")[0]
    assert "asked for 2 slots of talks and holds 1" in reason(problem, "r2")[1]


def test_a_desk_full_whenever_the_party_can_come() -> None:
    problem = room(Request("r1", "a", ("w",), slot=0), Request("r2", "b", ("w",)), parties=away(BELLE, 1))
    assert reason(problem, "r2") == ("“乙公司”能到场的时段内，席位“自来水公司”已全部排满。",
                                     "desk “自来水公司” is full in every slot in which “乙公司” can come.")


def test_a_party_that_is_elsewhere_whenever_the_desk_is_open() -> None:
    problem = room(Request("r1", "a", ("p",), slot=0), Request("r2", "a", ("w",)),
                   desks=(replace(WATER, closed=frozenset({1})), POWER))
    assert "在所有可行的时段都已有其他对接" in reason(problem, "r2")[0]
    assert "already has another talk in every slot" in reason(problem, "r2")[1]


def test_some_slots_full_and_in_the_others_the_party_is_elsewhere() -> None:
    problem = room(Request("r1", "a", ("p",), slot=0), Request("r2", "b", ("w",), slot=1),
                   Request("r3", "a", ("w",)))
    zh, en = reason(problem, "r3")
    assert "有的席位“自来水公司”已排满，有的“甲公司”已有其他对接" in zh
    assert "is full; in the others" in en
