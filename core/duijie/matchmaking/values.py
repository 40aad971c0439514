"""What a timetable is asked for and what comes back: plain frozen values, slots counted from 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from duijie.domain.text import T

PRIORITY_MAX: Final = 9


@dataclass(frozen=True, slots=True)
class Desk:
    """A department's place in the room.

    ``capacity`` is how many representatives staff it, so how many appointments it holds at once (0: nobody
    staffs it). ``closed`` are the slots in which it takes none. ``name`` is what reasons call it (the key if
    empty).
    """

    key: str
    capacity: int = 1
    closed: frozenset[int] = frozenset()
    name: str = ""

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name or self.key


@dataclass(frozen=True, slots=True)
class Party:
    """A requester, who can be in one place at a time. ``away`` are the slots in which it cannot come."""

    key: str
    away: frozenset[int] = frozenset()
    name: str = ""

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name or self.key


@dataclass(frozen=True, slots=True)
class Request:
    """An appointment that is wanted.

    ``desks`` is one desk, or several at one table at the same time (a joint talk takes one representative of
    each). ``length`` is in slots. ``priority`` runs from 0 to 9 and decides who is heard when not everything
    fits: one step weighs as much as ten requests of the step below. ``slot`` is the first slot when a person
    fixed it (locked): it is kept exactly or reported as unplaced, never moved.
    """

    key: str
    party: str
    desks: tuple[str, ...]
    length: int = 1
    priority: int = 0
    slot: int | None = None

    @property
    def weight(self) -> int:
        """What placing it is worth: ten to the power of the priority."""
        return int(10**self.priority)


@dataclass(frozen=True, slots=True)
class Problem:
    """One meeting's timetable to be found.

    ``slots`` is how many units of time there are. ``breaks_after`` holds slots with a break behind them
    (noon, a change of room): no appointment of more than one slot may span such a boundary.
    """

    slots: int
    desks: tuple[Desk, ...]
    parties: tuple[Party, ...]
    requests: tuple[Request, ...]
    breaks_after: frozenset[int] = frozenset()


class Status(StrEnum):
    """What is known about a solution."""

    OPTIMAL = "optimal"  # proved: nothing weightier can be placed, and no timetable of it has fewer gaps
    FEASIBLE = "feasible"  # keeps every rule; better ones were not ruled out in the time given
    INFEASIBLE = "infeasible"  # the locked appointments cannot all be kept; the rest was still solved

    @property
    def label(self) -> T:
        """What the screen calls it."""
        return _STATUS_LABELS[self]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A request (its key) without a place, and why, in words that can be shown."""

    request: str
    reason: T


@dataclass(frozen=True, slots=True)
class Solution:
    """A timetable that keeps every rule.

    ``slots`` maps request key → first slot. ``gaps`` counts the idle slots between each party's first and
    last appointment, added up over parties (slots in which it is away or across a break count too: it
    waits). ``bound`` is a proved lower bound of the gaps for this much placed (equal to ``gaps`` when
    optimal). ``seconds`` is the time it took.
    """

    status: Status
    slots: Mapping[str, int]
    unplaced: tuple[Unplaced, ...]
    gaps: int
    bound: int
    seconds: float


_STATUS_LABELS: Final = {
    Status.OPTIMAL: T("最优", en="Best possible"),
    Status.FEASIBLE: T("可行", en="Workable"),
    Status.INFEASIBLE: T("锁定安排有冲突", en="Locked appointments collide"),
}
