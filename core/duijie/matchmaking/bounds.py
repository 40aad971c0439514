"""What could be reached at best: lower bounds by letting every party plan alone, with prices for full desks.

The sum of what each party costs alone is a lower bound (nobody is in anybody's way). Where desks are asked for more
than they hold, every slot of a desk gets a price (Lagrange): parties pay it, the room owner refunds what it can sell
at most, and the sum stays a lower bound for any prices.
"""

from collections.abc import Callable
from math import ceil
from random import Random

from duijie.matchmaking.room import Room
from duijie.matchmaking.seating import Plan, Prices, Seating

LEAST = 1e-6  # a price below is none
BUDGET = 20_000  # search nodes per party and round; a party with few requests needs a few dozen


def alone(locked: Room, free: list[list[int]]) -> list[Plan]:
    """The best plan of each party in a room with nothing but the locks."""
    return [_plan(locked, party, requests, None) for party, requests in enumerate(free)]


def _plan(locked: Room, party: int, requests: list[int], prices: Prices | None, draw: int = 0) -> Plan:
    guests = [r for r in locked.grid.guest[party] if locked.slot[r] < 0]
    return Seating(locked, party, requests, prices=prices, budget=BUDGET, guests=guests,
                   random=Random(draw) if draw else None).plan()  # noqa: S311  (spreads ties, nothing secret)


def settled_cost(locked: Room, free: list[list[int]]) -> int:
    """What the locked talks cost by themselves, whatever else is placed."""
    grid = locked.grid
    moving = {r for requests in free for r in requests}
    placed = sum(grid.cost[r][slot] for r, slot in enumerate(locked.slot) if slot >= 0)
    return placed + sum(grid.drop[r] for r, slot in enumerate(locked.slot) if slot < 0 and r not in moving)


class Market:
    """Raises the bound step by step: prices go up where more is wanted than fits, down where room is left."""

    def __init__(self, locked: Room, free: list[list[int]], plans: list[Plan]) -> None:
        self.locked, self.free, self.plans = locked, free, plans
        self.bound = int(sum(plan.bound for plan in plans))
        grid = locked.grid
        self.room = {(desk, slot): locked.space(desk, slot)
                     for desk in range(len(grid.capacity)) for slot in range(grid.slots)}
        self.prices: dict[tuple[int, int], float] = dict.fromkeys(self.room, 0.0)
        self.rounds = 0
        self.reach, self.in_vain, self.crowded = 1.5, 0, False
        self._opening_prices()

    def _opening_prices(self) -> None:
        """An overfull desk charges in every slot what its last customer who still fits would pay."""
        grid = self.locked.grid
        asked: dict[int, list[int]] = {}
        for r in (r for requests in self.free for r in requests):
            for desk in grid.desks[r]:
                asked.setdefault(desk, []).append(r)
        holds = {desk: sum(self.room[desk, slot] for slot in range(grid.slots)) for desk in asked}
        full = {desk for desk, wanted in asked.items() if sum(grid.length[r] for r in wanted) > holds[desk]}
        for desk in full:
            offers = sorted(((grid.drop[r] / len(full & set(grid.desks[r])) / grid.length[r], grid.length[r])
                             for r in asked[desk]), reverse=True)
            left = holds[desk]
            for price, length in offers:
                left -= length
                if left < 0:
                    self.prices.update({(desk, slot): price for slot in range(grid.slots)})
                    break
        self.crowded = bool(full)

    def improve(self, target: int, enough: Callable[[], bool], rounds: int) -> int:
        """Up to ``rounds`` rounds; the best bound so far. ``target``: points of a timetable that exists."""
        for _ in range(rounds):
            if self.bound >= target or enough() or self.reach < 0.02:
                break
            self._round(target, enough)
        return self.bound

    def _round(self, target: int, enough: Callable[[], bool]) -> None:
        whole = {key: price for key, price in self.prices.items() if price > LEAST}
        self.rounds += 1
        used = dict.fromkeys(self.room, 0)
        found: float = -sum(price * self.room[key] for key, price in whole.items())
        grid = self.locked.grid
        for party, requests in enumerate(self.free):
            if enough():
                return  # an unfinished round proves nothing
            near = any((desk, slot) in whole for r in requests for desk in grid.desks[r] for slot in range(grid.slots))
            plan = _plan(self.locked, party, requests, whole, self.rounds) if near else self.plans[party]
            found += plan.bound
            for r, first in plan.placed:
                for desk in grid.desks[r]:
                    for slot in range(first, first + grid.length[r]):
                        used[desk, slot] += 1
        proved = ceil(found - 0.001)  # points are whole; sums of prices are not quite exact
        if proved > self.bound:
            self.bound, self.in_vain = proved, 0
        else:
            self.in_vain += 1
            if self.in_vain >= 3:
                self.reach, self.in_vain = self.reach / 2, 0
        excess = {key: used[key] - room for key, room in self.room.items()
                  if used[key] > room or self.prices[key] > 0}
        length = sum(e * e for e in excess.values())
        if length:
            step = self.reach * max(1.0, target - found) / length
            for key, e in excess.items():
                self.prices[key] = max(0.0, self.prices[key] + step * e)
