"""The solver against an independent checker, against brute force, and rule by rule."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duijie.domain.errors import Invalid
from duijie.matchmaking.check import gaps, violations
from duijie.matchmaking.results import Solution, Status
from duijie.matchmaking.score import points
from duijie.matchmaking.search import Search
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Desk, Party, Problem, Request

EMPTY = Problem(0, (), (), ())


@st.composite
def problems(draw: st.DrawFn, slots: int = 5, parties: int = 3, requests: int = 5) -> Problem:
    count = draw(st.integers(1, slots))
    some = st.frozensets(st.integers(0, count - 1), max_size=2)
    desks = tuple(Desk(f"d{i}", draw(st.integers(0 if i else 1, 2)), draw(some)) for i in range(3))
    people = tuple(Party(f"p{i}", draw(some)) for i in range(draw(st.integers(1, parties))))
    wanted = tuple(
        Request(f"r{i}", draw(st.sampled_from(people)).key,
                tuple(draw(st.lists(st.sampled_from(["d0", "d1", "d2"]),
                                    min_size=1, max_size=2, unique=True))),
                draw(st.sampled_from([1, 1, 1, 2])), draw(st.sampled_from([0, 0, 1])),
                draw(st.one_of(st.none(), st.none(), st.none(), st.integers(0, count - 1))))
        for i in range(draw(st.integers(0, requests))))
    return Problem(count, desks, people, wanted, draw(some))


def checked(problem: Problem, **options: object) -> Solution:
    """Solve, and check what holds for every solution."""
    found = solve(problem, **options)  # type: ignore[arg-type]
    assert violations(problem, found.slots) == []
    assert found.gaps == gaps(problem, found.slots)
    assert found.bound <= found.objective
    missing = [r.key for r in problem.requests if r.key not in found.slots]
    assert [u.request for u in found.unplaced] == missing
    assert all(u.reason.zh and u.reason.en for u in found.unplaced)
    if found.status is Status.OPTIMAL:
        assert found.bound == found.objective
    assert found.objective == sum(points(problem, found.slots, options.get("prefer")).values())  # type: ignore[arg-type]
    return found


def kept_locks(problem: Problem) -> dict[str, int]:
    """The documented rule in its plainest form: one lock after the other, the weightier first."""
    kept: dict[str, int] = {}
    for request in sorted(problem.requests, key=lambda r: -r.priority):
        if request.slot is not None and not violations(problem, kept | {request.key: request.slot}):
            kept[request.key] = request.slot
    return kept


def every_timetable(problem: Problem, slots: dict[str, int], left: list[Request]) -> Iterator[dict[str, int]]:
    if not left:
        yield slots
        return
    yield from every_timetable(problem, slots, left[1:])
    for slot in range(problem.slots):
        more = slots | {left[0].key: slot}
        if not violations(problem, more):
            yield from every_timetable(problem, more, left[1:])


def value(problem: Problem, prefer: dict[str, int], slots: dict[str, int]) -> int:
    """What the solver promises to make least, in its order."""
    return sum(points(problem, slots, prefer).values())


@settings(max_examples=200, deadline=None, database=None)
@given(problems())
def test_brute_force_finds_nothing_better(problem: Problem) -> None:
    agrees_with_brute_force(problem)


@settings(max_examples=100, deadline=None, database=None)
@given(problems())
def test_brute_force_finds_nothing_better_than_the_exact_model_alone(problem: Problem) -> None:
    """Without the local search, which settles most small problems before the model is asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Search, "start", lambda search: setattr(search, "cost", [search.price(p) for p in range(len(search.free))]))
        patch.setattr(Search, "improve", lambda *_: None)
        agrees_with_brute_force(problem)


@settings(max_examples=100, deadline=None, database=None)
@given(problems(), st.dictionaries(st.sampled_from(["r0", "r1", "r2", "r3"]), st.integers(-1, 6)))
def test_wishes_to_stay_are_weighed_with_the_rest(
    problem: Problem, prefer: dict[str, int]
) -> None:
    agrees_with_brute_force(problem, prefer)


def agrees_with_brute_force(problem: Problem, prefer: dict[str, int] | None = None) -> None:
    found = checked(problem, workers=1, prefer=prefer)
    free = [r for r in problem.requests if r.slot is None]
    worth = partial(value, problem, prefer or {})
    assert worth(dict(found.slots)) == min(map(worth, every_timetable(problem, kept_locks(problem), free)))
    lost = {r.key for r in problem.requests if r.slot is not None} - kept_locks(problem).keys()
    assert found.status is (Status.INFEASIBLE if lost else Status.OPTIMAL)
    assert found.bound == found.objective


@settings(max_examples=40, deadline=None, database=None)
@given(problems(slots=12, parties=8, requests=24))
def test_larger_rooms_keep_every_rule(problem: Problem) -> None:
    checked(problem, time_limit=0.8)


@settings(max_examples=40, deadline=None, database=None)
@given(problems(slots=8, parties=5, requests=12))
def test_what_has_no_place_has_nowhere_to_go(problem: Problem) -> None:
    found = checked(problem, time_limit=0.2)
    for request in problem.requests:
        if request.key not in found.slots and request.slot is None:
            tries = [{**found.slots, request.key: slot} for slot in range(problem.slots)]
            assert all(violations(problem, slots) for slots in tries)


def meeting(*requests: Request, slots: int = 3, desks: int = 2, capacity: int = 1) -> Problem:
    parties = tuple(Party(key) for key in sorted({r.party for r in requests}))
    return Problem(slots, tuple(Desk(f"d{i}", capacity) for i in range(desks)), parties, requests)


@pytest.mark.parametrize("problem", [
    EMPTY,
    Problem(4, (), (), ()),
    Problem(4, (Desk("d0"),), (Party("a"),), ()),
    meeting(slots=0),
])
def test_nothing_to_do_is_done(problem: Problem) -> None:
    found = checked(problem)
    assert (found.status, found.slots, found.gaps, found.bound) == (Status.OPTIMAL, {}, 0, 0)


def test_without_any_time_there_is_still_a_timetable() -> None:
    found = checked(article(), time_limit=0.0)
    assert len(found.slots) > 280


def test_no_slots_is_a_reason_and_no_crash() -> None:
    found = checked(meeting(Request("r", "a", ("d0",)), slots=0))
    assert "没有时段" in found.unplaced[0].reason.zh


def test_a_contradictory_problem_is_refused() -> None:
    with pytest.raises(Invalid):
        solve(meeting(Request("r", "a", ("nowhere",))))


def test_a_locked_talk_stays_and_the_others_go_round_it() -> None:
    problem = meeting(Request("a0", "a", ("d0",)), Request("b0", "b", ("d0",), slot=1),
                      Request("a1", "a", ("d1",)), slots=3)
    found = checked(problem)
    assert found.slots["b0"] == 1
    assert (found.status, found.gaps, found.unplaced) == (Status.OPTIMAL, 0, ())


def test_a_joint_talk_takes_one_representative_at_each_desk() -> None:
    problem = meeting(Request("joint", "a", ("d0", "d1")), Request("b", "b", ("d0",)),
                      Request("c", "c", ("d1",)), slots=2)
    found = checked(problem)
    assert found.slots["b"] == found.slots["c"] != found.slots["joint"]


def test_a_desk_holds_as_many_talks_as_it_has_representatives() -> None:
    talks = [Request(f"r{i}", f"p{i}", ("d0",)) for i in range(4)]
    assert len(checked(meeting(*talks, slots=1, capacity=3)).slots) == 3


def test_an_absent_party_is_not_called() -> None:
    problem = replace(meeting(Request("r", "a", ("d0",)), slots=3), parties=(Party("a", frozenset({0, 2})),))
    assert checked(problem).slots == {"r": 1}


def test_a_long_talk_does_not_run_across_a_break() -> None:
    problem = replace(meeting(Request("r", "a", ("d0",), length=2), slots=3), breaks_after=frozenset({0}))
    assert checked(problem).slots == {"r": 1}


def test_the_more_urgent_is_heard() -> None:
    problem = meeting(Request("calm", "a", ("d0",)), Request("urgent", "b", ("d0",), priority=1), slots=1)
    assert set(checked(problem).slots) == {"urgent"}


def test_one_urgent_long_joint_talk_goes_before_several_others() -> None:
    calm = [Request(f"r{i}", f"p{i}", (f"d{i % 2}",)) for i in range(4)]
    problem = meeting(*calm, Request("urgent", "u", ("d0", "d1"), length=2, priority=1), slots=2)
    assert set(checked(problem).slots) == {"urgent"}


def test_hearing_one_more_goes_before_waiting() -> None:
    problem = replace(meeting(Request("first", "a", ("d0",), slot=0), Request("last", "a", ("d1",)), slots=4),
                      desks=(Desk("d0"), Desk("d1", closed=frozenset({0, 1, 2}))))
    found = checked(problem)
    assert (found.slots["last"], found.gaps, found.bound, found.status) == (3, 2, 20, Status.OPTIMAL)


def test_parties_are_done_early_where_that_is_free() -> None:
    found = checked(meeting(Request("a", "a", ("d0",)), Request("b", "b", ("d1",)), slots=9))
    assert found.slots == {"a": 0, "b": 0}


def test_no_waiting_where_a_greedy_order_would_make_some() -> None:
    """Three parties, each with both of two desks: only a rotation leaves nobody waiting."""
    talks = [Request(f"{p}{d}", p, (f"d{d}",)) for p, d in itertools.product("abcd", range(2))]
    found = checked(meeting(*talks, slots=4))
    assert (found.status, found.gaps, len(found.slots)) == (Status.OPTIMAL, 0, 8)


def article() -> Problem:
    """The article's size: 7 desks with 3 representatives each, 100 parties, 300 requests, 18 slots."""
    talks = [Request(f"{p}-{i}", f"p{p}", (f"d{(p + i * (1 + p % 3)) % 7}",))
             for p in range(100) for i in range(2 + p % 3)]
    talks[40] = replace(talks[40], desks=("d0", "d4"))
    talks[80] = replace(talks[80], slot=7)
    people = tuple(Party(f"p{p}", frozenset(range(9)) if p % 10 == 0 else frozenset()) for p in range(100))
    return Problem(18, tuple(Desk(f"d{i}", 3) for i in range(7)), people, tuple(talks), frozenset({8}))


def test_the_articles_size_is_placed_whole_without_waiting() -> None:
    found = checked(article())
    assert (found.status, found.gaps, found.unplaced) == (Status.OPTIMAL, 0, ())
    assert found.seconds < 5


def test_the_same_seed_gives_the_same_timetable() -> None:
    talks = [Request(f"{p}{d}", f"p{p}", (f"d{d}",)) for p in range(7) for d in range(3) if (p + d) % 4]
    problem = meeting(*talks, slots=6, desks=3)
    assert checked(problem, workers=1, seed=3).slots == checked(problem, workers=1, seed=3).slots


def test_solving_again_after_a_small_change_moves_little() -> None:
    problem = article()
    before = checked(problem).slots
    changed = replace(problem, desks=(replace(problem.desks[0], closed=frozenset({5})), *problem.desks[1:]))
    after = checked(changed, prefer=before).slots
    touched = sum(before[r.key] == 5 and "d0" in r.desks for r in problem.requests)
    moved = sum(before[key] != slot for key, slot in after.items())
    assert touched <= moved <= 6 * touched


def test_solving_again_without_a_change_moves_nothing() -> None:
    problem = article()
    before = checked(problem, seed=1).slots
    assert checked(problem, seed=2, prefer=before).slots == before


def test_wishes_that_make_no_sense_are_left_aside() -> None:
    found = checked(meeting(Request("r", "a", ("d0",))), prefer={"r": 99, "gone": 0})
    assert set(found.slots) == {"r"}


def test_a_locked_talk_beats_a_free_one_of_higher_priority() -> None:
    problem = meeting(Request("free", "a", ("d0",), priority=9),
                      Request("locked", "b", ("d0",), slot=0), slots=1)
    found = checked(problem)
    assert found.slots == {"locked": 0}
    assert found.status is Status.OPTIMAL
