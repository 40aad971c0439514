"""From a problem to its timetable: locks, constructive start, local search, proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from duijie.matchmaking.aim import Aim, aim
from duijie.matchmaking.locks import Locks, admit
from duijie.matchmaking.model import Effort, Exact, locked_gaps, too_large
from duijie.matchmaking.reasons import explain
from duijie.matchmaking.room import FREE, Grid, Room
from duijie.matchmaking.search import Search
from duijie.matchmaking.seating import Prefer
from duijie.matchmaking.validate import validate
from duijie.matchmaking.values import Problem, Solution, Status

# Shares of the time limit at which each phase ends at the latest; each also ends as soon as it is done.
SEARCHED, MOST, TIGHT, END = 0.35, 0.7, 0.8, 0.97
IMPORT_SECONDS = 0.3  # less than this left: loading the exact solver would outlast the limit


def solve(problem: Problem, *, time_limit: float = 4.0, workers: int = 2, seed: int = 0,
          prefer: Mapping[str, int] | None = None) -> Solution:
    """The best timetable found within ``time_limit`` seconds.

    Goals, each above all later ones: keep what is locked; place the greatest weight (`Request.weight`);
    fewest idle slots between a party's first and last appointment; most appointments at their slot in
    ``prefer`` (request key → slot, an earlier timetable); without ``prefer``, parties done early where that
    is free.
    Locks that collide with one another or with somebody's hours are given up one by one (lower priority
    first, then later in the list) and reported. ``workers`` are the proof's parallel searches; with one of
    them, the same seed and a time limit that is not reached, the result is the same every time.
    Raises `duijie.domain.errors.Invalid` when the problem contradicts itself (`Problem.validate`).
    """
    began = monotonic()
    validate(problem)
    grid = Grid(problem)
    locks = admit(grid)
    locked = Room(grid)
    locked.load(locks.kept)
    target = aim(locked)
    room = Room(grid)
    room.load(locks.kept)
    wishes = _numbered(locked, target, prefer or {})
    proof = _Run(room, locked, target, wishes, began, time_limit, workers, seed).go()
    return _solution(room, locks, proof, monotonic() - began)


@dataclass(frozen=True, slots=True)
class _Proof:
    """``bound`` holds for the gaps of any timetable that places as much; ``most``: no more can be placed."""

    bound: int
    most: bool

    def holds(self, room: Room) -> bool:
        """Whether the timetable in ``room`` is proved the best."""
        return self.most and self.bound == _gaps(room)


@dataclass(frozen=True, slots=True)
class _Run:
    """One solve: the phases in their order, each handing its timetable to the next in ``room``."""

    room: Room
    locked: Room
    target: Aim
    prefer: Prefer
    began: float
    time_limit: float
    workers: int
    seed: int

    def go(self) -> _Proof:
        """Fill ``room`` as well as possible and say what is proved about it."""
        search = Search(self.room, self.target, self.prefer, self.seed)
        patience = 200 + 10 * len(self.target.free)
        search.start()
        search.improve(self._until(SEARCHED), patience)
        proof = self._settled(search, most=False)
        if not self._done(proof) and self._worth_proving():
            exact = Exact(self.locked, self.target, self.prefer)
            if not proof.most:
                slots, most = exact.place_most(self._placed(), self._effort(SEARCHED, MOST))
                self._put(slots)
                search.improve(self._until(TIGHT), patience)
                proof = self._settled(search, most)
            if not self._done(proof):
                slots, bound = exact.close_gaps(self._placed(), self._effort(TIGHT, END))
                self._put(slots)
                proof = _Proof(max(bound, proof.bound), proof.most)
        search.fill()
        if not self.prefer:
            search.tighten()
        return proof

    def _settled(self, search: Search, most: bool) -> _Proof:
        """What is known without the exact model: the parties' own bounds hold once everything is placed."""
        if search.missing() == 0:
            return _Proof(sum(self.target.gaps), True)
        return _Proof(locked_gaps(self.locked, self.target), most or search.missing() == self.target.missing)

    def _done(self, proof: _Proof) -> bool:
        moved = any(self.room.slot[r] != slot for r, slot in self.prefer.items())
        return proof.holds(self.room) and not moved

    def _worth_proving(self) -> bool:
        return self._until(END) - monotonic() > IMPORT_SECONDS and not too_large(self.locked, self.target)

    def _placed(self) -> dict[int, int]:
        slot = self.room.slot
        return {r: slot[r] for requests in self.target.free for r in requests if slot[r] != FREE}

    def _put(self, slots: Mapping[int, int]) -> None:
        for request in self._placed():
            self.room.remove(request)
        self.room.load(slots)

    def _until(self, share: float) -> float:
        return self.began + share * self.time_limit

    def _effort(self, begin: float, end: float) -> Effort:
        return Effort(self._until(end), self.workers, self.seed, steps=(end - begin) * self.time_limit / 2)


def _numbered(locked: Room, target: Aim, prefer: Mapping[str, int]) -> Prefer:
    """The wishes that can come true: of free requests, for slots that are possible beside the locks."""
    requests, found = locked.grid.problem.requests, {}
    for request in (r for free in target.free for r in free):
        slot = prefer.get(requests[request].key, FREE)
        if slot >= 0 and locked.possible(request) >> slot & 1:
            found[request] = slot
    return found


def _gaps(room: Room) -> int:
    return sum(room.gaps(party) for party in range(len(room.busy)))


def _solution(room: Room, locks: Locks, proof: _Proof, seconds: float) -> Solution:
    status = Status.OPTIMAL if proof.holds(room) else Status.FEASIBLE
    return Solution(
        status=Status.INFEASIBLE if locks.refused else status,
        slots=room.timetable(),
        unplaced=explain(room, locks),
        gaps=_gaps(room),
        bound=proof.bound,
        seconds=seconds,
    )
