"""Appointments fixed by hand: which can be kept together, and with what each other one collides."""

from dataclasses import dataclass

from duijie.matchmaking.room import FREE, Grid, Room, span_mask


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
    for request in sorted(locked, key=lambda r: -grid.weight[r]):
        slot = grid.lock[request]
        span = span_mask(grid.length[request]) << slot
        if not room.open_starts(request) >> slot & 1 or room.busy[grid.party[request]] & span:
            refused[request] = _in_the_way(room, request)
        else:
            room.place(request, slot)
    return Locks({r: slot for r, slot in enumerate(room.slot) if slot != FREE}, refused)


def _in_the_way(room: Room, request: int) -> tuple[int, ...]:
    """The placed locks without which ``request`` would fit; empty when it is impossible by itself."""
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
        same_party = grid.party[other] == grid.party[request] and span & mine
        if same_party or any(span & crowded.get(desk, 0) for desk in grid.desks[other]):
            found.append(other)
    return tuple(found)
