"""The exact part: the whole problem as a CP-SAT model that starts from the best timetable and proves or improves it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from duijie.matchmaking.grid import FREE
from duijie.matchmaking.masks import bits, span_mask
from duijie.matchmaking.room import Room
from duijie.matchmaking.seating import line_cost

SMALL = 8_000  # yes-or-no variables up to which the model is asked early
LARGEST = 60_000  # a larger model is not solved better within seconds than by the search


@dataclass(frozen=True, slots=True)
class Effort:
    """What may be spent: ``seconds``, search ``workers``, the random ``seed``.

    ``steps``: the solver's own count of work (its "deterministic time"), None: the clock decides.
    """

    seconds: float
    workers: int
    seed: int
    steps: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """``slots``: the best timetable found (request → slot; None: none), ``bound`` of its points, ``proved``.

    ``impossible``: proved that there is no timetable at all.
    """

    slots: dict[int, int] | None
    bound: int
    proved: bool
    impossible: bool = False


def size(locked: Room, free: list[list[int]]) -> int:
    """How many yes-or-no variables the exact model has at least."""
    return sum(locked.open_starts(r).bit_count() for requests in free for r in requests)


class Exact:
    """The model over the room ``locked``, in which exactly the kept locks are placed.

    ``at[r][s]``: free request r begins in slot s. Per party and day, ``came[t]`` and ``left[t]`` each switch
    on once; present minus busy is waiting. ``points`` collects the objective as (variable, factor).
    """

    def __init__(self, locked: Room, free: list[list[int]]) -> None:
        # OR-Tools takes half a second and much memory to load; most solves never need it.
        from ortools.sat.python import cp_model

        self.cp, self.model = cp_model, cp_model.CpModel()
        self.locked, self.grid, self.free = locked, locked.grid, free
        self.at: dict[int, dict[int, Any]] = {}
        self.points: list[tuple[Any, int]] = []
        self.constant = sum(locked.grid.cost[r][s] for r, s in enumerate(locked.slot) if s != FREE)
        self.breaks: list[Any] = []
        moving = [r for requests in free for r in requests]
        self.constant += sum(self.grid.drop[r] for r, s in enumerate(locked.slot) if s == FREE and r not in set(moving))
        for request in moving:
            self._request(request)
        self._order()
        for party in range(len(free)):
            self._party(party)
        self._fair()
        self._desks()
        self._staff()

    def _new(self, name: str = "") -> Any:
        return self.model.new_bool_var(name)

    def _request(self, request: int) -> None:
        possible = self.locked.possible(request)
        self.at[request] = starts = {slot: self._new(f"at{request}_{slot}") for slot in bits(possible)}
        if self.grid.problem.complete:
            self.model.add_exactly_one(starts.values())
        else:
            self.model.add_at_most_one(starts.values())
        drop = self.grid.drop[request]
        self.constant += drop
        self.points += [(var, self.grid.cost[request][slot] - drop) for slot, var in starts.items()]

    def _order(self) -> None:
        for first, afterwards in enumerate(self.grid.after):
            for then in afterwards:
                for slot, var in self.at.get(then, {}).items():
                    for early, other in self.at.get(first, {}).items():
                        if early + self.grid.length[first] > slot:
                            self.model.add_bool_or(~var, ~other)

    def _covering(self, requests: Sequence[int], slot: int) -> list[Any]:
        length = self.grid.length
        return [var for r in requests for first, var in self.at.get(r, {}).items() if first <= slot < first + length[r]]

    def _party(self, party: int) -> None:
        grid, mine = self.grid, [*self.grid.own[party], *self.grid.guest[party]]
        free = [r for r in mine if r in self.at]
        self._never(party)
        if not free:
            self._settled(party)
            return
        here = [self._covering(free, slot) for slot in range(grid.slots)]
        for covering in here:
            self.model.add_at_most_one(covering)
        self._walks(free)
        days: list[Any] = []
        breaks: list[Any] = []
        for number, day in enumerate(grid.days):
            if any(here[t] for t in day) or self.locked.busy[party] & grid.day_masks[number]:
                days.append(self._day(party, day, here, breaks))
        if grid.weights.days and len(days) > 1:
            some = self._new()
            self.model.add(sum(days) >= some)
            self.points += [(some, -grid.weights.days), *((day, grid.weights.days) for day in days)]
        self.breaks.append(sum(breaks) if breaks else 0)

    def _settled(self, party: int) -> None:
        """A party with locked talks only: nothing can change what they cost it."""
        self.constant += line_cost(self.grid, self.locked.busy[party])
        self.breaks.append(self.locked.breaks(party))

    def _never(self, party: int) -> None:
        grid = self.grid
        if not grid.never[party] or any(self.locked.slot[r] != FREE for r in grid.own[party]):
            return
        heard = self._new()
        self.model.add(sum(var for r in grid.own[party] for var in self.at.get(r, {}).values()) >= heard)
        self.constant += grid.never[party]
        self.points.append((heard, -grid.never[party]))

    def _walks(self, free: Sequence[int]) -> None:
        """Two talks of a party in different rooms leave time for the way."""
        grid = self.grid
        if not grid.far:
            return
        for one in free:
            for other in free:
                way = grid.between(one, other)
                for slot, var in self.at[one].items() if way and one != other else ():
                    end = slot + grid.length[one]
                    for late in range(end, min(grid.slots, end + way)):
                        if late in self.at[other] and grid.block_of[late] == grid.block_of[slot]:
                            self.model.add_bool_or(~var, ~self.at[other][late])

    def _day(self, party: int, day: range, here: list[list[Any]], breaks: list[Any]) -> Any:
        """The party's presence on one day; answers the variable "it comes on this day"."""
        grid, locked = self.grid, self.locked.busy[party]
        came, left = [self._new() for _ in day], [self._new() for _ in day]
        busy: list[Any] = [1 if locked >> t & 1 else sum(here[t]) if here[t] else 0 for t in day]
        for t in range(1, len(day)):
            self.model.add_implication(came[t - 1], came[t])
            self.model.add_implication(left[t - 1], left[t])
        for t in range(len(day)):
            self.model.add(busy[t] <= came[t] - left[t])
        if grid.weights.waiting:
            self.points += [(came[t], grid.weights.waiting) for t in range(len(day))]
            self.points += [(left[t], -grid.weights.waiting) for t in range(len(day))]
            self.constant -= grid.weights.waiting * sum(bool(locked >> t & 1) for t in day)
            self.points += [(var, -grid.weights.waiting) for t in day if not locked >> t & 1 for var in here[t]]
        if grid.weights.breaks or grid.problem.fair is not None:
            self._breaks(busy, breaks)
        return came[-1]

    def _breaks(self, busy: list[Any], breaks: list[Any]) -> None:
        """A break ends where the party is busy, was idle just before, and was busy some time before that."""
        been: list[Any] = []
        for t, now in enumerate(busy):
            seen = self._new()
            self.model.add(seen >= now)
            if been:
                self.model.add(seen >= been[-1])
            self.model.add(seen <= (been[-1] if been else 0) + now)
            been.append(seen)
            if t >= 2:
                ends = self._new()
                self.model.add(ends >= now - busy[t - 1] + been[t - 2] - 1)
                self.model.add(ends <= now)
                self.model.add(ends <= 1 - busy[t - 1])
                self.model.add(ends <= been[t - 2])
                breaks.append(ends)
                self.points.append((ends, self.grid.weights.breaks))

    def _fair(self) -> None:
        most = self.grid.problem.fair
        if most is not None and self.breaks:
            least = self.model.new_int_var(0, self.grid.slots, "least")
            for count in self.breaks:
                self.model.add(count >= least)
                self.model.add(count <= least + most)

    def _desks(self) -> None:
        room = self.locked
        for desk, requests in enumerate(room.grid.of_desk):
            for slot in range(room.grid.slots):
                self._limit(self._covering(requests, slot), room.space(desk, slot))
        tables = room.grid.problem.tables
        if tables is not None:
            placed = [(s, room.grid.length[r]) for r, s in enumerate(room.slot) if s != FREE]
            for slot in range(room.grid.slots):
                taken = sum(s <= slot < s + length for s, length in placed)
                self._limit(self._covering(list(self.at), slot), max(0, tables - taken))

    def _limit(self, here: list[Any], space: int) -> None:
        if len(here) > space:
            self.model.add(sum(here) <= space)

    def _staff(self) -> None:
        """A wish for a representative comes true for talks that do not overlap at this representative."""
        grid, price = self.grid, self.grid.weights.staff
        for one, wishing in enumerate(grid.wishing) if price else ():
            granted: list[tuple[Any, int, int]] = []
            for request in wishing:
                for slot, var in self._starts(request):
                    if not grid.absent[one] & span_mask(grid.length[request]) << slot:
                        got = self._new()
                        if not isinstance(var, int):
                            self.model.add_implication(got, var)
                        granted.append((got, slot, slot + grid.length[request]))
                        self.points.append((got, -price))
                        self._points_of(var, price)
            for slot in range(grid.slots):
                self.model.add_at_most_one(got for got, begin, end in granted if begin <= slot < end)

    def _starts(self, request: int) -> list[tuple[int, Any]]:
        if request in self.at:
            return list(self.at[request].items())
        slot = self.locked.slot[request]
        return [(slot, 1)] if slot != FREE else []

    def _points_of(self, var: Any, price: int) -> None:
        if isinstance(var, int):
            self.constant += price
        else:
            self.points.append((var, price))

    def solve(self, best: Mapping[int, int] | None, effort: Effort, stop: Callable[[], bool] | None = None,
              told: Callable[[int | None, int], None] | None = None) -> Answer:
        """Minimize; ``told(points or None, bound)`` is called with news. ``best`` is where to start."""
        self.model.minimize(sum(var * factor for var, factor in self.points) + self.constant)
        if best is not None:
            for request, starts in self.at.items():
                for slot, var in starts.items():
                    self.model.add_hint(var, best.get(request, FREE) == slot)
        solver = self.cp.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, effort.seconds)
        solver.parameters.num_workers = effort.workers
        solver.parameters.random_seed = effort.seed
        if effort.steps is not None:
            solver.parameters.max_deterministic_time = effort.steps
            solver.parameters.max_time_in_seconds = 1e6
        with _stopping(solver, stop):
            status = solver.solve(self.model, self._watch(told))
        found = status in (self.cp.OPTIMAL, self.cp.FEASIBLE)
        slots = {request: slot for request, starts in self.at.items()
                 for slot, var in starts.items() if solver.boolean_value(var)} if found else None
        bound = int(solver.best_objective_bound - 1e-6) + 1 if found and solver.best_objective_bound > 0 else 0
        return Answer(slots, bound, status == self.cp.OPTIMAL, status == self.cp.INFEASIBLE)

    def _watch(self, told: Callable[[int | None, int], None] | None) -> Any:
        class Watch(self.cp.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
            def on_solution_callback(self) -> None:
                if told:
                    told(int(self.objective_value), max(0, int(self.best_objective_bound)))

        return Watch()


@contextmanager
def _stopping(solver: Any, stop: Callable[[], bool] | None) -> Iterator[None]:
    """Ask every tenth of a second whether to stop, beside the solver, which tells nothing on its own for long."""
    over = Event()

    def look() -> None:
        while not over.wait(0.1):
            if stop and stop():
                solver.stop_search()

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
