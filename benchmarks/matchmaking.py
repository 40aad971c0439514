"""The literature's instances: is each proved, equal to the published value, and how fast.

Run it with ``python benchmarks/matchmaking.py --data DIR`` (``--only PREFIX`` for some). DIR holds ``published.csv``
(instance, d, best_published_seconds, optimum) and ``instances/*.dzn``; the data is not shipped. Every timetable is
checked by the independent checker. ``--plain SECONDS`` lets CP-SAT on the obvious model try each one as well, within that
time; what it does not prove is counted with the whole time and reported as a time-out.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duijie.matchmaking.check import breaks, violations
from duijie.matchmaking.dzn import problem_from_dzn
from duijie.matchmaking.results import Status
from duijie.matchmaking.sat.race import end_all
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Problem

HERE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Case:
    """One published run."""

    instance: str
    fairness: int
    seconds: float
    optimum: str  # a number, "infeasible", or "" where nobody proved it


def cases(data: Path, only: list[str]) -> Iterator[Case]:
    """The published runs, in the order of the file."""
    with (data / "published.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if not only or row["instance"].startswith(tuple(only)):
                yield Case(row["instance"], int(row["d"]), float(row["best_published_seconds"]), row["optimum"])


def ours(problem: Problem, time_limit: float, workers: int) -> tuple[str, float]:
    """The proved value ("timeout" without a proof, "WRONG" when the checker disagrees), and the seconds."""
    began = time.monotonic()
    found = solve(problem, time_limit=time_limit, workers=workers)
    seconds = time.monotonic() - began
    if found.status is Status.INFEASIBLE:
        return "infeasible", seconds
    if found.slots and (violations(problem, found.slots) or sum(breaks(problem, found.slots).values()) != found.objective):
        return "WRONG", seconds
    return str(found.objective) if found.status is Status.OPTIMAL else "timeout", seconds


def plain(problem: Problem, time_limit: float, workers: int) -> tuple[str, float]:
    """The same by CP-SAT on the obvious model: talks by slots, a break where a party is idle and was busy before."""
    from ortools.sat.python import cp_model  # loaded only where the comparison is asked for

    began = time.monotonic()
    model = cp_model.CpModel()
    at = [[model.new_bool_var("") for _ in range(problem.slots)] for _ in problem.requests]
    number = {r.key: i for i, r in enumerate(problem.requests)}
    for request, starts in zip(problem.requests, at, strict=True):
        away = {s for p in problem.parties if p.key in request.parties for s in p.away}
        allowed = {request.slot} if request.slot is not None else request.within or range(problem.slots)
        model.add_exactly_one(starts)
        for slot in range(problem.slots):
            if slot in away or slot not in allowed:
                model.add(starts[slot] == 0)
    for slot in range(problem.slots):
        model.add(sum(starts[slot] for starts in at) <= (problem.tables or 0))
    for pair in problem.order:
        first, then = (sum(s * v for s, v in enumerate(at[number[key]])) for key in (pair.first, pair.then))
        model.add(first < then)
    counts = [_breaks(model, problem, at, party.key) for party in problem.parties]
    least = model.new_int_var(0, problem.slots, "")
    for count in counts:
        model.add(count >= least)
        model.add(count <= least + (problem.fair or 0))
    model.minimize(sum(counts))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = time_limit, workers
    status = solver.solve(model)
    known = {cp_model.OPTIMAL: str(round(solver.objective_value)) if status == cp_model.OPTIMAL else "",
             cp_model.INFEASIBLE: "infeasible"}
    return known.get(status, "timeout"), time.monotonic() - began


def _breaks(model: Any, problem: Problem, at: list[list[Any]], party: str) -> Any:
    mine = [starts for request, starts in zip(problem.requests, at, strict=True) if party in request.parties]
    busy, been, found = [], [], []
    for slot in range(problem.slots):
        busy.append(model.new_bool_var(""))
        been.append(model.new_bool_var(""))
        model.add(sum(starts[slot] for starts in mine) == busy[-1])
        model.add_max_equality(been[-1], [busy[-1], *been[-2:-1]])
        if slot >= 2:
            ends = model.new_bool_var("")
            model.add_bool_and(busy[slot], ~busy[slot - 1], been[slot - 2]).only_enforce_if(ends)
            model.add_bool_or(~busy[slot], busy[slot - 1], ~been[slot - 2]).only_enforce_if(~ends)
            found.append(ends)
    return sum(found)


def main() -> int:
    """Print a line per run and the totals; 1 when a value differs or a timetable is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent / "shared" / "data" / "b2b")
    parser.add_argument("--only", action="append", default=[], help="instances whose names begin so")
    parser.add_argument("--time-limit", type=float, default=120.0, help="seconds per run")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--plain", type=float, default=0.0, help="seconds per run for CP-SAT on the obvious model; 0: not run")
    chosen = parser.parse_args()
    if not (chosen.data / "published.csv").is_file():
        print(f"The published instances are not in {chosen.data}; give their folder with --data.", file=sys.stderr)
        return 2
    total = published = compared = slowest = 0.0
    tally: dict[str, int] = {"proved": 0, "timeout": 0, "differs": 0, "plain proved": 0}
    print(f"{'instance':32}d published      value     ours  seconds    plain  seconds")
    for case in cases(chosen.data, chosen.only):
        text = (chosen.data / "instances" / f"{case.instance}.dzn").read_text(encoding="utf-8")
        problem = problem_from_dzn(text, fairness=case.fairness)
        value, seconds = ours(problem, chosen.time_limit, chosen.workers)
        other, other_seconds = plain(problem, chosen.plain, chosen.workers) if chosen.plain else ("", 0.0)
        print(f"{case.instance:32}{case.fairness}{case.seconds:10.1f}{case.optimum:>11}{value:>9}{seconds:9.2f}"
              f"{other:>9}{other_seconds:9.2f}", flush=True)
        total, published, compared = total + seconds, published + case.seconds, compared + other_seconds
        slowest = max(slowest, seconds)
        tally["timeout" if value == "timeout" else "proved" if case.optimum in ("", value) else "differs"] += 1
        tally["plain proved"] += other not in ("", "timeout")
    end_all()
    print(f"\n{tally}\nours {total:.1f} s (slowest {slowest:.1f} s), published {published:.1f} s, "
          f"plain CP-SAT {compared:.1f} s within {chosen.plain:g} s each")
    return 1 if tally["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
