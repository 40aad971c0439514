"""What could be reached at best, read off the problem without searching: the first proofs of a timetable."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from duijie.matchmaking.room import FREE, Room
from duijie.matchmaking.seating import Seating

BUDGET = 20_000  # search nodes per party; a party with few requests needs a few dozen


@dataclass(frozen=True, slots=True)
class Aim:
    """Limits that no timetable beats, with the kept locks where they are.

    ``free[p]`` are party p's requests that are not locked and have a possible slot, ``gaps[p]`` a lower
    bound of its idle slots once all of them are placed, ``missing`` the least weight of free requests that
    must go without.
    """

    free: list[list[int]]
    gaps: list[int]
    missing: int


def aim(locked: Room) -> Aim:
    """Read the aim off ``locked``, in which exactly the kept locks are placed."""
    free, gaps = [], []
    for party, requests in enumerate(locked.grid.of_party):
        alone = Seating(locked, party, [r for r in requests if locked.grid.lock[r] == FREE], {})
        able = [r for r, starts in zip(alone.requests, alone.starts, strict=True) if starts]
        free.append(able)
        gaps.append(_least_gaps(locked, party, able))
    return Aim(free, gaps, _least_missing(locked, free))


def _least_gaps(locked: Room, party: int, able: list[int]) -> int:
    """The party's idle slots if it were alone; 0 when its requests do not even fit alone."""
    if not able:
        return locked.gaps(party)
    seating = Seating(locked, party, able, {}, budget=BUDGET)
    return seating.idle if seating.best() is not None or seating.exhausted else 0


def _least_missing(locked: Room, free: list[list[int]]) -> int:
    """Per overfull desk, the cheapest weight to leave out until the rest fits its time, added up.

    A joint talk's weight is shared among its overfull desks, so that leaving it out is never counted twice;
    a part of a talk may be left out, so that this stays a lower bound. In exact fractions: rounding could
    claim a proof.
    """
    grid = locked.grid
    wanted: list[list[int]] = [[] for _ in grid.capacity]
    for request in (r for requests in free for r in requests):
        for desk in grid.desks[request]:
            wanted[desk].append(request)
    excess = [_excess(locked, desk, requests) for desk, requests in enumerate(wanted)]
    short = Fraction()
    for desk, requests in enumerate(wanted):
        if excess[desk] > 0:
            shares = {r: sum(excess[d] > 0 for d in grid.desks[r]) for r in requests}
            prices = {r: Fraction(grid.weight[r], shares[r] * grid.length[r]) for r in requests}
            short += _cheapest(excess[desk], [(prices[r], grid.length[r]) for r in requests])
    return ceil(short)


def _excess(locked: Room, desk: int, requests: list[int]) -> int:
    """By how many slots of talks the desk is asked for more than it holds."""
    slots = range(locked.grid.slots)
    return sum(locked.grid.length[r] for r in requests) - sum(locked.space(desk, slot) for slot in slots)


def _cheapest(excess: int, offers: list[tuple[Fraction, int]]) -> Fraction:
    """The least cost of ``excess`` slots from offers of (price of a slot, how many slots)."""
    cost = Fraction()
    for price, length in sorted(offers):
        out = min(excess, length)
        cost += out * price
        excess -= out
    return cost
