"""Every rule and every wish against brute force, and the checker against mutations of valid timetables."""

from dataclasses import replace

from drawn_meetings import meetings, timetables
from hypothesis import given, settings
from hypothesis import strategies as st

from duijie.matchmaking.check import violations
from duijie.matchmaking.grid import Grid
from duijie.matchmaking.locks import admit
from duijie.matchmaking.results import Status
from duijie.matchmaking.score import points
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Desk, Party, Problem, Request


@settings(max_examples=40, deadline=None, database=None)
@given(meetings())
def test_nothing_is_cheaper_and_every_rule_is_kept(problem: Problem) -> None:
    grid = Grid(problem)
    locks = admit(grid)
    kept = {problem.requests[r].key: slot for r, slot in locks.kept.items()}
    found = solve(problem, workers=1, time_limit=20)
    if locks.refused:
        assert found.status is Status.INFEASIBLE
        return
    every = [sum(points(problem, slots).values()) for slots in timetables(problem, kept)]
    if not every:
        assert found.status is not Status.OPTIMAL or found.slots == {}
        return
    assert violations(problem, found.slots) == []
    assert found.objective == sum(points(problem, found.slots).values()) == min(every)
    assert (found.status, found.bound) == (Status.OPTIMAL, found.objective)


@settings(max_examples=60, deadline=None, database=None)
@given(meetings(slots=6, requests=6), st.data())
def test_the_checker_refuses_what_breaks_a_rule(problem: Problem, data: st.DataObject) -> None:
    """Tighten one rule until the timetable at hand breaks it: the checker must say so."""
    problem = replace(problem, fair=None, complete=False)
    found = {k: s for k, s in solve(problem, workers=1, time_limit=0.3).slots.items()
             if not any(r.key == k and r.slot is not None for r in problem.requests)}
    problem = replace(problem, requests=tuple(replace(r, slot=None) for r in problem.requests))
    assert violations(problem, found) == []
    if not found:
        return
    key = data.draw(st.sampled_from(sorted(found)))
    request, slot = next(r for r in problem.requests if r.key == key), found[key]
    desks = {request.desks[0]: "desk"}
    worse = [
        replace(problem, requests=tuple(replace(r, slot=slot + 1) if r.key == key else r for r in problem.requests)),
        replace(problem, requests=tuple(replace(r, within=frozenset()) if r.key == key else r for r in problem.requests)),
        replace(problem, parties=tuple(replace(p, away=frozenset({slot})) if p.key == request.party else p
                                       for p in problem.parties)),
        replace(problem, desks=tuple(replace(d, closed=frozenset({slot})) if d.key in desks else d for d in problem.desks)),
        replace(problem, desks=tuple(replace(d, capacity=0) if d.key in desks else d for d in problem.desks)),
        replace(problem, tables=0),
        replace(problem, slots=slot),
    ]
    assert all(violations(broken, found) for broken in worse)
    assert violations(problem, {**found, "nobody": 0})
    assert violations(problem, {**found, key: -1})


def test_everyone_is_heard_once_before_anyone_twice() -> None:
    one = [Request(f"a{i}", "a", ("d",), waited=100) for i in range(2)]
    problem = Problem(2, (Desk("d"),), (Party("a"), Party("b")), (*one, Request("b0", "b", ("d",))))
    assert "b0" in solve(problem).slots


def test_whoever_waited_longer_is_heard() -> None:
    problem = Problem(1, (Desk("d"),), (Party("a"), Party("b")),
                      (Request("new", "a", ("d",)), Request("old", "b", ("d",), waited=40)))
    assert set(solve(problem).slots) == {"old"}


def test_a_budget_of_steps_gives_the_same_timetable_again() -> None:
    talks = [Request(f"{p}{d}", f"p{p}", (f"d{d}",), wished=frozenset({p % 5})) for p in range(9) for d in range(3)]
    problem = Problem(10, tuple(Desk(f"d{d}") for d in range(3)), tuple(Party(f"p{p}") for p in range(9)), tuple(talks))
    one, other = (solve(problem, steps=300, seed=5) for _ in range(2))
    assert dict(one.slots) == dict(other.slots)


def test_progress_is_told_and_a_stop_is_heeded() -> None:
    talks = [Request(f"{p}{d}", f"p{p}", (f"d{d}",), wished=frozenset({p % 3})) for p in range(30) for d in range(3)]
    problem = Problem(20, tuple(Desk(f"d{d}") for d in range(3)), tuple(Party(f"p{p}") for p in range(30)), tuple(talks))
    news = []
    found = solve(problem, time_limit=60, progress=news.append, stop=lambda: len(news) > 1)
    assert found.seconds < 20
    assert news[-1].objective == min(n.objective for n in news if n.objective is not None)
    assert violations(problem, found.slots) == []
