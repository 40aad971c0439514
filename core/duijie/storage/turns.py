"""Lets the threads of one process write in the order in which they came.

SQLite has one writer and no queue: whoever waits looks again after a pause that grows to 0.1 s, and a newcomer who
looks at the right moment goes first. Under a rush somebody may starve that way until the busy timeout.
"""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, get_ident
from time import monotonic
from typing import Final
from weakref import WeakSet

from duijie.domain.errors import Busy


@dataclass(eq=False, slots=True)
class _Waiting:
    thread: int
    called: Event = field(default_factory=Event)


class Turns:
    """A queue before the one writer. Who has its turn may take it again, and gives it back once, whatever happens."""

    _lock: Lock
    _holder: int | None  # the thread whose turn it is
    _queue: deque[_Waiting]

    def __init__(self) -> None:
        self._start_anew()
        _ALL.add(self)

    @contextmanager
    def turn(self, patience: float) -> Iterator[float]:
        """Wait for a turn, ``patience`` seconds at most; gives what is left of them. Raises Busy."""
        since, me = monotonic(), get_ident()
        if self._holder == me:
            yield patience
            return
        if not self._come(me, patience):
            raise Busy
        try:
            yield patience - (monotonic() - since)
        finally:
            self._go(me)

    def _come(self, me: int, patience: float) -> bool:
        with self._lock:
            if self._holder is None:
                self._holder = me
                return True
            waiting = _Waiting(me)
            self._queue.append(waiting)
        try:
            waiting.called.wait(patience)
        except BaseException:  # the thread is interrupted: nobody must wait for it
            if not self._give_up(waiting):
                self._go(me)
            raise
        return waiting.called.is_set() or not self._give_up(waiting)

    def _give_up(self, waiting: _Waiting) -> bool:
        """Leave the queue; False where the turn has come in this very moment."""
        with self._lock:
            if waiting.called.is_set():
                return False
            self._queue.remove(waiting)
            return True

    def _go(self, me: int) -> None:
        with self._lock:
            if self._holder != me:
                return  # taken before a fork: the child has a queue of its own
            following = self._queue.popleft() if self._queue else None
            self._holder = following.thread if following else None
            if following:
                following.called.set()

    def _start_anew(self) -> None:
        self._lock = Lock()
        self._holder = None
        self._queue = deque()


_ALL: Final[WeakSet[Turns]] = WeakSet()


def _after_fork() -> None:
    """None of the threads that wait or write is in the child."""
    for turns in _ALL:
        turns._start_anew()


os.register_at_fork(after_in_child=_after_fork)
