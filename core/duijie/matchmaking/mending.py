"""The smallest repair: what can stay stays, and only what cannot is seated anew; and how few moves any repair needs.

On the day most of a timetable is untouched by what happened, whatever its size. So before anything is searched, the few
talks that lost their place are put where room is left. If that needs no more moves than are proved to be needed, it
is the answer, at once.
"""

from collections.abc import Iterable, Mapping
from time import monotonic

from duijie.matchmaking.bounds import alone, settled_cost
from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.locks import admit
from duijie.matchmaking.masks import bits
from duijie.matchmaking.results import Solution, Status
from duijie.matchmaking.room import Room
from duijie.matchmaking.score import points
from duijie.matchmaking.search import Search
from duijie.matchmaking.values import Problem
from duijie.matchmaking.watch import solution

PASSES = 4  # over the talks seated anew, each time looking whether one stands better elsewhere


def mend(problem: Problem, before: Mapping[str, int]) -> Solution:
    """``before`` (request key → slot) with as little changed as a single pass finds; rules and locks are kept.

    What has no place now is left out. Nothing is claimed about how good it is: `Solution.bound` is 0.
    """
    began = monotonic()
    grid = Grid(problem, dict(before))
    room, locks = Room(grid), admit(grid)
    room.load(locks.kept)
    _Mend(room).go()
    objective = sum(points(problem, room.timetable(), before).values())
    return solution(room, locks, Status.FEASIBLE, objective, 0, monotonic() - began)


class _Mend:
    """Seats in ``room`` what stood before, then what must move, then what is new."""

    def __init__(self, room: Room) -> None:
        self.room, self.grid = room, room.grid
        free = [[r for r in own if self.grid.lock[r] == FREE] for own in self.grid.own]
        self.free = [r for requests in free for r in requests]
        self.search = Search(room, free, [], 0)

    def go(self) -> None:
        """Fill the room."""
        grid = self.grid
        for r in sorted(self.free, key=lambda r: (grid.starts[r].bit_count(), -grid.drop[r], r)):
            slot = grid.prefer.get(r, FREE)
            if slot != FREE and self.room.possible(r) >> slot & 1:
                self.room.place(r, slot)
        anew = [r for r in self.free if self.room.slot[r] == FREE]
        self._seat(anew)
        for _ in range(PASSES):
            if not sum([self._better(r) for r in anew if self.room.slot[r] != FREE]):
                break

    def _seat(self, anew: list[int]) -> None:
        """Those that were heard before first, and always the one with the fewest places left."""
        left = set(anew)
        while left:
            r = min(left, key=lambda r: (r not in self.grid.prefer, self.room.possible(r).bit_count(), -self.grid.drop[r], r))
            left.remove(r)
            if found := self._prices(r):
                self.room.place(r, min(found, key=lambda slot: (found[slot], slot)))

    def _better(self, request: int) -> bool:
        slot = self.room.remove(request)
        found = self._prices(request)
        best = min(found, key=lambda at: (found[at], at != slot, at))
        self.room.place(request, best)
        return found[best] < found[slot]

    def _prices(self, request: int) -> dict[int, int]:
        """What all whom it concerns would cost, for each slot that is possible for a request without a place."""
        found = {}
        for slot in bits(self.room.possible(request)):
            self.room.place(request, slot)
            found[slot] = sum(self.search.price(p) for p in self.grid.parties[request])
            self.room.remove(request)
        return found


def least_points(problem: Problem, before: Mapping[str, int]) -> int:
    """A proved lower bound of the points of any timetable of a ``problem`` in which a moved talk costs one point.

    What each party must give up even alone; besides, where a desk is asked for more than it holds, the cheapest talks
    to leave out; and where it holds fewer than stood there, all but so many of those that need not move by themselves.
    """
    grid = Grid(problem, dict(before))
    locked = Room(grid)
    locked.load(admit(grid).kept)
    free = [[r for r in own if grid.lock[r] == FREE and locked.possible(r)] for own in grid.own]
    bounds = _bounds(locked, free)
    alone_ = {r: bound for requests, bound in zip(free, bounds, strict=True) for r in requests}
    least = sum(bounds) + settled_cost(locked, free)
    cheapest = min((grid.drop[r] for r in alone_), default=0)
    left_out = _left_out(locked, {r: grid.drop[r] - paid for r, paid in alone_.items() if paid < cheapest})
    pushed = _pushed_out(locked, [r for r, paid in alone_.items() if not paid and r in grid.prefer])
    # whoever is left out need not move: so many of those pushed out may be the same
    return least + left_out + max(0, pushed - -(-left_out // max(1, cheapest)))


def _bounds(locked: Room, free: list[list[int]]) -> list[int]:
    """Per party, what it must give up even alone; whoever can stay gives up nothing, and need not be asked."""
    stood = locked.grid.prefer
    stays = [all(locked.possible(r) >> stood[r] & 1 if r in stood else False for r in requests) for requests in free]
    plans = alone(locked, [[] if calm else requests for requests, calm in zip(free, stays, strict=True)])
    return [0 if calm else int(plan.bound) for plan, calm in zip(plans, stays, strict=True)]


def _left_out(locked: Room, price: Mapping[int, int]) -> int:
    """The least price of talks to leave out so that every desk is asked for no more than it holds.

    A joint talk is divided among its desks, a long one by its slots, which can only make it less.
    """
    grid, found = locked.grid, 0
    for desk, requests in enumerate(grid.of_desk):
        asked = [r for r in requests if r in price]
        excess = sum(grid.length[r] for r in asked) - sum(locked.space(desk, slot) for slot in range(grid.slots))
        share = sorted((price[r] // len(grid.desks[r]) // grid.length[r], grid.length[r]) for r in asked)
        for each, slots in share:
            if excess <= 0:
                break
            found += each * min(slots, excess)
            excess -= slots
    return found


def _pushed_out(locked: Room, calm: Iterable[int]) -> int:
    """How many of these talks cannot stay because too many others would; no talk is counted at two places."""
    grid, there = locked.grid, dict[tuple[int, int], set[int]]()
    for r in calm:
        for desk in grid.desks[r]:
            for slot in range(grid.prefer[r], grid.prefer[r] + grid.length[r]):
                there.setdefault((desk, slot), set()).add(r)
    found, counted = 0, set[int]()
    for (desk, slot), talks in sorted(there.items(), key=lambda cell: (-len(cell[1]), cell[0])):
        excess = len(talks - counted) - locked.space(desk, slot)
        if excess > 0:
            found += excess
            counted |= talks
    return found
