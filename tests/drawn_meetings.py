"""Random small meetings with every rule and wish, and every timetable of one, for tests against brute force."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from duijie.matchmaking.check import violations
from duijie.matchmaking.values import BREAKS_ONLY, Before, Desk, Party, Problem, Request, Staff, Way, Weights

WEIGHTS = (Weights(), Weights(waiting=3, breaks=7, days=11, wished=2, unwelcome=1, staff=4, urgent=1, moved=5),
           Weights(unheard=20, waited=1, first=30, waiting=9, staff=9))


@st.composite
def meetings(draw: st.DrawFn, slots: int = 4, requests: int = 4) -> Problem:
    """Desks with named staff in two rooms, two days, joint talks, guests, order, tables, wishes."""
    count = draw(st.integers(1, slots))
    some = st.frozensets(st.integers(0, count - 1), max_size=2)
    one = st.frozensets(st.integers(0, count - 1), max_size=1)
    staff = (Staff("li", draw(one)), Staff("wu", draw(one)))
    desks = (Desk("d0", 2, draw(one), room="A", staff=staff), Desk("d1", draw(st.integers(0, 2)), draw(one), room="B"))
    people = tuple(Party(f"p{i}", draw(some), unwelcome=draw(one)) for i in range(3))
    wanted = tuple(_request(draw, i, some, count) for i in range(draw(st.integers(0, requests))))
    order = (Before("r0", "r1"),) if len(wanted) > 1 and draw(st.booleans()) else ()
    return Problem(count, desks, people, wanted, draw(one), draw(one), tables=draw(st.sampled_from([None, None, 1, 2])),
                   order=order, ways=(Way("A", "B", 1),) if draw(st.booleans()) else (), weights=draw(st.sampled_from(WEIGHTS)),
                   fair=draw(st.sampled_from([None, None, None, 0])), complete=draw(st.sampled_from([False, False, False, True])))


def _request(draw: st.DrawFn, number: int, some: st.SearchStrategy[frozenset[int]], count: int) -> Request:
    party, other = draw(st.permutations(["p0", "p1", "p2"]))[:2]
    return Request(
        f"r{number}", party, draw(st.sampled_from([("d0",), ("d0",), ("d1",), ("d0", "d1")])), draw(st.sampled_from([1, 1, 2])),
        draw(st.sampled_from([0, 0, 1])), draw(st.sampled_from([None, None, None, 0, count - 1])),
        draw(st.sampled_from([(), (), (other,)])), draw(st.one_of(st.none(), some)), draw(some),
        draw(st.sampled_from(["", "li", "li", "nobody"])), draw(st.sampled_from([0, 30])))


@st.composite
def published(draw: st.DrawFn) -> Problem:
    """A small instance of the literature's problem."""
    count, people = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    pairs = [(a, b) for a in range(people) for b in range(a + 1, people)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=5))
    away = st.frozensets(st.integers(0, count - 1), max_size=1)
    requests = tuple(Request(f"m{i}", f"p{a}", others=(f"p{b}",), slot=draw(st.sampled_from([None] * 5 + [0])),
                             within=frozenset(draw(st.sampled_from([range(count), range(count), range(count // 2 + 1)]))))
                     for i, (a, b) in enumerate(chosen))
    order = (Before("m0", "m1"),) if len(chosen) > 1 and draw(st.booleans()) else ()
    return Problem(count, (), tuple(Party(f"p{i}", draw(away)) for i in range(people)), requests,
                   tables=draw(st.integers(1, 3)), order=order, fair=draw(st.sampled_from([None, 0, 1])), complete=True,
                   weights=BREAKS_ONLY)


def timetables(problem: Problem, locked: dict[str, int]) -> Iterator[dict[str, int]]:
    """Every timetable that keeps the rules and ``locked``."""
    free = [r for r in problem.requests if r.slot is None]

    def go(slots: dict[str, int], left: list[Request]) -> Iterator[dict[str, int]]:
        if not left:
            if not violations(problem, slots):
                yield slots
            return
        if not problem.complete:
            yield from go(slots, left[1:])
        for slot in range(problem.slots):
            more = slots | {left[0].key: slot}
            if not violations(_easy(problem), more):
                yield from go(more, left[1:])

    yield from go(locked, free)


def _easy(problem: Problem) -> Problem:
    """Without the rules that only a whole timetable can keep."""
    return replace(problem, complete=False, fair=None)
