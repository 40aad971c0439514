"""How many breaks a party has at least, from its own slots and order of talks alone, exactly (dynamic programming)."""

from duijie.matchmaking.grid import Grid

LARGEST = 60_000  # states; beyond them nothing is claimed
IDLE_BEFORE, BUSY, IDLE_AFTER = range(3)

State = tuple[tuple[int, ...], int]  # how many talks of each kind are left; what the party just did


def least_breaks(grid: Grid, party: int, domains: list[list[int]]) -> int | None:
    """The least number; None when its talks do not fit at all; 0 when that would take too long to say."""
    mine = [*grid.own[party], *grid.guest[party]]
    if len(mine) < 2:
        return 0
    kinds = _Kinds(grid, mine, domains)
    states: dict[State, int] = {(kinds.all, IDLE_BEFORE): 0}
    seen = 0
    for slot in range(grid.slots):
        states = kinds.step(states, slot)
        seen += len(states)
        if not states:
            return None
        if seen > LARGEST:
            return 0
    return min((cost for (left, _), cost in states.items() if not any(left)), default=None)


class _Kinds:
    """Talks with the same possible slots and no order among them are alike: only their number matters."""

    def __init__(self, grid: Grid, mine: list[int], domains: list[list[int]]) -> None:
        inner = set(mine)
        first = {r: [b for b in grid.before[r] if b in inner] for r in mine}
        ordered = {r for r in mine if first[r]} | {b for bs in first.values() for b in bs}
        settled = {domains[r][0] for r in mine if len(domains[r]) == 1}
        kinds: dict[tuple[frozenset[int], int], list[int]] = {}
        for r in mine:
            slots = frozenset(domains[r]) if len(domains[r]) == 1 else frozenset(domains[r]) - settled
            kinds.setdefault((slots, r if r in ordered else -1), []).append(r)
        keys = list(kinds)
        self.slots = [slots for slots, _ in keys]
        self.last = [max(slots, default=-1) for slots in self.slots]
        self.all = tuple(len(kinds[key]) for key in keys)
        of = {r: i for i, key in enumerate(keys) for r in kinds[key]}
        self.first = [[of[b] for r in kinds[key] for b in first[r]] for key in keys]
        self.end = grid.slots

    def step(self, states: dict[State, int], slot: int) -> dict[State, int]:
        """The states after one more slot, each with its least breaks."""
        found: dict[State, int] = {}
        for (left, did), cost in states.items():
            due = sum(n for n, last in zip(left, self.last, strict=True) if last == slot)
            if due > 1 or sum(left) > self.end - slot:
                continue
            if not due:
                self._keep(found, (left, IDLE_AFTER if did == BUSY else did), cost)
            for i, n in enumerate(left):
                if n and slot in self.slots[i] and (not due or self.last[i] == slot) \
                        and not any(left[b] for b in self.first[i]):
                    rest = (*left[:i], n - 1, *left[i + 1:])
                    self._keep(found, (rest, BUSY), cost + (did == IDLE_AFTER))
        return found

    @staticmethod
    def _keep(found: dict[State, int], state: State, cost: int) -> None:
        if cost < found.get(state, cost + 1):
            found[state] = cost
