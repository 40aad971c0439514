"""Seating one party: where its talks go in the room as it is, for the fewest points, exactly (branch and bound)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.masks import bits, idle, mask_of, runs, span_mask
from duijie.matchmaking.room import Room

Prices = Mapping[tuple[int, int], float]  # (desk, slot) → points for using it


@dataclass(frozen=True, slots=True)
class Plan:
    """``placed``: (request, slot) in time order; whoever is missing stays out. ``cost`` in points.

    ``bound``: no plan costs less; equal to ``cost`` unless the budget of nodes ran out.
    """

    cost: float
    placed: tuple[tuple[int, int], ...]
    bound: float


def line_cost(grid: Grid, busy: int) -> int:
    """What waiting between talks and coming on several days costs a party that is busy in these slots."""
    weights, cost, days = grid.weights, 0, 0
    for day in grid.day_masks:
        today = busy & day
        if today:
            days += 1
            cost += weights.waiting * idle(today)
            if weights.breaks:
                cost += weights.breaks * runs(today)
    return cost + weights.days * (days - 1) if days > 1 else cost


class Seating:
    """The search for one party: ``requests`` of it are not placed, everything else in ``room`` stays.

    ``guests`` are talks of others that it may fill at no cost (for bounds only). ``prices`` are added to the
    costs.
    """

    def __init__(self, room: Room, party: int, requests: Sequence[int], *, prices: Prices | None = None,
                 random: Random | None = None, budget: int = 3000, guests: Sequence[int] = ()) -> None:
        self.grid, self.room, self.budget = room.grid, room, budget
        self.fixed = room.busy[party]
        self.requests = [*requests, *guests]
        if random:
            random.shuffle(self.requests)
        guest = set(guests)
        self.drop = [0 if r in guest else self.grid.drop[r] for r in self.requests]
        self.cost = [self._costs(r, r in guest, prices) for r in self.requests]
        self.least = [min(drop, min(cost.values(), default=drop))
                      for drop, cost in zip(self.drop, self.cost, strict=True)]
        placed = any(room.slot[r] != FREE for r in self.grid.own[party])
        self.never = 0 if placed else self.grid.never[party]
        self.counts = [r not in guest for r in self.requests]
        self.order = [self._ordered(cost, random) for cost in self.cost]
        self.best_cost: float = sum(self.drop) + self.never + line_cost(self.grid, self.fixed)
        self.best: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def _ordered(cost: dict[int, float], random: Random | None) -> list[int]:
        """Slots from cheap to dear; equal ones early first, or in any order."""
        slots = list(cost)
        if random:
            random.shuffle(slots)
        return sorted(slots, key=cost.__getitem__)

    def _costs(self, request: int, guest: bool, prices: Prices | None) -> dict[int, float]:
        grid, room, length = self.grid, self.room, self.grid.length[request]
        taken = 0
        if grid.wants[request] != FREE:
            taken = room.asked[grid.wants[request]] & ~grid.absent[grid.wants[request]]
        found: dict[int, float] = {}
        for slot in bits(room.possible(request)):
            cost: float = 0 if guest else grid.cost[request][slot]
            if taken and not guest and taken & span_mask(length) << slot:
                cost += grid.weights.staff
            if prices and not guest:
                cost += sum(prices.get((desk, at), 0) for desk in grid.desks[request]
                            for at in range(slot, slot + length))
            found[slot] = cost
        return found

    def plan(self) -> Plan:
        """The best placement within the budget."""
        everyone = span_mask(len(self.requests))
        floor = sum(self.least)
        if self.requests and self.best_cost > floor:
            self._go(everyone, 0, self.fixed, 0, 0, ())
        return Plan(self.best_cost, self.best, self.best_cost if self.budget > 0 else min(floor, self.best_cost))

    def _go(self, left: int, end: int, busy: int, spent: float, line: int, chosen: tuple[tuple[int, int], ...]) -> None:
        """Talks in the order of time: ``left`` are not placed, the last one ended before ``end``.

        ``spent``: what the chosen ones and the barred cost by themselves; ``line``: their waiting so far.
        """
        self.budget -= 1
        if self.budget <= 0:
            return
        for total, i, slot, along in self._next(left, end, busy, spent, line, chosen):
            if total >= self.best_cost:
                return
            barred = self._barred(left, i)
            others, until = left & ~(1 << i | barred), slot + self.grid.length[self.requests[i]]
            now = busy | span_mask(until - slot) << slot
            paid = spent + self.cost[i][slot] + sum(self.drop[j] for j in bits(barred))
            self._leaf(others, now, paid, (*chosen, (i, slot)))
            if others:
                self._go(others, until, now, paid, along, (*chosen, (i, slot)))
            if self.budget <= 0:
                return

    def _leaf(self, left: int, busy: int, spent: float, chosen: tuple[tuple[int, int], ...]) -> None:
        """Everything ``left`` stays out."""
        cost = spent + sum(self.drop[i] for i in bits(left))
        if cost >= self.best_cost:
            return
        cost += line_cost(self.grid, busy)
        if not any(self.counts[i] for i, _ in chosen):
            cost += self.never
        if cost < self.best_cost:
            self.best_cost = cost
            self.best = tuple((self.requests[i], slot) for i, slot in chosen)

    def _next(self, left: int, end: int, busy: int, spent: float, line: int,
              chosen: tuple[tuple[int, int], ...]) -> list[tuple[float, int, int, int]]:
        """(least total, request, slot, waiting) of every next talk worth trying, cheapest first."""
        found, grid, options = [], self.grid, list(bits(left))
        rest = spent + sum(self.least[i] for i in options)
        for i in options:
            request, cost = self.requests[i], self.cost[i]
            length = grid.length[request]
            others = rest - self.least[i] + sum(self.drop[j] - self.least[j] for j in bits(self._barred(left, i)))
            for slot in self.order[i]:
                if others + line + cost[slot] >= self.best_cost:
                    break
                if slot < end or (chosen and grid.far and not self._reached(chosen, request, slot)):
                    continue
                along = self._along(line, end if chosen else -1, busy, slot, length)
                total = others + cost[slot] + along
                if total < self.best_cost:
                    found.append((total, i, slot, along))
        found.sort(key=lambda option: option[0])
        return found

    def _along(self, line: int, end: int, busy: int, slot: int, length: int) -> int:
        """The waiting up to the end of a talk at ``slot``, when the last one ended at ``end`` (-1: none)."""
        grid, weights = self.grid, self.grid.weights
        if self.fixed:
            return line_cost(grid, (busy | span_mask(length) << slot) & span_mask(slot + length))
        if end in (-1, slot) and (end == -1 or grid.day_of[end - 1] == grid.day_of[slot]):
            return line
        if grid.day_of[end - 1] != grid.day_of[slot]:
            return line + weights.days
        return line + weights.waiting * (slot - end) + weights.breaks

    def _barred(self, left: int, i: int) -> int:
        """Those ``left`` that would have to come before talk ``i``: once it is placed they stay out."""
        before = self.grid.before[self.requests[i]]
        return mask_of(j for j in bits(left) if self.requests[j] in before) if before else 0

    def _reached(self, chosen: tuple[tuple[int, int], ...], request: int, slot: int) -> bool:
        """Whether the party can walk from its last chosen talk to this one in time."""
        last, began = chosen[-1]
        grid, before = self.grid, self.requests[last]
        end = began + grid.length[before]
        return grid.block_of[slot] != grid.block_of[end - 1] or slot - end >= grid.between(before, request)
