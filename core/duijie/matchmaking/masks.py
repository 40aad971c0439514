"""Sets of slots as bit masks: bit ``s`` stands for slot ``s``.

Python integers make whole-day questions ("where can this start?") a handful of machine operations, which is what
makes the search fast without compiled code.
"""

from collections.abc import Iterable, Iterator


def mask_of(slots: Iterable[int]) -> int:
    """The mask with these bits set."""
    found = 0
    for slot in slots:
        found |= 1 << slot
    return found


def span_mask(length: int) -> int:
    """``length`` slots in a row, from slot 0."""
    return (1 << length) - 1


def blocked_starts(blocked: int, length: int) -> int:
    """Slots from which a talk of ``length`` would touch a blocked one."""
    found = blocked
    for shift in range(1, length):
        found |= blocked >> shift
    return found


def idle(busy: int) -> int:
    """Unset bits between the lowest and the highest set one."""
    if not busy:
        return 0
    return busy.bit_length() - (busy & -busy).bit_length() + 1 - busy.bit_count()


def runs(busy: int) -> int:
    """How many runs of unset bits lie between set ones."""
    return max(0, (busy & ~(busy << 1)).bit_count() - 1)


def bits(mask: int) -> Iterator[int]:
    """The set slots, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
