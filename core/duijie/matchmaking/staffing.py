"""Who at a desk takes which talk: as many as possible get the representative they asked for."""

from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.masks import mask_of, span_mask
from duijie.matchmaking.values import Desk


def granted(grid: Grid, slot: list[int]) -> set[int]:
    """The placed requests that get the representative they asked for: most of them, by earliest end."""
    found: set[int] = set()
    for one, wishing in enumerate(grid.wishing):
        taken = grid.absent[one]
        placed = [r for r in wishing if slot[r] != FREE]
        for request in sorted(placed, key=lambda r: (slot[r] + grid.length[r], -slot[r])):
            span = span_mask(grid.length[request]) << slot[request]
            if not taken & span:
                taken |= span
                found.add(request)
    return found


def missed(grid: Grid, slot: list[int]) -> int:
    """Points for wishes that fail only because somebody else has the representative at that time."""
    could = [r for one, wishing in enumerate(grid.wishing) for r in wishing
             if slot[r] != FREE and not grid.absent[one] & span_mask(grid.length[r]) << slot[r]]
    return grid.weights.staff * (len(could) - len(granted(grid, slot))) if could else 0


def assign(grid: Grid, slot: list[int]) -> dict[str, tuple[str, ...]]:
    """Request key → one representative per desk with named staff ("" where the desk itself must see to it)."""
    found: dict[str, list[str]] = {}
    happy = granted(grid, slot)
    for at, desk in enumerate(grid.problem.desks):
        if desk.staff:
            for request, name in _at_desk(grid, at, desk, slot, happy):
                found.setdefault(grid.problem.requests[request].key, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


def _at_desk(grid: Grid, at: int, desk: Desk, slot: list[int], happy: set[int]) -> list[tuple[int, str]]:
    busy = {one.key: mask_of(one.away) for one in desk.staff}
    placed = sorted((r for r in grid.of_desk[at] if slot[r] != FREE), key=lambda r: (slot[r], -grid.length[r]))
    given: dict[int, str] = {}
    for request in placed:
        wanted = grid.problem.requests[request].staff
        if request in happy and wanted in busy:
            busy[wanted] |= span_mask(grid.length[request]) << slot[request]
            given[request] = wanted
    for request in placed:
        if request not in given:
            span = span_mask(grid.length[request]) << slot[request]
            name = next((key for key, mask in busy.items() if not mask & span), "")
            if name:
                busy[name] |= span
            given[request] = name
    return [(r, given[r]) for r in placed]
