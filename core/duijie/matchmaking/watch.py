"""The clock, the wish to stop and the reports of one solve; and its result as values."""

from collections.abc import Callable
from time import monotonic

from duijie.matchmaking.locks import Locks
from duijie.matchmaking.reasons import explain
from duijie.matchmaking.results import Progress, Report, Solution, Status, Stop
from duijie.matchmaking.room import Room
from duijie.matchmaking.staffing import assign

LOOK = 0.1  # seconds between two looks at ``stop``


class Watch:
    """The clock, the wish to stop and the reports of one solve."""

    def __init__(self, time_limit: float, stop: Stop | None, progress: Report | None, steps: int | None) -> None:
        self.began, self.time_limit, self.stop, self.progress, self.steps = monotonic(), time_limit, stop, progress, steps
        self.looked, self.stopped = 0.0, False
        self.objective: int | None = None
        self.bound = 0

    def seconds(self) -> float:
        """Since the beginning."""
        return monotonic() - self.began

    def left(self) -> float:
        """Seconds until the limit."""
        return self.time_limit - self.seconds()

    def asked_to_stop(self) -> bool:
        """Whether somebody wants the search to end; asks at most ten times a second."""
        if self.stop and not self.stopped and monotonic() - self.looked > LOOK:
            self.looked, self.stopped = monotonic(), self.stop()
        return self.stopped

    def until(self, share: float) -> Callable[[], bool]:
        """A question that turns true at this share of the time limit, or when somebody wants to stop."""
        end = self.began + share * self.time_limit
        return lambda: self.asked_to_stop() or (self.steps is None and monotonic() >= end)

    def tell(self, objective: int | None, bound: int) -> None:
        """Report what is better than before."""
        better = objective is not None and (self.objective is None or objective < self.objective)
        if better:
            self.objective = objective
        higher = bound > self.bound
        self.bound = max(self.bound, bound)
        if self.progress and (better or higher):
            self.progress(Progress(self.seconds(), self.objective, self.bound))


def solution(room: Room, locks: Locks, status: Status, objective: int, bound: int, seconds: float) -> Solution:
    """The result as values."""
    parties = range(len(room.busy))
    return Solution(status=status, slots=room.timetable(), unplaced=explain(room, locks),
                    gaps=sum(room.gaps(p) for p in parties), breaks=sum(room.breaks(p) for p in parties),
                    objective=objective, bound=bound, seconds=seconds, staff=assign(room.grid, room.slot))
