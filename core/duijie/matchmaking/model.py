"""The exact part: a CP-SAT model that starts from the timetable found so far and proves or improves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from duijie.matchmaking.aim import Aim
from duijie.matchmaking.room import FREE, Room, bits
from duijie.matchmaking.seating import Prefer

LARGEST = 400_000  # yes-or-no variables; building a larger model alone would outlast the time limit


@dataclass(frozen=True, slots=True)
class Effort:
    """What may be spent: ``until`` on the monotonic clock, search ``workers``, the random ``seed``.

    ``steps`` is the solver's own count of work, used with one worker to end at the same point every time.
    """

    until: float
    workers: int
    seed: int
    steps: float


def too_large(locked: Room, target: Aim) -> bool:
    """Whether the exact model would be too large to be of use within seconds."""
    return sum(locked.open_starts(r).bit_count() for requests in target.free for r in requests) > LARGEST


def locked_gaps(locked: Room, target: Aim) -> int:
    """Idle slots of the parties that have locked appointments only: nothing can change them."""
    return sum(locked.gaps(party) for party, free in enumerate(target.free) if not free)


class Exact:
    """The whole problem as yes-or-no variables, in the room ``locked`` where only the locks are placed.

    ``at[r][s]``: free request r begins in slot s. Party p is present from its first to its last talk:
    ``came[p][t]`` and ``left[p][t]`` each switch on once, and present minus busy is waiting. Call
    `place_most` (unless the most is known to be placed), then `close_gaps`, each with the best so far.
    """

    def __init__(self, locked: Room, target: Aim, prefer: Prefer) -> None:
        # OR-Tools takes half a second and much memory to load; most solves never need it.
        from ortools.sat.python import cp_model

        self.cp, self.model = cp_model, cp_model.CpModel()
        self.locked, self.target, self.prefer = locked, target, prefer
        self.at: dict[int, dict[int, Any]] = {}
        self.present: dict[int, list[tuple[Any, Any]]] = {}
        for party, requests in enumerate(target.free):
            for request in requests:
                self._request(request)
            if requests:
                self._party(party, requests)
        self._desks()

    def _request(self, request: int) -> None:
        new, possible = self.model.new_bool_var, self.locked.possible(request)
        self.at[request] = {slot: new(f"at{request}_{slot}") for slot in bits(possible)}
        self.model.add_at_most_one(self.at[request].values())

    def _party(self, party: int, requests: Sequence[int]) -> None:
        slots, busy = range(self.locked.grid.slots), self.locked.busy[party]
        came = [self.model.new_bool_var(f"came{party}_{t}") for t in slots]
        left = [self.model.new_bool_var(f"left{party}_{t}") for t in slots]
        self.present[party] = list(zip(came, left, strict=True))
        for t in slots[1:]:
            self.model.add_implication(came[t - 1], came[t])
            self.model.add_implication(left[t - 1], left[t])
        for t in slots:
            here = self._covering(requests, t)
            self.model.add(sum(here) + (busy >> t & 1) <= came[t] - left[t])

    def _covering(self, requests: Sequence[int], slot: int) -> list[Any]:
        length = self.locked.grid.length
        return [var for r in requests for first, var in self.at[r].items()
                if first <= slot < first + length[r]]

    def _desks(self) -> None:
        room = self.locked
        for desk, requests in enumerate(room.grid.of_desk):
            mine = [r for r in requests if r in self.at]
            for slot in range(room.grid.slots):
                here = self._covering(mine, slot)
                space = room.space(desk, slot)
                if len(here) > space:
                    self.model.add(sum(here) <= space)

    def _placed_weight(self) -> Any:
        weight = self.locked.grid.weight
        return sum(weight[r] * var for r, starts in self.at.items() for var in starts.values())

    def place_most(self, best: dict[int, int], effort: Effort) -> tuple[dict[int, int], bool]:
        """First goal: the greatest weight. The better timetable, and whether it is proved the greatest."""
        self.model.maximize(self._placed_weight())
        self._hint(best)
        solver, status = self._run(effort)
        if status in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            best = max(best, self._read(solver), key=self._weight_of)
        return best, status == self.cp.OPTIMAL

    def close_gaps(self, best: dict[int, int], effort: Effort) -> tuple[dict[int, int], int]:
        """Second goal, at no less weight: the fewest idle slots, and among those the fewest moved.

        Returns the better timetable and a lower bound of the gaps of all parties at this weight.
        """
        everything = len(best) == len(self.at)
        if everything:
            for starts in self.at.values():
                self.model.add_exactly_one(starts.values())
        else:
            self.model.add(self._placed_weight() >= self._weight_of(best))
        known = self._own_bounds() if everything else 0
        scale = len(self.prefer) + 1
        self.model.minimize(self._waiting() * scale + self._moved())
        self._hint(best)
        solver, status = self._run(effort)
        locked = locked_gaps(self.locked, self.target)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return best, known + locked
        # The bound is of gaps and moved ones together; rounded down to whole gaps it bounds the gaps.
        proved = int(solver.best_objective_bound + 1e-6) // scale
        return self._read(solver), max(known, proved) + locked

    def _waiting(self) -> Any:
        """Idle slots of all parties that have free requests."""
        length = self.locked.grid.length
        busy = sum(length[r] * var for r, starts in self.at.items() for var in starts.values())
        locked = sum(self.locked.busy[party].bit_count() for party in self.present)
        return sum(came - left for pairs in self.present.values() for came, left in pairs) - busy - locked

    def _own_bounds(self) -> int:
        """Tell the model what each party waits at least; the sum of it."""
        grid = self.locked.grid
        for party, pairs in self.present.items():
            talk = self.locked.busy[party].bit_count() + sum(grid.length[r] for r in self.target.free[party])
            self.model.add(sum(came - left for came, left in pairs) >= talk + self.target.gaps[party])
        return sum(self.target.gaps[party] for party in self.present)

    def _moved(self) -> Any:
        kept = [self.at[r][slot] for r, slot in self.prefer.items() if slot in self.at.get(r, {})]
        return len(kept) - sum(kept)

    def _weight_of(self, slots: Mapping[int, int]) -> int:
        return sum(self.locked.grid.weight[r] for r in slots)

    def _hint(self, best: Mapping[int, int]) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        busy = list(self.locked.busy)
        for request, starts in self.at.items():
            for slot, var in starts.items():
                self.model.add_hint(var, best.get(request, FREE) == slot)
            if request in best:
                span = (1 << self.locked.grid.length[request]) - 1
                busy[self.locked.grid.party[request]] |= span << best[request]
        for party, pairs in self.present.items():
            for t, (came, left) in enumerate(pairs):
                begun = busy[party] & ((1 << t + 1) - 1) != 0
                self.model.add_hint(came, begun)
                self.model.add_hint(left, begun and busy[party] >> t == 0)

    def _run(self, effort: Effort) -> tuple[Any, Any]:
        solver = self.cp.CpSolver()
        seconds = max(0.01, effort.until - monotonic())
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = effort.workers
        solver.parameters.random_seed = effort.seed
        if effort.workers == 1:
            solver.parameters.max_deterministic_time = effort.steps
        return solver, solver.solve(self.model)

    def _read(self, solver: Any) -> dict[int, int]:
        return {request: slot for request, starts in self.at.items()
                for slot, var in starts.items() if solver.boolean_value(var)}
