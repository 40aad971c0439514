"""Saves the state of a memory in a thread, so that whoever confirms an assignment does not wait for it.

A saved state takes half a second and more, and a confirmation holds a transaction. So the thread learns the lessons
of a memory that was handed to it, on a router of its own, and the next lesson takes the state in their place. The
memory is the truth meanwhile: what a crash or another process makes of the thread's work costs no lesson.
"""

import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from duijie.api import Candidate
from duijie.builtin.routing.journal import Journal, Lesson
from duijie.builtin.routing.router import Router

KEPT: Final = 12  # states that wait for their next lesson


class Saver:
    """States by the mark of the last lesson in them; one is made at a time."""

    def __init__(self) -> None:
        self._states: OrderedDict[bytes, bytes] = OrderedDict()
        self._thread: threading.Thread | None = None

    def save(self, journal: Journal, candidates: Sequence[Candidate]) -> None:
        """Begin to make the state of ``journal``, unless there is one or another is being made."""
        if journal.marks[-1] in self._states or (self._thread and self._thread.is_alive()):
            return
        self._thread = threading.Thread(target=self._make, args=(journal, tuple(candidates)), name="routing", daemon=True)
        self._thread.start()

    def shortened(self, journal: Journal) -> Journal:
        """``journal`` with a state in the place of the lessons that are in it, where there is one."""
        for at, (mark, _) in reversed(list(enumerate(journal.entries))):
            if (state := self._states.get(mark)) is not None:
                return Journal(mark, state, journal.entries[at + 1:])
        return journal

    def wait(self) -> None:
        """Until nothing is being made."""
        if self._thread:
            self._thread.join()

    def _make(self, journal: Journal, candidates: tuple[Candidate, ...]) -> None:
        router = Router.from_bytes(journal.state, candidates)
        learn(router, journal.lessons())
        self._states[journal.marks[-1]] = router.as_bytes()
        if len(self._states) > KEPT:
            self._states.popitem(last=False)


def learn(router: Router, lessons: Iterable[Lesson]) -> None:
    """Learn ``lessons``; what comes after a spoilt one is lost as well, what came before it stays."""
    try:
        for lesson in lessons:
            router.take(lesson.reading, lesson.department)
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error):
        return
