"""Two or more proofs at once, each its own way, each in a process of its own; the first to finish wins.

The ways differ in the encoding of breaks and in the solver, because each has problems on which it is far faster. A
process of its own can be ended at any moment, which the SAT solvers themselves do not offer. Processes that finished
wait for the next problem; those that lost are ended and replaced.
"""

import json
import math
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Lock, Thread
from typing import Any, Final

from duijie.matchmaking.exchange import as_json
from duijie.matchmaking.grid import Grid
from duijie.matchmaking.locks import Locks
from duijie.matchmaking.results import Solution, Status
from duijie.matchmaking.room import Room
from duijie.matchmaking.sat.encoding import BY_PLACE, BY_SLOT
from duijie.matchmaking.watch import Watch, solution

SOURCES = str(Path(__file__).resolve().parents[3])  # what holds the package, for the processes
WAYS: Final[tuple[tuple[str, str, dict[str, int]], ...]] = (
    (BY_SLOT, "cadical153", {}),
    (BY_SLOT, "cadical195", {"stabilizeonly": 1, "phase": 0}),  # bent on finding one; the others on proofs
    (BY_PLACE, "cadical195", {}),
    (BY_PLACE, "cadical153", {}),
)


class Runner:
    """One process; ``send`` a job, its answers arrive in ``into`` as (runner, answer or None at the end)."""

    def __init__(self) -> None:
        code = f"import sys; sys.path.insert(0, {SOURCES!r}); from duijie.matchmaking.sat.worker import main; main()"
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE,  # noqa: S603
                                        stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.into: Queue[tuple[Runner, dict[str, Any] | None]] | None = None
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with suppress(ValueError):  # `end` closes the pipe under the reader, whose news nobody wants any more
            for line in self.process.stdout or ():
                if self.into is not None:
                    self.into.put((self, json.loads(line)))
        if self.into is not None:
            self.into.put((self, None))

    def send(self, job: dict[str, Any], into: "Queue[tuple[Runner, dict[str, Any] | None]]") -> bool:
        """Whether the process took the job."""
        self.into = into
        try:
            print(json.dumps(job), file=self.process.stdin, flush=True)
        except OSError:
            return False
        return True

    def end(self) -> None:
        """At once."""
        self.into = None
        self.process.kill()
        with suppress(OSError):
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe:
                    pipe.close()
        self.process.wait()


_idle: list[Runner] = []
_lock = Lock()


def _take() -> Runner:
    with _lock:
        while _idle:
            runner = _idle.pop()
            if runner.process.poll() is None:
                return runner
            runner.end()
    return Runner()


def _give_back(runner: Runner) -> None:
    runner.into = None
    with _lock:
        _idle.append(runner)


def end_all() -> None:
    """End the processes that wait for a next problem (they end by themselves after two minutes)."""
    with _lock:
        while _idle:
            _idle.pop().end()


@dataclass
class _State:
    """What the race knows so far."""

    bound: int = 0
    slots: list[int] | None = None
    breaks: int = 0
    verdict: Status | None = None


def race(grid: Grid, watch: Watch, workers: int, seed: int) -> Solution:
    """Place everything with the fewest breaks. With a budget of steps one way runs alone: the same every time."""
    state, room = _State(), Room(grid)
    count = 1 if watch.steps is not None else max(1, min(workers, len(WAYS)))
    answers: Queue[tuple[Runner, dict[str, Any] | None]] = Queue()
    running = []
    problem = as_json(grid.problem)
    for number, (style, solver, options) in enumerate(WAYS[:count]):
        runner = _take()
        job = {"problem": problem, "style": style, "solver": solver, "options": options, "seed": seed, "number": number,
               "first": number == count - 1, "seconds": 0 if watch.steps is not None else math.ceil(watch.time_limit) + 5}
        if not runner.send(job, answers):
            runner.end()
            runner = Runner()
            runner.send(job, answers)
        running.append(runner)
    winner = _follow(grid, watch, state, answers, len(running))
    for runner in running:
        if runner is winner:
            _give_back(runner)
        else:
            runner.end()
    if winner and len(running) > 1:
        _give_back(Runner())  # ready when the next problem comes
    return _solution(room, watch, state)


def _follow(grid: Grid, watch: Watch, state: _State, answers: "Queue[tuple[Runner, dict[str, Any] | None]]",
            alive: int) -> Runner | None:
    """Listen until somebody knows everything; that runner, or None when time or patience ended first."""
    while alive and not watch.asked_to_stop() and (watch.steps is not None or watch.left() > 0):
        try:
            runner, answer = answers.get(timeout=0.05)
        except Empty:
            continue
        if answer is None:
            alive -= 1
            if not alive:
                raise RuntimeError("every proving process ended before its time")
        elif _take_in(grid, watch, state, answer):
            return runner
    return None


def _take_in(grid: Grid, watch: Watch, state: _State, answer: dict[str, Any]) -> bool:
    """Whether ``answer`` settles everything for the runner that gave it."""
    if answer["impossible"]:
        state.verdict = Status.INFEASIBLE
        return True
    state.bound = max(state.bound, answer["bound"])
    if answer["slots"] is not None:
        breaks = _breaks(grid, answer["slots"])
        if state.slots is None or breaks < state.breaks:
            state.slots, state.breaks = answer["slots"], breaks
    watch.tell(None if state.slots is None else state.breaks, state.bound)
    if answer["proved"]:
        state.verdict = Status.OPTIMAL
    return bool(answer["proved"])


def _breaks(grid: Grid, slots: list[int]) -> int:
    room = Room(grid)
    room.load(dict(enumerate(slots)))
    return sum(room.breaks(party) for party in range(len(room.busy)))


def _solution(room: Room, watch: Watch, state: _State) -> Solution:
    if state.verdict is Status.INFEASIBLE or state.slots is None:
        status = state.verdict or Status.UNKNOWN
        return solution(room, Locks({}, {}), status, 0, 0, watch.seconds())
    room.load(dict(enumerate(state.slots)))
    status = state.verdict or (Status.OPTIMAL if state.breaks <= state.bound else Status.FEASIBLE)
    return solution(room, Locks({}, {}), status, state.breaks, min(state.bound, state.breaks), watch.seconds())
