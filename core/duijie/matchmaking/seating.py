"""Seating one party: where its appointments go in the room as it is, with as few idle slots as possible."""

from collections.abc import Mapping, Sequence
from random import Random

from duijie.matchmaking.room import Room, bits, idle, span_mask

Prefer = Mapping[int, int]  # request number → the slot it had before


class Seating:
    """The search for one party in one room: ``requests`` are not placed, everything else is left alone.

    `best` returns the placement with the fewest idle slots (exact within ``budget`` nodes) or None when they
    do not all fit; `exhausted` then tells whether the budget cut the search short; `idle` how many idle slots
    the search had reached: no placement with fewer exists.
    """

    def __init__(self, room: Room, party: int, requests: Sequence[int], prefer: Prefer,
                 random: Random | None = None, budget: int = 4000) -> None:
        grid = room.grid
        self.fixed = room.busy[party]
        self.requests = list(requests)
        if random:
            random.shuffle(self.requests)
        self.random, self.prefer, self.budget = random, prefer, budget
        self.length = [grid.length[r] for r in self.requests]
        self.slots = grid.slots
        self.starts = [room.possible(r) for r in self.requests]
        self.idle = 0
        self.exhausted = False

    def best(self) -> list[tuple[int, int]] | None:
        """(request, slot) of every request, or None."""
        if not self.requests:
            return []
        if not all(self.starts):
            return None
        total = self.fixed.bit_count() + sum(self.length)
        for waste in range(self.slots - total + 1):
            self.idle, width = waste, total + waste
            for first in self._windows(width):
                found = self._fill(first, first + width)
                if found is not None:
                    return [(self.requests[i], slot) for i, slot in found]
                if self.exhausted:
                    return None
        return None

    def _windows(self, width: int) -> list[int]:
        window, found = span_mask(width), []
        for first in range(self.slots - width + 1):
            span = window << first
            if self.fixed & ~span == 0 and all(starts & span for starts in self.starts):
                found.append(first)
        if self.random:
            self.random.shuffle(found)
        wished = [self.prefer[r] for r in self.requests if r in self.prefer]
        if wished:
            found.sort(key=lambda first: abs(first - min(wished)))
        return found

    def _fill(self, first: int, end: int) -> list[tuple[int, int]] | None:
        """Left to right through the window; a state that failed once is not entered again."""
        failed: set[tuple[int, int]] = set()
        chosen: list[tuple[int, int]] = []

        def go(at: int, left: int, slack: int) -> bool:
            while left:
                while self.fixed >> at & 1:
                    at += 1
                if (at, left) in failed or at >= end or self._spent():
                    return False
                for i in self._startable(at, left):
                    chosen.append((i, at))
                    if at + self.length[i] <= end and go(at + self.length[i], left & ~(1 << i), slack):
                        return True
                    chosen.pop()
                failed.add((at, left))
                if not slack or at == first:  # a window that begins idle was tried as a narrower one
                    return False
                at, slack = at + 1, slack - 1
            return True

        return chosen if go(first, span_mask(len(self.requests)), self.idle) else None

    def _spent(self) -> bool:
        self.budget -= 1
        self.exhausted = self.budget < 0
        return self.exhausted

    def _startable(self, at: int, left: int) -> list[int]:
        found = [i for i in bits(left) if self.starts[i] >> at & 1]
        if self.prefer:
            found.sort(key=lambda i: self.prefer.get(self.requests[i]) != at)
        return found


def seat(room: Room, party: int, requests: Sequence[int], prefer: Prefer,
         random: Random | None = None) -> None:
    """Place as many of ``requests`` as fit, as tightly as possible; the lightest stay out first."""
    grid = room.grid
    left = [r for r in requests if room.open_starts(r)]
    dropped: list[int] = []
    while left:
        found = Seating(room, party, left, prefer, random).best()
        if found is not None:
            for request, slot in found:
                room.place(request, slot)
            break
        least = min(left, key=lambda r: (grid.weight[r], room.open_starts(r).bit_count()))
        left.remove(least)
        dropped.append(least)
    for request in sorted(dropped, key=lambda r: -grid.weight[r]):
        squeeze(room, party, request)


def squeeze(room: Room, party: int, request: int) -> None:
    """Place one request wherever it is possible, beside what the party has."""
    possible = room.possible(request)
    if possible:
        busy, span = room.busy[party], span_mask(room.grid.length[request])
        room.place(request, min(bits(possible), key=lambda slot: idle(busy | span << slot)))
