"""The routers of the groups, kept ready in this process: a memory is unpacked once, then only its new lessons."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from duijie.api import Candidate
from duijie.builtin.routing.features import read
from duijie.builtin.routing.journal import Journal, begun
from duijie.builtin.routing.journal import read as read_journal
from duijie.builtin.routing.router import Router
from duijie.builtin.routing.saving import Saver, learn

MOST_LESSONS: Final = 64    # from here on the state is saved anew, in a thread
MOST_BYTES: Final = 980_000  # then at once: about 150 lessons in the time that the thread takes
KEPT: Final = 12            # routers in memory: one for each group that is at work
MOST_MARKS: Final = 2_000


class _Ready:
    """A router and the marks of all that it has learned from, the last one last."""

    def __init__(self, router: Router, candidates: tuple[Candidate, ...], marks: Sequence[bytes]) -> None:
        self.router = router
        self.candidates = candidates
        self.marks = dict.fromkeys(marks)

    def note(self, mark: bytes) -> None:
        """It has learned as far as ``mark``."""
        self.marks[mark] = None
        if len(self.marks) > MOST_MARKS:
            del self.marks[next(iter(self.marks))]


class Routers:
    """Makes routers of memories. Any thread may use it; one at a time does."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.saver = Saver()
        self._ready: OrderedDict[bytes, _Ready] = OrderedDict()  # by the mark of the last lesson

    @contextmanager
    def of(self, memory: bytes, candidates: Sequence[Candidate]) -> Iterator[Router | None]:
        """The router that ``memory`` makes, on this roster, while the block lasts; None for an unreadable memory."""
        journal = read_journal(memory)
        if journal is None:
            yield None
            return
        with self._lock:
            yield self._caught_up(journal, tuple(candidates)).router

    def learn(
        self, memory: bytes | None, title: str, text: str, department: str, candidates: Sequence[Candidate]
    ) -> bytes:
        """``memory`` with one lesson more, within milliseconds; an unreadable one begins anew."""
        before = self.saver.shortened((read_journal(memory) if memory else None) or begun())
        if len(before.entries) >= MOST_LESSONS:
            self.saver.save(before, candidates)
        journal = before.with_lesson(department, read(title, text))
        learned = journal.as_bytes()
        return learned if len(learned) < MOST_BYTES else self._saved(journal, candidates)

    def _saved(self, journal: Journal, candidates: Sequence[Candidate]) -> bytes:
        with self._lock:
            ready = self._caught_up(journal, tuple(candidates))
            saved = begun(ready.router.as_bytes())
            self._keep(ready, saved.mark)
            return saved.as_bytes()

    def _caught_up(self, journal: Journal, candidates: tuple[Candidate, ...]) -> _Ready:
        marks = journal.marks
        ready = self._newer(marks[-1]) or self._older(marks) or self._unpacked(journal, candidates)
        if ready.candidates != candidates:
            ready.router.set_roster(candidates)
            ready.candidates = candidates
        if marks[-1] not in ready.marks:
            self._take(ready, journal, marks)
        self._keep(ready, next(reversed(ready.marks)))
        return ready

    def _take(self, ready: _Ready, journal: Journal, marks: Sequence[bytes]) -> None:
        known = max(at for at, mark in enumerate(marks) if mark in ready.marks)
        learn(ready.router, journal.lessons(after=known))
        for mark in marks[known:]:
            ready.note(mark)

    def _newer(self, mark: bytes) -> _Ready | None:
        """A router that has learned this memory, and perhaps more since: what was learned meanwhile only helps."""
        return next((one for one in self._ready.values() if mark in one.marks), None)

    def _older(self, marks: Sequence[bytes]) -> _Ready | None:
        """A router that an earlier part of this memory made."""
        return next((self._ready[mark] for mark in reversed(marks) if mark in self._ready), None)

    def _unpacked(self, journal: Journal, candidates: tuple[Candidate, ...]) -> _Ready:
        return _Ready(Router.from_bytes(journal.state, candidates), candidates, [journal.mark])

    def _keep(self, ready: _Ready, mark: bytes) -> None:
        ready.note(mark)
        for old in [key for key, one in self._ready.items() if one is ready]:
            del self._ready[old]
        self._ready[mark] = ready
        if len(self._ready) > KEPT:
            self._ready.popitem(last=False)


ROUTERS: Final = Routers()
