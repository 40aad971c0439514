"""The timetable as clauses: talks by slots, a unary counter per party, its breaks, tables, order, fairness."""

from collections.abc import Sequence
from random import Random

from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.masks import bits
from duijie.matchmaking.sat.formula import Formula
from duijie.matchmaking.sat.patterns import patterns

BY_SLOT, BY_PLACE = "slot", "place"  # a break is seen where it ends, or between the j-th and the next talk


class Encoding(Formula):
    """``at[r][s]``: request r is in slot s. ``breaks[p]``: one literal per possible break of party p.

    ``possible``: the problem is not refuted by counting alone. ``seed`` shuffles what has no order.
    """

    def __init__(self, grid: Grid, domains: list[list[int]], style: str, seed: int) -> None:
        super().__init__()
        self.grid, self.style, self.domains = grid, style, domains
        order, parties = list(range(len(domains))), list(range(len(grid.own)))
        if seed:
            Random(seed).shuffle(order)  # noqa: S311  (an order of trials, nothing secret)
            Random(seed).shuffle(parties)  # noqa: S311
        self.at: list[dict[int, int]] = [{} for _ in domains]
        for request in order:
            self.at[request] = starts = {slot: self.new() for slot in domains[request]}
            self.add(*starts.values())
            self.at_most_one(list(starts.values()))
        self.mine = [[*own, *guest] for own, guest in zip(grid.own, grid.guest, strict=True)]
        self.used: list[list[int]] = [[] for _ in self.mine]
        self.breaks: list[list[int]] = [[] for _ in self.mine]
        for party in parties:
            self._party(party)
        self._order()
        self._desks()
        self._tables()

    def _party(self, party: int) -> None:
        used = []
        for slot in range(self.grid.slots):
            here = [self.at[r][slot] for r in self.mine[party] if slot in self.at[r]]
            self.at_most_one(here)
            used.append(self.any_of(here))
        self.used[party] = used
        if len(self.mine[party]) > 1:
            self._count_talks(used, len(self.mine[party]))
            find = self._ends if self.style == BY_SLOT else self._between
            self.breaks[party] = find(used, len(self.mine[party]))

    def _count_talks(self, used: list[int], talks: int) -> None:
        """``so_far(j, t)``: at least j talks up to slot t; all ``talks`` of them in the end."""
        open_, total, self.counter = 0, sum(u != self.no for u in used), {}
        for t, u in enumerate(used):
            open_ += u != self.no
            for j in range(1, talks + 1):
                if j > open_:
                    self.counter[j, t] = self.no
                elif j <= talks - (total - open_):
                    self.counter[j, t] = self.yes
                else:
                    self.counter[j, t] = self.new()
        for t, u in enumerate(used):
            for j in range(1, talks + 1):
                now, before = self.so_far(j, t), self.so_far(j, t - 1)
                self.add(-before, now)
                self.add(-u, -self.so_far(j - 1, t - 1), now)
                self.add(u, -now, before)
                self.add(-now, self.so_far(j - 1, t - 1))

    def so_far(self, talks: int, slot: int) -> int:
        """At least so many talks up to the slot, in the counter of the party at hand."""
        if talks <= 0:
            return self.yes
        return self.counter.get((talks, slot), self.no)

    def _ends(self, used: list[int], _: int) -> list[int]:
        """A break ends in a slot that is used, the one before not, and something was before."""
        found = []
        for t in range(2, len(used)):
            been = self.so_far(1, t - 2)
            if self.no in (used[t], been):
                continue
            ends = self.new()
            found.append(ends)
            self.add(-used[t], used[t - 1], -been, ends)
            self.add(-ends, used[t])
            self.add(-ends, -used[t - 1])
            self.add(-ends, been)
        return found

    def _between(self, used: list[int], talks: int) -> list[int]:
        """A break between the j-th and the next talk: j up to some slot, no more up to the next one."""
        found = []
        for j in range(1, talks):
            between = self.new()
            found.append(between)
            for t in range(len(used) - 1):
                self.add(-self.so_far(j, t), self.so_far(j + 1, t + 1), between)
                self.add(-self.so_far(j + 1, t + 1), self.so_far(j, t - 1), -between)
        return found

    def shape(self, party: int, breaks: int, unless: Sequence[int]) -> None:
        """Name the shapes of the party's day with at most ``breaks``: one of them holds, or one of ``unless`` does."""
        found = patterns(self.grid.slots, [self.domains[r] for r in self.mine[party]], breaks)
        if found is None:
            return
        shapes = [(self.new(), busy) for busy in found]
        self.add(*unless, *(shape for shape, _ in shapes))
        for slot, used in enumerate(self.used[party]):
            for shape, busy in shapes:
                self.add(-shape, used if slot in busy else -used)
            self.add(-used, *unless, *(shape for shape, busy in shapes if slot in busy))

    def _order(self) -> None:
        """Whatever must come first is in an earlier slot."""
        for first, afterwards in enumerate(self.grid.after):
            if afterwards:
                begun = self._begun(first)
                for then in afterwards:
                    later = self._begun(then)
                    for slot in range(self.grid.slots):
                        earlier = begun[slot - 1] if slot else self.no
                        self.add(-later[slot], earlier)
                        if slot in self.at[then]:
                            self.add(-self.at[then][slot], earlier)

    def _begun(self, request: int) -> list[int]:
        """Per slot: the request is in it or an earlier one."""
        found, before = [], self.no
        for slot in range(self.grid.slots):
            if slot in self.at[request]:
                before = self.any_of([literal for literal in (before, self.at[request][slot]) if literal != self.no])
            found.append(before)
        return found

    def _desks(self) -> None:
        for desk, requests in enumerate(self.grid.of_desk):
            for slot in range(self.grid.slots):
                here = [self.at[r][slot] for r in requests if slot in self.at[r]]
                self.at_most(here, self.grid.space[desk][slot])

    def _tables(self) -> None:
        """Talks that share a party are never at once: so groups of them are counted, not talks.

        Besides, twice the tables limit the busy parties, which tells the solver more than the talks alone.
        """
        tables = self.grid.problem.tables
        if tables is None:
            return
        groups = self._groups()
        pairs = all(len(parties) == 2 for parties in self.grid.parties)
        for slot in range(self.grid.slots):
            here = [self._group_at(party, group, slot) for party, group in groups]
            self.at_most([literal for literal in here if literal != self.no], tables)
            if pairs:
                self.at_most([u[slot] for u in self.used if u[slot] != self.no], 2 * tables)

    def _groups(self) -> list[tuple[int, list[int]]]:
        left, found = set(range(len(self.at))), []
        while left:
            party = max(range(len(self.mine)), key=lambda p: sum(r in left for r in self.mine[p]))
            group = [r for r in self.mine[party] if r in left]
            found.append((party, group))
            left -= set(group)
        return found

    def _group_at(self, party: int, group: Sequence[int], slot: int) -> int:
        if len(group) == len(self.mine[party]):
            return self.used[party][slot]
        return self.any_of([self.at[r][slot] for r in group if slot in self.at[r]])

    def slots(self, model: Sequence[int]) -> dict[int, int]:
        """Request → slot in a model (literals in the order of the variables)."""
        return {r: next(slot for slot, var in starts.items() if model[var - 1] > 0) for r, starts in enumerate(self.at)}


def domains(grid: Grid) -> list[list[int]] | None:
    """The slots of each request, with locks and the order of talks taken into account; None: some has none."""
    found = [1 << grid.lock[r] if grid.lock[r] != FREE else grid.starts[r] for r in range(len(grid.party))]
    changed = True
    while changed:
        changed = False
        for first, afterwards in enumerate(grid.after):
            for then in afterwards:
                early, late = found[first], found[then]
                if not early or not late:
                    return None
                late &= -1 << (early & -early).bit_length()
                early &= (1 << max(0, late.bit_length() - 1)) - 1
                changed = changed or (early, late) != (found[first], found[then])
                found[first], found[then] = early, late
    return [list(bits(mask)) for mask in found] if all(found) else None
