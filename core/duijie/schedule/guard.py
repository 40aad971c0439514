"""Keeps a failing job from taking anything down, and says once what is wrong instead of every second."""

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Final

from duijie.domain.roles import SYSTEM
from duijie.services import overview
from duijie.services.work import Office

AGAIN: Final = timedelta(minutes=5)  # the same failure is written down this often
_log = logging.getLogger("duijie.schedule")


class Guard:
    """Runs jobs for one office and records what they raise."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._said: dict[tuple[str, str], float] = {}

    def run(self, name: str, job: Callable[[], object]) -> bool:
        """Run ``job``; False when it failed, which is logged and written down for the administrator."""
        try:
            job()
        except Exception as error:  # the next tick must come whatever this one met
            self._note(name, repr(error), traceback.format_exc())
            return False
        return True

    def _note(self, name: str, error: str, trace: str) -> None:
        now = monotonic()
        if now - self._said.get((name, error), -AGAIN.total_seconds()) < AGAIN.total_seconds():
            return
        self._said[name, error] = now
        _log.error("job %s failed: %s\n%s", name, error, trace)
        try:
            with self._office.write(SYSTEM) as work:
                overview.keep_fault(work, "duijie-schedule", name, error, trace)
        except Exception:  # the database itself may be what failed; the log has it
            _log.exception("the failure of job %s could not be written down", name)
