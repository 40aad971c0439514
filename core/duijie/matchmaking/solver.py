"""Finding a timetable: start, search, prove; always a feasible one, and what is proved about it.

Measured on the sizes of `benchmarks/meeting_sizes.py`: letting each party plan alone (`bounds`) proves most timetables
of real meetings the best without any model; where desks are overfull, prices for their slots close most of the gap;
CP-SAT settles what is left if it is small. Where everything must be placed and only breaks count (the problem of the
literature), SAT does far better than any of them (`race`).
"""

from collections.abc import Mapping

from duijie.matchmaking.bounds import Market, alone, settled_cost
from duijie.matchmaking.complete import solve_complete
from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.locks import admit
from duijie.matchmaking.model import LARGEST, SMALL, Effort, Exact, size
from duijie.matchmaking.results import Report, Solution, Status, Stop
from duijie.matchmaking.room import Room
from duijie.matchmaking.search import Search
from duijie.matchmaking.staffing import missed
from duijie.matchmaking.validate import validate
from duijie.matchmaking.values import Problem
from duijie.matchmaking.watch import Watch, solution

IMPORT_SECONDS = 0.7  # less than this left: loading the exact solver would outlast the limit
ROUNDS = 25  # of prices between two searches
BUILT_A_SECOND = 8_000  # variables of the exact model


def solve(problem: Problem, *, time_limit: float = 4.0, workers: int = 2, seed: int = 0,
          prefer: Mapping[str, int] | None = None, progress: Report | None = None, stop: Stop | None = None,
          steps: int | None = None) -> Solution:
    """The timetable with the fewest points (`Weights`) found within ``time_limit`` seconds.

    Locks are kept above all; those that collide with one another or with somebody's hours are given up one by
    one (lower priority first, then later in the list) and reported. ``prefer`` (request key → slot) is an
    earlier timetable: staying there is worth `Weights.moved`. ``progress`` is told news, ``stop()`` ends the
    search early with the best so far. ``steps`` is a budget in place of the clock: so many trials of the search
    at most, as many rounds of bounds, one worker with the exact solver's own count of work; with it, the same
    seed gives the same timetable. ``workers`` are the parallel proofs.
    Raises `duijie.domain.errors.Invalid` when the problem contradicts itself (`validate`).
    """
    validate(problem)
    watch = Watch(time_limit, stop, progress, steps)
    if not problem.complete:
        return _Run(problem, dict(prefer or {}), watch, workers, seed).go()
    return solve_complete(problem, dict(prefer or {}), watch, workers, seed)


class _Run:
    """One solve of a meeting in which not everything must be placed: the phases in their order."""

    def __init__(self, problem: Problem, prefer: dict[str, int], watch: Watch, workers: int, seed: int) -> None:
        self.problem, self.watch, self.workers, self.seed = problem, watch, workers, seed
        self.grid = Grid(problem, prefer)
        self.locks = admit(self.grid)
        self.locked = Room(self.grid)
        self.locked.load(self.locks.kept)
        self.free = [[r for r in own if self.grid.lock[r] == FREE and self.locked.possible(r)] for own in self.grid.own]
        self.room = Room(self.grid)
        self.room.load(self.locks.kept)
        self.fixed_cost = self._fixed_cost()
        self.bound = self.fixed_cost

    def _fixed_cost(self) -> int:
        return settled_cost(self.locked, self.free)

    def go(self) -> Solution:
        """Search, bound, prove; the solution."""
        plans = alone(self.locked, self.free)
        self._raise_bound(int(sum(plan.bound for plan in plans)) + self.fixed_cost)
        search = Search(self.room, self.free, [self._own(p, int(plan.bound)) for p, plan in enumerate(plans)], self.seed)
        search.start()
        self._tell()
        market = Market(self.locked, self.free, plans)
        if market.crowded and not self._done():
            bound = market.improve(self.total() - self.fixed_cost, self.watch.asked_to_stop, 1)
            self._raise_bound(bound + self.fixed_cost)
        self._improve(search, 0.25)
        if not self._done():
            early = size(self.locked, self.free) <= SMALL and self._worth_proving()
            for share in (0.35,) if early else (0.35, 0.5, 0.65, 0.75) if self._worth_proving() else (0.4, 0.6, 0.8, 0.95):
                target = self.total() - self.fixed_cost
                self._raise_bound(market.improve(target, self.watch.until(share - 0.05), ROUNDS) + self.fixed_cost)
                if not self._done():
                    self._improve(search, share)
        if not self._done() and self._worth_proving():
            self._prove()
        elif not self.watch.asked_to_stop():
            search.tighten()
        return self._solution()

    def _own(self, party: int, bound: int) -> int:
        """The party's bound as the search prices it: with its locked talks."""
        placed = [r for r in self.grid.own[party] if self.locked.slot[r] != FREE]
        out = [r for r in self.grid.own[party] if self.locked.slot[r] == FREE and r not in self.free[party]]
        return (bound + sum(self.grid.cost[r][self.locked.slot[r]] for r in placed)
                + sum(self.grid.drop[r] for r in out))

    def total(self) -> int:
        """The points of the timetable in the room."""
        search = Search(self.room, self.free, [], 0)
        return sum(search.price(p) for p in range(len(self.free))) + missed(self.grid, self.room.slot)

    def _improve(self, search: Search, share: float) -> None:
        if self.problem.fair is None:
            patience = 500 + 20 * len(self.free)
            if self.watch.steps is not None:
                patience = min(patience, self.watch.steps)
            enough = self.watch.until(share)
            search.improve(lambda: search.total <= self.bound or enough(), patience)
            self._tell()

    def _tell(self) -> None:
        self.watch.tell(self.total(), self.bound)

    def _raise_bound(self, bound: int) -> None:
        self.bound = max(self.bound, bound)
        self.watch.tell(None, self.bound)

    def _done(self) -> bool:
        return (self.bound >= self.total() and self._fair()) or self.watch.asked_to_stop()

    def _fair(self) -> bool:
        if self.problem.fair is None:
            return True
        counts = [self.room.breaks(p) for p in range(len(self.free))]
        return not counts or max(counts) - min(counts) <= self.problem.fair

    def _worth_proving(self) -> bool:
        if size(self.locked, self.free) > LARGEST and self.problem.fair is None:
            return False
        needed = IMPORT_SECONDS + size(self.locked, self.free) / BUILT_A_SECOND
        return self.watch.steps is not None or self.watch.left() > needed or not self._fair()

    def _prove(self) -> None:
        exact = Exact(self.locked, self.free)
        steps = None if self.watch.steps is None else self.watch.steps / 1000
        effort = Effort(self.watch.left() * 0.95, 1 if steps else self.workers, self.seed, steps)
        placed = {r: self.room.slot[r] for own in self.free for r in own if self.room.slot[r] != FREE}
        answer = exact.solve(placed, effort, self.watch.asked_to_stop, self.watch.tell)
        if answer.slots is not None:
            before, fair = self.total(), self._fair()
            self._put(answer.slots)
            if fair and self.total() > before:
                self._put(placed)
        elif not self._fair():
            self._put({})
        self._raise_bound(answer.bound)
        if answer.proved and answer.slots is not None:
            self._raise_bound(self.total())

    def _put(self, slots: Mapping[int, int]) -> None:
        for own in self.free:
            for request in own:
                if self.room.slot[request] != FREE:
                    self.room.remove(request)
        self.room.load(slots)

    def _solution(self) -> Solution:
        objective = self.total()
        status = Status.OPTIMAL if self.bound >= objective and self._fair() else Status.FEASIBLE
        return solution(self.room, self.locks, Status.INFEASIBLE if self.locks.refused else status,
                        objective, min(self.bound, objective), self.watch.seconds())
