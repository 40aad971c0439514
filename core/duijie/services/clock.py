"""The clock of one process, set right by the database server's where that has one of its own.

Whoever is ahead sends too early and takes over what others still send. PostgreSQL is asked now and then; what is off by
more than a minute goes by the server's time from then on. An SQLite file has no clock: there `duijie.services.heartbeat`
compares the processes with one another.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

TOO_FAR: Final = timedelta(minutes=1)
_EVERY: Final = 10.0  # seconds; a clock may be set while the process runs


class Clock:
    """``off``: how far this process's clock is ahead of the server's, negative where it is behind; not asked: zero."""

    def __init__(self) -> None:
        self.off = timedelta()
        self.compares = False
        self._asked_at = 0.0

    def compare(self) -> None:
        """From now on compare: this process sends. A process that only shows pages need not know."""
        self.compares = True

    def look(self, session: Session) -> None:
        """Ask the server again where it is time to."""
        if not self.compares or (self._asked_at and monotonic() - self._asked_at < _EVERY):
            return
        if session.get_bind().dialect.name == "postgresql":
            self._asked_at = monotonic()
            self.off = datetime.now(UTC) - session.scalars(select(func.clock_timestamp())).one()

    def now(self) -> datetime:
        """What time it is (UTC)."""
        own = datetime.now(UTC)
        return own - self.off if abs(self.off) > TOO_FAR else own
