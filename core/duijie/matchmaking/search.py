"""Constructive start and local search: always a feasible timetable at once, usually the best one soon."""

from collections.abc import Sequence
from random import Random
from time import monotonic

from duijie.matchmaking.aim import Aim
from duijie.matchmaking.room import FREE, Room
from duijie.matchmaking.seating import Prefer, Seating, seat, squeeze

LARGEST_RUIN = 6  # parties taken out at once; more are rarely put back better and cost time


class Search:
    """Improves the timetable in ``room`` in place. Same seed and enough time: same result."""

    def __init__(self, room: Room, target: Aim, prefer: Prefer, seed: int) -> None:
        self.room, self.target, self.prefer = room, target, prefer
        # Reproducible on purpose: this random choice decides an order of trials, nothing secret.
        self.random = Random(seed)  # noqa: S311

    def start(self) -> None:
        """Seat the parties one after the other, those with the least freedom first."""
        grid = self.room.grid

        def freedom(party: int) -> tuple[int, int, int]:
            requests = self.target.free[party]
            weight = sum(grid.weight[r] for r in requests)
            room = min((self.room.open_starts(r).bit_count() for r in requests), default=0)
            return (-weight // max(1, len(requests)), room, -len(requests))

        order = sorted(range(len(grid.away)), key=freedom)
        for party in order:
            self._keep_previous(party)
        for party in order:
            seat(self.room, party, self._unplaced(party), self.prefer)

    def _keep_previous(self, party: int) -> None:
        """A party whose earlier appointments all still fit keeps them: solving again moves little."""
        room, wanted = self.room, self.target.free[party]
        if not wanted or any(r not in self.prefer for r in wanted):
            return
        for request in wanted:
            if not room.possible(request) >> self.prefer[request] & 1:
                break
            room.place(request, self.prefer[request])
        else:
            return
        for request in wanted:
            if room.slot[request] != FREE:
                room.remove(request)

    def improve(self, until: float, patience: int) -> None:
        """Ruin and rebuild until nothing is left to gain, ``patience`` trials gained nothing, or time."""
        in_vain = 0
        while in_vain < patience and monotonic() < until:
            bad = self._short()
            if not bad:
                return
            in_vain = 0 if self._trial(self.random.choice(bad)) else in_vain + 1

    def fill(self) -> None:
        """Place whatever still has an open slot, weightiest first: what stays out has nowhere to go."""
        grid = self.room.grid
        left = [r for party in range(len(self.target.free)) for r in self._unplaced(party)]
        for request in sorted(left, key=lambda r: -grid.weight[r]):
            squeeze(self.room, grid.party[request], request)

    def tighten(self) -> None:
        """Move whole parties earlier where that costs nothing: nobody else is moved, no gap is added."""
        room = self.room
        order = sorted(range(len(room.busy)), key=lambda p: room.busy[p] & -room.busy[p])
        for party in order:
            value = (room.gaps(party), room.busy[party].bit_length())
            before = self._take(party)
            placed = [r for r, _ in before]
            found = Seating(room, party, placed, {}).best()
            self._restore(before if found is None else found)
            if (room.gaps(party), room.busy[party].bit_length()) > value:
                self._take(party)
                self._restore(before)

    def missing(self) -> int:
        """The weight of free requests that have no place."""
        parties = range(len(self.target.free))
        return sum(self.room.grid.weight[r] for p in parties for r in self._unplaced(p))

    def _short(self) -> list[int]:
        """The parties that could still gain something."""
        room, target = self.room, self.target
        more = self.missing() > target.missing
        found = []
        for party, bound in enumerate(target.gaps):
            unplaced = bool(self._unplaced(party))
            if (more and unplaced) or room.gaps(party) > (0 if unplaced else bound):
                found.append(party)
        return found

    def _unplaced(self, party: int) -> list[int]:
        return [r for r in self.target.free[party] if self.room.slot[r] == FREE]

    def _trial(self, bad: int) -> bool:
        """Seat the party and some rivals anew, keep that when it is no worse; whether it is better."""
        parties = [bad, *self._rivals(bad)]
        before_value = self._value(parties)
        before = [pair for party in parties for pair in self._take(party)]
        for party in parties:
            seat(self.room, party, self.target.free[party], self.prefer, self.random)
        value = self._value(parties)
        if value > before_value:
            for party in parties:
                self._take(party)
            self._restore(before)
        return value < before_value

    def _rivals(self, party: int) -> list[int]:
        grid = self.room.grid
        desks = [desk for r in self.target.free[party] for desk in grid.desks[r]]
        count = self.random.randint(1, LARGEST_RUIN - 1)
        met = (self.random.choice(grid.of_desk[self.random.choice(desks)]) for _ in range(count))
        found = {grid.party[r] for r in met}
        found.discard(party)
        rivals = sorted(found)
        self.random.shuffle(rivals)
        return rivals

    def _value(self, parties: Sequence[int]) -> tuple[int, int, int]:
        """Less is better: weight not placed, idle slots, moved from where they were."""
        room, grid = self.room, self.room.grid
        missing = sum(grid.weight[r] for p in parties for r in self._unplaced(p))
        moved = 0
        if self.prefer:
            moved = sum(self.prefer.get(r, room.slot[r]) != room.slot[r]
                        for p in parties for r in self.target.free[p])
        return missing, sum(room.gaps(p) for p in parties), moved

    def _take(self, party: int) -> list[tuple[int, int]]:
        return [(r, self.room.remove(r)) for r in self.target.free[party] if self.room.slot[r] != FREE]

    def _restore(self, placed: Sequence[tuple[int, int]]) -> None:
        for request, slot in placed:
            self.room.place(request, slot)
