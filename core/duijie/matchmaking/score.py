"""What a timetable costs in points, read off the problem: shares no code with the solver, like `check`."""

from collections.abc import Mapping

from duijie.matchmaking.check import breaks, gaps
from duijie.matchmaking.values import WAITED_MAX, Problem, Request


def points(problem: Problem, slots: Mapping[str, int], prefer: Mapping[str, int] | None = None) -> dict[str, int]:
    """The points by wish (the fields of `Weights`); their sum is what `Solution.objective` says."""
    w, placed = problem.weights, [r for r in problem.requests if r.key in slots]
    unheard = [r for r in problem.requests if r.key not in slots]
    return {
        "unheard": sum(w.unheard * 10**r.priority for r in unheard),
        "waited": sum(w.waited * min(r.waited, WAITED_MAX) * 10**r.priority for r in unheard),
        "first": _never(problem, slots),
        "waiting": w.waiting * gaps(problem, slots),
        "breaks": w.breaks * sum(breaks(problem, slots).values()),
        "days": w.days * _further_days(problem, placed, slots),
        "wished": w.wished * sum(bool(r.wished) and slots[r.key] not in r.wished for r in placed),
        "unwelcome": w.unwelcome * _unwelcome(problem, placed, slots),
        "staff": w.staff * _without_staff(problem, placed, slots),
        "urgent": w.urgent * sum(r.priority * slots[r.key] for r in placed),
        "moved": w.moved * sum((prefer or {}).get(r.key, slots[r.key]) != slots[r.key] for r in placed),
    }


def _never(problem: Problem, slots: Mapping[str, int]) -> int:
    highest: dict[str, int] = {}
    for r in problem.requests:
        highest[r.party] = max(r.priority, highest.get(r.party, 0))
    heard = {r.party for r in problem.requests if r.key in slots}
    return sum(int(problem.weights.first * 10**priority) for party, priority in highest.items() if party not in heard)


def _further_days(problem: Problem, placed: list[Request], slots: Mapping[str, int]) -> int:
    days: dict[str, set[int]] = {}
    for request in placed:
        day = sum(night < slots[request.key] for night in problem.nights_after)
        for party in request.parties:
            days.setdefault(party, set()).add(day)
    return sum(len(found) - 1 for found in days.values())


def _unwelcome(problem: Problem, placed: list[Request], slots: Mapping[str, int]) -> int:
    disliked = {party.key: party.unwelcome for party in problem.parties if party.unwelcome}
    return sum(len(disliked[party] & set(range(slots[r.key], slots[r.key] + r.length)))
               for r in placed for party in r.parties if party in disliked)


def _without_staff(problem: Problem, placed: list[Request], slots: Mapping[str, int]) -> int:
    """Talks whose wish for a representative cannot come true, when as many as possible do."""
    found = 0
    for desk in problem.desks:
        for one in desk.staff:
            free_from, shut = 0, one.away | desk.closed
            mine = [r for r in placed if desk.key in r.desks and r.staff == one.key and _first_with(problem, r) == desk.key]
            for request in sorted(mine, key=lambda r: slots[r.key] + r.length):
                hours = range(slots[request.key], slots[request.key] + request.length)
                if hours.start < free_from or not shut.isdisjoint(hours):
                    found += 1
                else:
                    free_from = hours.stop
    return found


def _first_with(problem: Problem, request: Request) -> str:
    """The first desk of the request that has the representative it asks for."""
    staff = {desk.key: {one.key for one in desk.staff} for desk in problem.desks}
    return next((key for key in request.desks if request.staff in staff[key]), "")
