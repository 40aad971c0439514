"""Wishes and limits as assumptions of a SAT solver: which of them contradict one another."""

from collections.abc import Sequence
from time import monotonic

from pysat.solvers import Solver

from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.masks import bits, mask_of, span_mask
from duijie.matchmaking.sat.formula import Formula

CONFLICTS = 20_000  # per question; a contradiction that needs more is not looked for
SECONDS = 5.0


class Limits:
    """Every wish and limit of ``grid`` has a literal that switches it on. ``names``: literal → (kind, number)."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.formula = grid, Formula()
        self.names: dict[int, tuple[str, int]] = {}
        self.began = monotonic()
        self.at = [{slot: self.formula.new() for slot in range(grid.slots - length + 1)} for length in grid.length]
        for request, starts in enumerate(self.at):
            self._request(request, starts)
        for party in range(len(grid.own)):
            self._party(party)
        for desk in range(len(grid.capacity)):
            self._desk(desk)
        self._room()
        self.oracle = Solver(name="glucose4", bootstrap_with=self.formula.clauses)

    def _switch(self, kind: str, number: int) -> int:
        literal = self.formula.new()
        self.names[literal] = (kind, number)
        return literal

    def _forbid(self, switch: int, request: int, blocked: int) -> None:
        for slot, var in self.at[request].items():
            if span_mask(self.grid.length[request]) << slot & blocked:
                self.formula.add(-switch, -var)

    def _request(self, request: int, starts: dict[int, int]) -> None:
        grid, asked = self.grid, self.grid.problem.requests[request]
        self.formula.add(-self._switch("request", request), *starts.values())
        self.formula.at_most_one(list(starts.values()))
        if grid.lock[request] != FREE:
            lock = self._switch("lock", request)
            for slot, var in starts.items():
                if slot != grid.lock[request]:
                    self.formula.add(-lock, -var)
        if asked.within is not None:
            within = self._switch("within", request)
            for slot, var in starts.items():
                if slot not in asked.within:
                    self.formula.add(-within, -var)

    def _covering(self, requests: Sequence[int], slot: int) -> list[int]:
        return [var for r in requests for first, var in self.at[r].items() if first <= slot < first + self.grid.length[r]]

    def _party(self, party: int) -> None:
        mine = [*self.grid.own[party], *self.grid.guest[party]]
        for slot in range(self.grid.slots):
            self.formula.at_most_one(self._covering(mine, slot))
        if self.grid.away[party] and mine:
            away = self._switch("away", party)
            for request in mine:
                self._forbid(away, request, self.grid.away[party])

    def _desk(self, desk: int) -> None:
        grid, requests = self.grid, self.grid.of_desk[desk]
        hours = mask_of(grid.problem.desks[desk].closed)
        if hours and requests:
            closed = self._switch("closed", desk)
            for request in requests:
                self._forbid(closed, request, hours)
        capacity = self._switch("capacity", desk) if requests else 0
        for slot in bits(span_mask(grid.slots) & ~hours):
            self._at_most(capacity, self._covering(requests, slot), grid.space[desk][slot])

    def _at_most(self, switch: int, literals: list[int], most: int) -> None:
        if most < len(literals):
            self.formula.add(-switch, -self.formula.count(literals, most + 1)[most])

    def _room(self) -> None:
        grid, problem = self.grid, self.grid.problem
        if problem.tables is not None:
            tables = self._switch("tables", 0)
            for slot in range(grid.slots):
                self._at_most(tables, self._covering(range(len(self.at)), slot), problem.tables)
        if (problem.breaks_after or problem.nights_after) and any(length > 1 for length in grid.length):
            pause = self._switch("pause", 0)
            for request, starts in enumerate(self.at):
                for slot in starts.keys() - set(bits(grid.in_time(request))):
                    self.formula.add(-pause, -starts[slot])
        for number, pair in enumerate(problem.order):
            first, then, order = grid.number[pair.first], grid.number[pair.then], self._switch("order", number)
            for slot, var in self.at[then].items():
                for early, other in self.at[first].items():
                    if early + grid.length[first] > slot:
                        self.formula.add(-order, -var, -other)

    def _core(self, switches: Sequence[int]) -> list[int] | None:
        """A contradiction among these; None: there is none, or it was not found."""
        self.oracle.conf_budget(CONFLICTS)
        if self.oracle.solve_limited(assumptions=list(switches)) is not False:
            return None
        return list(self.oracle.get_core() or [])

    def smallest(self) -> list[tuple[str, int]] | None:
        """A contradiction of which no part can be left out; None: everything fits, or nothing was found."""
        core = self._core(list(self.names))
        if core is None:
            return None
        for switch in sorted(core, key=lambda s: self.names[s][0] == "request"):
            if switch in core and monotonic() - self.began < SECONDS:
                less = self._core([other for other in core if other != switch])
                core = core if less is None else less
        return sorted((self.names[switch] for switch in core), key=lambda name: (name[0] != "request", name))

    def possible_without(self, name: tuple[str, int]) -> bool:
        """Whether everything else fits once this one wish or limit is given up."""
        self.oracle.conf_budget(CONFLICTS)
        return self.oracle.solve_limited(assumptions=[s for s, known in self.names.items() if known != name]) is True
