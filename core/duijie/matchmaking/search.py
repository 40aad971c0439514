"""Constructive start and local search: a feasible timetable at once, usually a very good one soon."""

from collections.abc import Callable, Sequence
from random import Random

from duijie.matchmaking.grid import FREE
from duijie.matchmaking.room import Room
from duijie.matchmaking.seating import Seating, line_cost

MOST_RIVALS = 3  # parties that make room for one; with more the rest is rarely put back better


class Search:
    """Improves the timetable in ``room`` in place. ``free[p]``: the requests of party p that may move.

    ``bound[p]``: the fewest points that party p can cost. Same seed and number of steps: same result.
    """

    def __init__(self, room: Room, free: list[list[int]], bound: list[int], seed: int) -> None:
        self.room, self.free, self.bound = room, free, bound
        # Reproducible on purpose: this random choice decides an order of trials, nothing secret.
        self.random = Random(seed)  # noqa: S311
        self.cost: list[int] = []
        self.steps = 0

    def start(self) -> None:
        """Keep what stood well before; seat the others one by one, the dearest and least free first."""
        grid = self.room.grid

        def freedom(party: int) -> tuple[int, int, int]:
            requests = self.free[party]
            weight = sum(grid.drop[r] for r in requests)
            choice = min((grid.starts[r].bit_count() for r in requests), default=0)
            return (-weight // max(1, len(requests)), choice, -len(requests))

        order = sorted((p for p, requests in enumerate(self.free) if requests), key=freedom)
        for party in order:
            self._keep_previous(party)
        for party in order:
            self._seat(party, None)
        self.cost = [self.price(party) for party in range(len(self.free))]

    def _keep_previous(self, party: int) -> None:
        """What stood in the earlier timetable and still fits stays, to begin with."""
        room = self.room
        for request in self.free[party]:
            slot = room.grid.prefer.get(request, FREE)
            if slot >= 0 and room.possible(request) >> slot & 1:
                room.place(request, slot)

    def _seat(self, party: int, random: Random | None) -> None:
        open_ = [r for r in self.free[party] if self.room.slot[r] == FREE]
        for request, slot in Seating(self.room, party, open_, random=random).plan().placed:
            self.room.place(request, slot)

    def price(self, party: int) -> int:
        """What the timetable of one party costs as it stands."""
        room, grid = self.room, self.room.grid
        cost, heard = line_cost(grid, room.busy[party]), False
        for request in grid.own[party]:
            slot = room.slot[request]
            cost += grid.drop[request] if slot == FREE else grid.cost[request][slot]
            heard = heard or slot != FREE
        return cost if heard else cost + grid.never[party]

    @property
    def total(self) -> int:
        """What the whole timetable costs."""
        return sum(self.cost)

    def improve(self, enough: Callable[[], bool], patience: int) -> None:
        """Ruin and rebuild until no party could gain, ``patience`` trials gained nothing, or ``enough()``."""
        in_vain = 0
        bad = self._bad()
        while bad and in_vain < patience and not enough():
            self.steps += 1
            gained = self._trial(self.random.choice(bad))
            in_vain = 0 if gained else in_vain + 1
            if gained or self.steps % 64 == 0:
                bad = self._bad()

    def _bad(self) -> list[int]:
        return [p for p, cost in enumerate(self.cost) if cost > self.bound[p] and self.free[p]]

    def _trial(self, bad: int) -> bool:
        """Seat the party and some rivals anew, keep that when it is no dearer; whether it is cheaper."""
        parties = [bad, *self._rivals(bad)]
        touched = self._touched(parties)
        before_cost = sum(self.cost[p] for p in touched)
        before = [pair for party in parties for pair in self._take(party)]
        for party in parties:
            self._seat(party, self.random)
        prices = {party: self.price(party) for party in touched}
        if sum(prices.values()) > before_cost:
            for party in parties:
                self._take(party)
            for request, slot in before:
                self.room.place(request, slot)
            return False
        gained = sum(prices.values()) < before_cost
        for party, price in prices.items():
            self.cost[party] = price
        return gained

    def _touched(self, parties: Sequence[int]) -> list[int]:
        """The parties whose costs a change to ``parties`` can change: guests at their talks too."""
        grid = self.room.grid
        return sorted({p for party in parties for r in self.free[party] for p in grid.parties[r]} | set(parties))

    def _rivals(self, party: int) -> list[int]:
        """Some who sit at a desk where the party would like to, at one slot at which it could."""
        grid, room = self.room.grid, self.room
        request = self.random.choice(self.free[party])
        starts = list(grid.cost[request])
        if not starts or not grid.desks[request]:
            return []
        slot, desk = self.random.choice(starts), self.random.choice(grid.desks[request])
        there = [grid.party[r] for r in grid.of_desk[desk]
                 if room.slot[r] != FREE and room.slot[r] <= slot < room.slot[r] + grid.length[r]]
        found = sorted({p for p in there if p != party and self.free[p]})
        self.random.shuffle(found)
        return found[:self.random.randint(1, MOST_RIVALS)]

    def _take(self, party: int) -> list[tuple[int, int]]:
        return [(r, self.room.remove(r)) for r in self.free[party] if self.room.slot[r] != FREE]

    def tighten(self) -> None:
        """Move whole parties earlier where that costs nothing: nobody else is moved."""
        room = self.room
        if room.grid.prefer:
            return
        for party in sorted(range(len(room.busy)), key=lambda p: room.busy[p] & -room.busy[p]):
            before_end, before = room.busy[party].bit_length(), self._take(party)
            self._seat(party, None)
            if self.price(party) > self.cost[party] or room.busy[party].bit_length() > before_end:
                self._take(party)
                for request, slot in before:
                    room.place(request, slot)
            self.cost[party] = self.price(party)
