"""A problem compiled to numbers and bit masks, and the state of a timetable being built.

Bit ``s`` of a mask stands for slot ``s``. Python integers make whole-day questions ("where can this start?")
a handful of machine operations, which is what makes the search fast without compiled code.
"""

from collections.abc import Iterable, Iterator, Mapping

from duijie.matchmaking.values import Problem

FREE = -1


class Grid:
    """The unchanging part: requests, desks and parties by number, and what each request allows by itself.

    ``starts[r]`` masks the first slots that the length, breaks, the desks' hours and the party's absences
    allow for request ``r``, ignoring all other appointments (and ignoring its lock).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots = problem.slots
        desk = {d.key: i for i, d in enumerate(problem.desks)}
        party = {p.key: i for i, p in enumerate(problem.parties)}
        self.capacity = [d.capacity for d in problem.desks]
        self.closed = [mask_of(d.closed) for d in problem.desks]
        self.away = [mask_of(p.away) for p in problem.parties]
        self.desks = [tuple(desk[key] for key in r.desks) for r in problem.requests]
        self.party = [party[r.party] for r in problem.requests]
        self.length = [r.length for r in problem.requests]
        self.weight = [r.weight for r in problem.requests]
        self.lock = [FREE if r.slot is None else r.slot for r in problem.requests]
        self.of_party: list[list[int]] = [[] for _ in problem.parties]
        self.of_desk: list[list[int]] = [[] for _ in problem.desks]
        for request, owner in enumerate(self.party):
            self.of_party[owner].append(request)
            for at in self.desks[request]:
                self.of_desk[at].append(request)
        self.starts = [self._starts(request) for request in range(len(self.party))]

    def in_time(self, request: int) -> int:
        """First slots from which ``request`` ends within the meeting and crosses no break."""
        length, found = self.length[request], 0
        breaks = self.problem.breaks_after
        for slot in range(self.slots - length + 1):
            if length == 1 or not any(b in breaks for b in range(slot, slot + length - 1)):
                found |= 1 << slot
        return found

    def _starts(self, request: int) -> int:
        blocked = self.away[self.party[request]]
        for desk in self.desks[request]:
            blocked |= self.closed[desk] if self.capacity[desk] else -1
        return self.in_time(request) & ~blocked_starts(blocked, self.length[request])


class Room:
    """A timetable in the making: which slot each request has (`FREE` for none) and how full every desk is."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.slot = [FREE] * len(grid.party)
        self.busy = [0] * len(grid.away)  # per party, the slots in which it is at a desk
        self.full = [0 if capacity else -1 for capacity in grid.capacity]  # per desk, slots without room
        self._load = [[0] * grid.slots for _ in grid.capacity]

    def place(self, request: int, slot: int) -> None:
        """Put ``request`` at ``slot``; the caller has made sure that it fits."""
        grid = self.grid
        self.slot[request] = slot
        self.busy[grid.party[request]] |= span_mask(grid.length[request]) << slot
        for desk in grid.desks[request]:
            load, capacity = self._load[desk], grid.capacity[desk]
            for at in range(slot, slot + grid.length[request]):
                load[at] += 1
                if load[at] >= capacity:
                    self.full[desk] |= 1 << at

    def remove(self, request: int) -> int:
        """Take ``request`` out and return the slot it had."""
        grid, slot = self.grid, self.slot[request]
        self.slot[request] = FREE
        self.busy[grid.party[request]] &= ~(span_mask(grid.length[request]) << slot)
        for desk in grid.desks[request]:
            load, capacity = self._load[desk], grid.capacity[desk]
            for at in range(slot, slot + grid.length[request]):
                load[at] -= 1
                if load[at] < capacity:
                    self.full[desk] &= ~(1 << at)
        return slot

    def open_starts(self, request: int) -> int:
        """First slots at which every desk of ``request`` has room now, the party's other talks left aside."""
        blocked = 0
        for desk in self.grid.desks[request]:
            blocked |= self.full[desk]
        return self.grid.starts[request] & ~blocked_starts(blocked, self.grid.length[request])

    def possible(self, request: int) -> int:
        """First slots at which the desks have room and the party has no other talk."""
        busy = self.busy[self.grid.party[request]]
        return self.open_starts(request) & ~blocked_starts(busy, self.grid.length[request])

    def space(self, desk: int, slot: int) -> int:
        """How many more appointments the desk holds in this slot (0 where it is closed)."""
        closed = self.grid.closed[desk] >> slot & 1
        return 0 if closed else self.grid.capacity[desk] - self._load[desk][slot]

    def gaps(self, party: int) -> int:
        """Idle slots between the party's first and last appointment."""
        return idle(self.busy[party])

    def timetable(self) -> dict[str, int]:
        """Request key → first slot, of what is placed."""
        keys = self.grid.problem.requests
        return {keys[r].key: slot for r, slot in enumerate(self.slot) if slot != FREE}

    def load(self, slots: Mapping[int, int]) -> None:
        """Place many: request number → slot."""
        for request, slot in slots.items():
            self.place(request, slot)


def mask_of(slots: Iterable[int]) -> int:
    """The mask with these bits set."""
    found = 0
    for slot in slots:
        found |= 1 << slot
    return found


def span_mask(length: int) -> int:
    """``length`` slots in a row, from slot 0."""
    return (1 << length) - 1


def blocked_starts(blocked: int, length: int) -> int:
    """Slots from which a talk of ``length`` would touch a blocked one."""
    found = blocked
    for shift in range(1, length):
        found |= blocked >> shift
    return found


def idle(busy: int) -> int:
    """Unset bits between the lowest and the highest set one."""
    if not busy:
        return 0
    return busy.bit_length() - (busy & -busy).bit_length() + 1 - busy.bit_count()


def bits(mask: int) -> Iterator[int]:
    """The set slots, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
