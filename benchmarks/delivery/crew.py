"""Worker and producer processes: the real command, started from a warm process so that a hundred deaths are affordable."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

_context: Final = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["benchmarks.delivery.inside"])


@dataclass(frozen=True)
class Place:
    """Where a row happens: its folder, its database, what its processes are told (``DUIJIE_*`` variables)."""

    folder: Path
    url: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process of this place."""
        return {
            "DUIJIE_DATA_DIR": str(self.folder), "DUIJIE_DATABASE_URL": self.url, "DUIJIE_SECRET_KEY": "of a battery",
            "DUIJIE_PLUGINS": "bundled", **self.settings,
        }  # fmt: skip

    @property
    def logged_errors(self) -> int:
        """How many errors its processes have logged."""
        return sum(log.read_text(errors="replace").count("Traceback") for log in self.folder.glob("*.log"))


class Crew:
    """Processes that run the same and are replaced when they die."""

    def __init__(self, place: Place, run: Callable[..., None], number: int, **told: Any) -> None:
        self._place, self._run, self._told = place, run, told
        self.processes: list[BaseProcess] = [self._start() for _ in range(number)]

    def kill(self, index: int) -> None:
        """Kill -9."""
        self.processes[index].kill()
        self.processes[index].join()

    def signal(self, index: int, what: signal.Signals) -> None:
        """Send a signal."""
        os.kill(self.processes[index].pid or 0, what)

    def replace(self, index: int) -> None:
        """Start another in its place."""
        self.processes[index].close()
        self.processes[index] = self._start()

    def revive(self) -> int:
        """Replace those that have ended; answers how many."""
        ended = [n for n, process in enumerate(self.processes) if not process.is_alive()]
        for index in ended:
            self.replace(index)
        return len(ended)

    def stop(self) -> None:
        """End them all."""
        for process in self.processes:
            process.kill()
            process.join()
            process.close()
        self.processes.clear()

    def _start(self) -> BaseProcess:
        process = _context.Process(target=_enter, args=(self._place, self._run, self._told), daemon=True)
        process.start()
        return process


@contextmanager
def crew(place: Place, run: Callable[..., None], number: int, **told: Any) -> Iterator[Crew]:
    """A crew for as long as the block lasts."""
    made = Crew(place, run, number, **told)
    try:
        yield made
    finally:
        made.stop()


def _enter(place: Place, run: Callable[..., None], told: Mapping[str, Any]) -> None:
    """In the new process: its variables, its log, its work."""
    os.environ.update(place.environment)
    log = os.open(place.folder / f"{run.__name__}-{os.getpid()}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    run(**told)
