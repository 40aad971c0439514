"""Appointments fixed by hand: which can be kept together, and with what each other one collides."""

from dataclasses import dataclass

from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.masks import span_mask
from duijie.matchmaking.room import Room


@dataclass(frozen=True, slots=True)
class Locks:
    """``kept``: request → slot; ``refused``: request → the kept locks in its way (none: its own fault)."""

    kept: dict[int, int]
    refused: dict[int, tuple[int, ...]]


def admit(grid: Grid) -> Locks:
    """Keep locks one by one, higher priority first, then in the order given; refuse what no longer fits."""
    room = Room(grid)
    refused: dict[int, tuple[int, ...]] = {}
    locked = [r for r, slot in enumerate(grid.lock) if slot != FREE]
    for request in sorted(locked, key=lambda r: -grid.problem.requests[r].priority):
        slot = grid.lock[request]
        if room.possible(request) >> slot & 1:
            room.place(request, slot)
        else:
            refused[request] = _in_the_way(room, request)
    return Locks({r: slot for r, slot in enumerate(room.slot) if slot != FREE}, refused)


def _in_the_way(room: Room, request: int) -> tuple[int, ...]:
    """The placed locks that collide with ``request``; empty when it is impossible by itself."""
    grid, first = room.grid, room.grid.lock[request]
    if not grid.starts[request] >> first & 1:
        return ()
    mine = span_mask(grid.length[request]) << first
    crowded = {desk: room.full[desk] & mine for desk in grid.desks[request]}
    found = []
    for other, slot in enumerate(room.slot):
        if slot == FREE:
            continue
        span = span_mask(grid.length[other]) << slot
        same_party = set(grid.parties[other]) & set(grid.parties[request])
        wrong_order = ((other in grid.before[request] and slot + grid.length[other] > first)
                       or (other in grid.after[request] and first + grid.length[request] > slot))
        far = same_party and _too_far(grid, request, first, other, slot)
        if (same_party and span & mine) or wrong_order or far or room.crowd & span & mine \
                or any(span & crowded.get(desk, 0) for desk in grid.desks[other]):
            found.append(other)
    return tuple(found)


def _too_far(grid: Grid, one: int, first: int, other: int, then: int) -> bool:
    if then < first:
        return _too_far(grid, other, then, one, first)
    end = first + grid.length[one]
    return grid.block_of[first] == grid.block_of[then] and then - end < grid.between(one, other)
