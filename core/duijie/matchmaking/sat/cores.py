"""The least number of breaks from below: assume none beyond what is proved, and learn from every contradiction.

Core-guided search (OLL): a contradiction between assumptions raises the bound by one, and a counter over them lets one
of them fail from then on. The first model that keeps the remaining assumptions is the best there is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pysat.solvers import Solver

from duijie.matchmaking.grid import Grid
from duijie.matchmaking.sat.alone import least_breaks
from duijie.matchmaking.sat.encoding import Encoding, domains

TRIMS = 3  # a core is asked for a smaller one so many times


@dataclass(frozen=True, slots=True)
class News:
    """A proved ``bound``, or ``slots`` of a timetable; ``impossible``; ``proved``: the slots are the best."""

    bound: int = 0
    slots: dict[int, int] | None = None
    proved: bool = False
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class _Soft:
    """An assumption's counter: literal i of ``outputs`` is assumed false; when it fails, the next one is."""

    outputs: list[int]
    index: int


def search(grid: Grid, style: str, solver: str, seed: int, *, first: bool,
           options: Mapping[str, int] | None = None) -> Iterator[News]:
    """News until everything is known; with ``first``, any timetable is looked for before the best.

    ``options`` are the solver's own.
    """
    slots = domains(grid)
    least = None if slots is None else [least_breaks(grid, p, slots) for p in range(len(grid.own))]
    if slots is None or least is None or any(n is None for n in least):
        yield News(impossible=True)
        return
    known = [n or 0 for n in least]
    yield News(bound=sum(known))
    encoding = Encoding(grid, slots, style, seed)
    softs = _softs(encoding, known, grid.problem.fair)
    if softs is None:
        yield News(impossible=True)
        return
    with Solver(name=solver) as oracle:
        if options:
            oracle.configure(dict(options))  # heard only before the first clause
        sent = 0

        def send() -> None:
            nonlocal sent
            for clause in encoding.clauses[sent:]:
                oracle.add_clause(clause)
            sent = len(encoding.clauses)

        send()
        if first:
            if not oracle.solve():
                yield News(impossible=True)
                return
            yield News(slots=encoding.slots(oracle.get_model()))
        yield from _from_below(encoding, oracle, softs, sum(known), send)


def _softs(encoding: Encoding, known: list[int], fair: int | None) -> dict[int, _Soft] | None:
    """The first assumptions: no party has more breaks than it must; None when fairness forbids what it must."""
    softs: dict[int, _Soft] = {}
    counts: list[list[int]] = []
    quiet = fair is not None and any(not literals for literals in encoding.breaks)
    for party, (literals, must) in enumerate(zip(encoding.breaks, known, strict=True)):
        if quiet and fair is not None and must > fair:
            return None
        outputs = encoding.count(literals, len(literals), both=True) if literals else []
        for output in outputs[:must]:
            encoding.add(output)
        if quiet and fair is not None and len(outputs) > fair:
            encoding.add(-outputs[fair])
            outputs = outputs[:fair]
        if literals:
            encoding.shape(party, must, outputs[must:must + 1])
        if len(outputs) > must:
            softs[-outputs[must]] = _Soft(outputs, must)
        counts.append(outputs)
    if fair is not None and not quiet:
        _fair(encoding, counts, fair)
    return softs


def _fair(encoding: Encoding, counts: list[list[int]], fair: int) -> None:
    """``everyone[k]``: all have more than k breaks; whoever has ``fair`` + 1 + k proves it."""
    for k in range(max(map(len, counts), default=0)):
        everyone = encoding.new()
        for outputs in counts:
            encoding.add(-everyone, outputs[k] if k < len(outputs) else encoding.no)
            if k + fair < len(outputs):
                encoding.add(-outputs[k + fair], everyone)


def _from_below(encoding: Encoding, oracle: Solver, softs: dict[int, _Soft], bound: int,
                send: Callable[[], None]) -> Iterator[News]:
    send()
    while not oracle.solve(assumptions=list(softs)):
        core = _trimmed(oracle, oracle.get_core())
        if not core:
            yield News(impossible=True)
            return
        bound += 1
        yield News(bound=bound)
        for literal in core:
            soft = softs.pop(literal)
            if soft.index + 1 < len(soft.outputs):
                softs[-soft.outputs[soft.index + 1]] = _Soft(soft.outputs, soft.index + 1)
        broken = [-literal for literal in core]
        encoding.add(*broken)
        if len(broken) > 1:
            outputs = encoding.count(broken, len(broken))
            softs[-outputs[1]] = _Soft(outputs, 1)
        send()
    yield News(bound=bound, slots=encoding.slots(oracle.get_model()), proved=True)


def _trimmed(oracle: Solver, core: list[int] | None) -> list[int]:
    """A smaller contradiction among the same assumptions, if a few tries find one."""
    found = core or []
    for _ in range(TRIMS):
        if len(found) < 2 or oracle.solve(assumptions=found):
            break
        smaller = oracle.get_core() or []
        if len(smaller) >= len(found):
            break
        found = smaller
    return found
