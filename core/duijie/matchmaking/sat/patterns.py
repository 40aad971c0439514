"""The few shapes that a party's day can have with so many breaks and no more: when it is busy, not with whom.

Most parties need no break, so their talks stand in one row and only its beginning is open. Saying so outright, with
those shapes left out in which the talks have no room, tells the solver in one step what it otherwise learns by trying.
"""

from collections.abc import Iterator, Sequence

MOST = 300  # of one party; with more of them, naming each one costs more than it tells


def patterns(slots: int, domains: Sequence[Sequence[int]], breaks: int) -> list[frozenset[int]] | None:
    """The sets of slots in which talks with these possible slots can be with at most ``breaks``; None: too many."""
    possible = [set(domain) for domain in domains]
    found: list[frozenset[int]] = []
    for busy in _shapes(slots, possible, breaks):
        if _has_room(possible, busy):
            found.append(busy)
            if len(found) > MOST:
                return None
    return found


def _shapes(slots: int, possible: list[set[int]], breaks: int) -> Iterator[frozenset[int]]:
    """As many slots as there are talks, in at most ``breaks`` + 1 rows, with all that is settled."""
    open_ = set().union(*possible)
    settled = {next(iter(domain)) for domain in possible if len(domain) == 1}

    def go(slot: int, left: int, row: bool, more: int, busy: frozenset[int]) -> Iterator[frozenset[int]]:
        if not left:
            if settled <= busy:
                yield busy
            return
        if slots - slot < left:
            return
        if slot not in settled and not (row and not more):
            yield from go(slot + 1, left, False, more, busy)
        if slot in open_ and (row or not busy or more):
            yield from go(slot + 1, left - 1, True, more - (not row and bool(busy)), busy | {slot})

    yield from go(0, len(possible), False, breaks, frozenset())


def _has_room(possible: list[set[int]], busy: frozenset[int]) -> bool:
    """Whether each talk can have a slot of its own (augmenting paths)."""
    held: dict[int, int] = {}

    def seat(talk: int, seen: set[int]) -> bool:
        for slot in (possible[talk] & busy) - seen:
            seen.add(slot)
            if slot not in held or seat(held[slot], seen):
                held[slot] = talk
                return True
        return False

    return all(seat(talk, set()) for talk in range(len(possible)))
