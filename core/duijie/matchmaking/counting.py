"""Collisions that counting proves: more talks than places, at one desk or for one requester (Hall's theorem)."""

from collections.abc import Iterator
from dataclasses import dataclass

from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.masks import bits


@dataclass(frozen=True, slots=True)
class Crowd:
    """``requests`` (``wanted`` of them) can only be in ``slots``, which hold ``holds``, fewer.

    At ``desk``, or of ``party``. ``limits`` are what narrows the slots, ``changes`` single changes that help.
    """

    requests: tuple[int, ...]
    slots: tuple[int, ...]
    holds: int
    limits: tuple[tuple[str, int], ...]
    changes: list[tuple[str, int]]
    desk: int | None = None
    party: int | None = None

    @property
    def wanted(self) -> int:
        """How many talks."""
        return len(self.requests)


def crowds(grid: Grid) -> Iterator[Crowd]:
    """The collisions of single desks, then of single requesters. Longer talks count by their first slot only."""
    for desk, requests in enumerate(grid.of_desk):
        found = _too_many(grid, requests, grid.space[desk])
        if found:
            yield _at_desk(grid, desk, *found)
    for party, own in enumerate(grid.own):
        found = _too_many(grid, [*own, *grid.guest[party]], [1] * grid.slots)
        if found:
            yield _of_party(grid, party, *found)


def _too_many(grid: Grid, requests: list[int], space: list[int]) -> tuple[list[int], list[int]] | None:
    """Requests that share too few slots, found where a matching cannot be made larger; None: all fit."""
    held: list[list[int]] = [[] for _ in space]
    for request in requests:
        seen: dict[int, int] = {}  # slot → the request that led there
        if not _augment(grid, request, space, held, seen):
            slots = sorted(seen)
            return [request, *(r for slot in slots for r in held[slot])], slots
    return None


def _augment(grid: Grid, request: int, space: list[int], held: list[list[int]], seen: dict[int, int]) -> bool:
    """Breadth first: seat ``request``, moving others from slot to slot."""
    queue = [request]
    for one in queue:
        for slot in bits(_allowed(grid, one)):
            if slot in seen:
                continue
            seen[slot] = one
            if len(held[slot]) < space[slot]:
                _shift(held, seen, slot, request)
                return True
            queue += held[slot]
    return False


def _shift(held: list[list[int]], seen: dict[int, int], slot: int, request: int) -> None:
    """Along the path that led to ``slot``: everyone moves one on."""
    at = {r: s for s, there in enumerate(held) for r in there}
    while True:
        mover = seen[slot]
        held[slot].append(mover)
        if mover == request:
            return
        held[at[mover]].remove(mover)
        slot = at[mover]


def _allowed(grid: Grid, request: int) -> int:
    return (1 << grid.lock[request]) & grid.starts[request] if grid.lock[request] != FREE else grid.starts[request]


def _at_desk(grid: Grid, desk: int, requests: list[int], slots: list[int]) -> Crowd:
    closed = [("closed", desk)] if grid.problem.desks[desk].closed else []
    limits = [("capacity", desk), *closed, *_narrowing(grid, requests, slots)]
    changes = [("capacity", desk)] if slots else []
    return Crowd(tuple(requests), tuple(slots), sum(grid.space[desk][s] for s in slots), tuple(limits),
                 [*changes, *_narrowing(grid, requests, slots), *closed, *(("request", r) for r in requests)], desk=desk)


def _of_party(grid: Grid, party: int, requests: list[int], slots: list[int]) -> Crowd:
    limits = _narrowing(grid, requests, slots)
    return Crowd(tuple(requests), tuple(slots), len(slots), tuple(limits),
                 [*limits, *(("request", r) for r in requests)], party=party)


def _narrowing(grid: Grid, requests: list[int], slots: list[int]) -> list[tuple[str, int]]:
    """Locks, hours and absences that keep these requests out of other slots."""
    found: list[tuple[str, int]] = []
    for r in requests:
        found += [("lock", r)] if grid.lock[r] != FREE else []
        found += [("within", r)] if grid.problem.requests[r].within is not None else []
        found += [("away", p) for p in grid.parties[r] if grid.away[p]]
    return list(dict.fromkeys(found)) if len(slots) < grid.slots else []
