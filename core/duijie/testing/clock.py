"""The clock of a test: time stands still until it is moved, and then what has come due happens."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

import pytest
from sqlalchemy import func, select

from duijie import schedule
from duijie.domain.roles import SYSTEM
from duijie.services import demo_clock
from duijie.services.work import Office
from duijie.storage.models import PluginJob

MOST_STOPS: Final = 1000


class Clock:
    """A moment that everybody in this process agrees on. ``turns`` counts how often it was moved."""

    def __init__(self, office: Callable[[], Office], start: str) -> None:
        self._office = office
        self._start = start
        self._travel: Any = None
        self._traveller: Any = None
        self.turns = 0

    def __enter__(self) -> Self:
        try:
            import time_machine  # only tests need it, so that duijie itself does not bring it
        except ImportError:
            raise pytest.UsageError("the test kit of duijie needs time-machine to move its clock: "
                                    "pip install time-machine") from None
        begin = datetime.fromisoformat(self._start)
        zoned = begin if begin.tzinfo else begin.replace(tzinfo=self._office().zone)
        self._travel = time_machine.travel(zoned.astimezone(UTC), tick=False)
        self._traveller = self._travel.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._travel is not None:
            self._travel.stop()

    @property
    def now(self) -> datetime:
        """The moment, in the office's time zone."""
        return datetime.now(self._office().zone)

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.date()

    def move(self, *, working_days: int = 0, days: float = 0, hours: float = 0, minutes: float = 0) -> int:
        """Let time pass, and let happen what comes due on the way, each at its own time; answers how much that was.

        ``working_days`` goes to the same time of that working day by the office's calendar. Raises ValueError for
        a move that is none, or into the past.
        """
        to = self.now + timedelta(days=days, hours=hours, minutes=minutes)
        if working_days:
            with self._office().read(SYSTEM) as work:
                to = datetime.combine(work.calendar.add(to.date(), working_days).day, to.timetz())
        return self.set(to)

    def set(self, moment: datetime) -> int:
        """Like `move`, to a moment; one without a time zone is local."""
        to = moment if moment.tzinfo else moment.replace(tzinfo=self._office().zone)
        if to <= self.now:
            raise ValueError(f"{to} is not after {self.now}: the clock only moves forward")
        done = self.run()
        for _ in range(MOST_STOPS):
            stop = self._next_due()
            if stop is None or stop >= to:
                self._go(to)
                return done + self.run()
            self._go(stop)
            done += self.run()
        raise RuntimeError(f"{MOST_STOPS} things came due on the way to {to}: does a rule come due again and again?")

    def run(self) -> int:
        """Do what is due now: rules, reminders, what plugins are told, their jobs; answers how much that was."""
        return schedule.run_now(self._office())

    def _go(self, moment: datetime) -> None:
        self._traveller.move_to(moment.astimezone(UTC), tick=False)
        self.turns += 1

    def _next_due(self) -> datetime | None:
        """The next moment of a reminder, a rule's step or a daily job; jobs every few minutes run at these stops."""
        office = self._office()
        daily = [key for key, owned in office.catalogue.jobs.items() if owned.item.at]
        jobs = select(func.min(PluginJob.next_at)).where(PluginJob.key.in_(daily))
        with office.read(SYSTEM) as work:
            jobs = jobs.where(PluginJob.next_at > work.now)
            return min((m for m in (demo_clock.next_due(work), work.session.scalar(jobs)) if m), default=None)
