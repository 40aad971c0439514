"""The state of a timetable being built: where each request sits, who is busy, how full every desk is."""

from collections.abc import Mapping

from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.masks import blocked_starts, idle, runs, span_mask


class Room:
    """A timetable in the making: which slot each request has (`FREE` for none) and how full every desk is."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.slot = [FREE] * len(grid.party)
        self.busy = [0] * len(grid.away)  # per party, the slots in which it is in a talk
        self.full = list(grid.closed)  # per desk, slots without room
        self.crowd = 0 if grid.problem.tables != 0 else -1  # slots in which every table is taken
        self._left = [list(space) for space in grid.space]
        self._tables = [0] * grid.slots
        self.asked = [0] * len(grid.absent)  # per representative, slots taken by talks that asked for them

    def place(self, request: int, slot: int) -> None:
        """Put ``request`` at ``slot``; the caller has made sure that it fits."""
        grid = self.grid
        self.slot[request] = slot
        span = span_mask(grid.length[request]) << slot
        for party in grid.parties[request]:
            self.busy[party] |= span
        for desk in grid.desks[request]:
            left = self._left[desk]
            for at in range(slot, slot + grid.length[request]):
                left[at] -= 1
                if left[at] <= 0:
                    self.full[desk] |= 1 << at
        if grid.problem.tables is not None:
            self._count(request, slot, 1)
        if grid.wants[request] != FREE:
            self._ask(grid.wants[request])

    def remove(self, request: int) -> int:
        """Take ``request`` out and return the slot it had."""
        grid, slot = self.grid, self.slot[request]
        self.slot[request] = FREE
        span = span_mask(grid.length[request]) << slot
        for party in grid.parties[request]:
            self.busy[party] &= ~span
        for desk in grid.desks[request]:
            left = self._left[desk]
            for at in range(slot, slot + grid.length[request]):
                left[at] += 1
                if left[at] > 0:
                    self.full[desk] &= ~(1 << at)
        if grid.problem.tables is not None:
            self._count(request, slot, -1)
        if grid.wants[request] != FREE:
            self._ask(grid.wants[request])
        return slot

    def _count(self, request: int, slot: int, change: int) -> None:
        tables = self.grid.problem.tables or 0
        for at in range(slot, slot + self.grid.length[request]):
            self._tables[at] += change
            bit = 1 << at
            self.crowd = self.crowd | bit if self._tables[at] >= tables else self.crowd & ~bit

    def _ask(self, one: int) -> None:
        found, grid = 0, self.grid
        for request in grid.wishing[one]:
            if self.slot[request] != FREE:
                found |= span_mask(grid.length[request]) << self.slot[request]
        self.asked[one] = found

    def open_starts(self, request: int) -> int:
        """First slots at which the tables and every desk of ``request`` have room, parties left aside."""
        blocked = self.crowd
        for desk in self.grid.desks[request]:
            blocked |= self.full[desk]
        return self.grid.starts[request] & ~blocked_starts(blocked, self.grid.length[request])

    def possible(self, request: int) -> int:
        """First slots at which it breaks no rule to place ``request`` beside all that is placed."""
        grid, length, found = self.grid, self.grid.length[request], self.open_starts(request)
        for party in grid.parties[request]:
            found &= ~blocked_starts(self.busy[party], length)
        for first in grid.before[request]:
            if self.slot[first] != FREE:
                found &= -1 << self.slot[first] + grid.length[first]
        for then in grid.after[request]:
            if self.slot[then] != FREE:
                found &= span_mask(max(0, self.slot[then] - length + 1))
        return self._walkable(request, found) if grid.far and found else found

    def _walkable(self, request: int, found: int) -> int:
        """Without the slots from which somebody could not walk to or from another talk in time."""
        grid, length = self.grid, self.grid.length[request]
        for party in grid.parties[request]:
            for other in (*grid.own[party], *grid.guest[party]):
                slot, way = self.slot[other], grid.between(request, other)
                if slot == FREE or not way or other == request:
                    continue
                end = slot + grid.length[other]
                near = [at for at in range(max(0, slot - length - way + 1), min(grid.slots, end + way))
                        if grid.block_of[at] == grid.block_of[slot]]
                for at in near:
                    found &= ~(1 << at)
        return found

    def space(self, desk: int, slot: int) -> int:
        """How many more appointments the desk holds in this slot (0 where it is closed)."""
        return max(0, self._left[desk][slot])

    def gaps(self, party: int) -> int:
        """Idle slots between the party's first and last appointment of each day."""
        return sum(idle(self.busy[party] & day) for day in self.grid.day_masks)

    def breaks(self, party: int) -> int:
        """The runs of them."""
        return sum(runs(self.busy[party] & day) for day in self.grid.day_masks)

    def timetable(self) -> dict[str, int]:
        """Request key → first slot, of what is placed."""
        keys = self.grid.problem.requests
        return {keys[r].key: slot for r, slot in enumerate(self.slot) if slot != FREE}

    def load(self, slots: Mapping[int, int]) -> None:
        """Place many: request number → slot."""
        for request, slot in slots.items():
            self.place(request, slot)
