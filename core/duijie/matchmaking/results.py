"""What comes back: a timetable with what is known about it, and news on the way there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from duijie.domain.text import T


class Status(StrEnum):
    """What is known about a solution."""

    OPTIMAL = "optimal"  # proved: no timetable has fewer points
    FEASIBLE = "feasible"  # keeps every rule; better ones were not ruled out in the time given
    INFEASIBLE = "infeasible"  # what must be kept (the locks, or everything) cannot all be kept
    UNKNOWN = "unknown"  # everything must be placed, and neither a timetable nor a proof was found in time

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

    ``slots`` maps request key → first slot (empty when everything must be placed and cannot). ``objective``
    is what it costs in points (`duijie.matchmaking.values.Weights`), ``bound`` a proved lower bound of that
    of any timetable with the same locks kept. ``gaps`` counts the idle slots between each party's first and
    last appointment of a day, added up over parties (slots in which it is away count too: it waits),
    ``breaks`` the runs of them. ``staff`` maps the requests at desks with named representatives to who takes
    them (one per such desk). ``seconds`` is the time it took.
    """

    status: Status
    slots: Mapping[str, int]
    unplaced: tuple[Unplaced, ...]
    gaps: int
    breaks: int
    objective: int
    bound: int
    seconds: float
    staff: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """The share of the objective that could at most still be saved: 0 when it is proved the best."""
        return gap(self.objective, self.bound)


@dataclass(frozen=True, slots=True)
class Progress:
    """News of a running search: points so far (None: no timetable yet), proved bound, seconds gone."""

    seconds: float
    objective: int | None
    bound: int

    @property
    def gap(self) -> float | None:
        """The share of the objective that could at most still be saved; None without a timetable."""
        return None if self.objective is None else gap(self.objective, self.bound)


Report = Callable[[Progress], None]
Stop = Callable[[], bool]  # for instance `threading.Event().is_set`; asked several times a second


def gap(objective: int, bound: int) -> float:
    """(objective - bound) / objective; 0 for 0."""
    return (objective - bound) / objective if objective > bound else 0.0


_STATUS_LABELS: Final = {
    Status.OPTIMAL: T("最优", en="Best possible"),
    Status.FEASIBLE: T("可行", en="Workable"),
    Status.INFEASIBLE: T("有冲突，无法全部满足", en="Cannot all be kept"),
    Status.UNKNOWN: T("时间内未得出结论", en="Not decided in time"),
}
