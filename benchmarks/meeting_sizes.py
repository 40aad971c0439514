"""How good and how fast the timetable solver is at the sizes of real meetings.

Run it with ``python benchmarks/meeting_sizes.py`` (add ``--seeds 5`` for more instances of each size). Every
timetable is checked by the independent checker; the command fails when one breaks a rule.
"""

import argparse
import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from duijie.matchmaking.check import gaps, violations
from duijie.matchmaking.drawing import svg
from duijie.matchmaking.events import DeskClosed
from duijie.matchmaking.replanning import replan
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Desk, Party, Problem, Request


@dataclass(frozen=True, slots=True)
class Size:
    """A kind of meeting; ``joint``, ``away``, ``long``: chances of a joint talk, half a day off, 2 slots."""

    name: str
    desks: int
    staff: int
    parties: int
    slots: int
    wishes: tuple[int, int]
    joint: float = 0.03
    away: float = 0.15
    long: float = 0.02
    locks: int = 5
    days: int = 1
    wished: float = 0.0  # chance that a request would like one half of a day best


SIZES = (
    Size("demo", desks=7, staff=1, parties=24, slots=10, wishes=(1, 3), locks=2),
    Size("article", desks=7, staff=3, parties=100, slots=18, wishes=(2, 4)),
    Size("tight", desks=7, staff=3, parties=118, slots=18, wishes=(2, 4)),
    Size("overfull", desks=7, staff=3, parties=130, slots=18, wishes=(2, 4)),
    Size("wishes", desks=7, staff=3, parties=100, slots=18, wishes=(2, 4), wished=0.4),
    Size("fair", desks=30, staff=3, parties=500, slots=20, wishes=(2, 4)),
    Size("city", desks=60, staff=3, parties=2000, slots=54, wishes=(2, 4), days=3),
)


def generate(size: Size, seed: int) -> Problem:
    """A meeting of this size; the same seed gives the same one."""
    rng = random.Random(seed)
    desks = tuple(Desk(f"D{d}", size.staff) for d in range(size.desks))
    parties = tuple(Party(f"P{p}", _absence(size, rng)) for p in range(size.parties))
    requests = [request for party in parties for request in _wishes(size, party, rng)]
    locked = _lock(size, requests, parties, rng)
    day = size.slots // size.days
    noons = frozenset(d * day + day // 2 - 1 for d in range(size.days))
    nights = frozenset(d * day - 1 for d in range(1, size.days))
    return Problem(size.slots, desks, parties, tuple(locked), noons, nights)


def _absence(size: Size, rng: random.Random) -> frozenset[int]:
    if rng.random() >= size.away:
        return frozenset()
    half = size.slots // 2
    return frozenset(rng.choice((range(half), range(half, size.slots))))


def _wishes(size: Size, party: Party, rng: random.Random) -> list[Request]:
    """A party's requests at different desks; one of the talks may be joint or long."""
    count = rng.randint(*size.wishes)
    wanted = rng.sample(range(size.desks), count)
    found = [Request(f"{party.key}-{i}", party.key, (f"D{d}",), priority=int(rng.random() < 0.1))
             for i, d in enumerate(wanted)]
    if rng.random() < size.joint and count > 1:
        found = [Request(found[0].key, party.key, (*found[0].desks, *found[1].desks)), *found[2:]]
    if size.wished:
        half = range(size.slots // 2)
        found = [replace(r, wished=frozenset(half)) if rng.random() < size.wished else r for r in found]
    if rng.random() < size.long:
        found[0] = Request(found[0].key, party.key, found[0].desks, length=2)
    return found


def _lock(
    size: Size, requests: list[Request], parties: tuple[Party, ...], rng: random.Random
) -> list[Request]:
    """Lock a few single talks of different parties, each in a slot its party can come to."""
    away = {party.key: party.away for party in parties}
    owners = set(rng.sample(sorted(away), size.locks))
    found = []
    for request in requests:
        if request.party in owners and request.length == 1:
            owners.discard(request.party)
            slot = rng.choice([s for s in range(size.slots) if s not in away[request.party]])
            request = Request(request.key, request.party, request.desks, 1, request.priority, slot)
        found.append(request)
    return found


def measure(size: Size, seed: int, time_limit: float, workers: int, pictures: Path | None) -> tuple[str, bool]:
    """One line of the table, and whether the timetable keeps every rule; its picture into the folder ``pictures``."""
    problem = generate(size, seed)
    found = solve(problem, time_limit=time_limit, workers=workers)
    broken = violations(problem, found.slots)
    for message in broken[:5]:
        print(message.en, file=sys.stderr)
    good = not broken and gaps(problem, found.slots) == found.gaps
    if pictures:
        drawn = svg(f"{size.name}: {len(problem.desks)} desks, {len(problem.parties)} requesters", problem, found.slots)
        (pictures / f"timetable-{size.name}.svg").write_text(drawn, encoding="utf-8")
    late = _late(size, problem, found.slots) if not size.wished else ""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = (f"{size.name:9}{seed:5}{len(problem.requests):9}{len(found.slots):7}{found.gaps:6}{found.objective:10}"
            f"{found.bound:10}{found.gap:8.2%} {found.status:10}{found.seconds:8.2f}{memory:9.0f}"
            f"  {'yes' if good else 'NO'}{late}")
    return line, good


def _late(size: Size, problem: Problem, slots: Mapping[str, int]) -> str:
    """Replanning when the first desk opens two slots late: moved, proved least, seconds."""
    began = time.monotonic()
    found = replan(problem, slots, [DeskClosed("D0", frozenset({0, 1}))], time_limit=1.0 if size.parties <= 130 else 3.0)
    seconds = time.monotonic() - began
    broken = violations(found.problem, found.solution.slots)
    moved = sum(m.before is not None and m.after is not None for m in found.moves)
    return f"  late desk: moved {moved} (least {found.least}), {seconds:.2f} s{' WRONG' if broken else ''}"


def fresh(size: Size, seed: int, time_limit: float, workers: int, pictures: Path | None) -> tuple[str, bool, float]:
    """`measure` in a new process, so that imports and memory count; its whole seconds come third."""
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        line, good = pool.apply(measure, (size, seed, time_limit, workers, pictures))
    return line, good, time.monotonic() - began


def main() -> int:
    """Print the table; 1 when a timetable breaks a rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="instances per size")
    parser.add_argument("--time-limit", type=float, default=4.0, help="seconds per instance")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sizes", default=",".join(size.name for size in SIZES))
    parser.add_argument("--pictures", type=Path, help="a folder for a drawing of each timetable")
    chosen = parser.parse_args()
    names = chosen.sizes.split(",")
    print("size      seed requests placed  gaps    points     bound     gap status      solved  peak MB  rules kept, all seconds")
    good = True
    for size in (size for size in SIZES if size.name in names):
        for seed in range(chosen.seeds):
            line, kept, seconds = fresh(size, seed, chosen.time_limit, chosen.workers, chosen.pictures)
            good = good and kept
            print(f"{line} {seconds:8.2f}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
