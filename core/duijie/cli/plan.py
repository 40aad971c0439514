"""plan solve, plan check, plan explain: timetables from files, without a database."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from duijie.domain.errors import Invalid
from duijie.domain.errors import Problem as Fault
from duijie.domain.text import T
from duijie.matchmaking.check import breaks, gaps, violations
from duijie.matchmaking.collisions import explain
from duijie.matchmaking.drawing import svg
from duijie.matchmaking.dzn import problem_from_dzn
from duijie.matchmaking.exchange import problem_from_json
from duijie.matchmaking.results import Progress, Solution
from duijie.matchmaking.score import points
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Problem

console = Console()
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FAIRNESS = click.option("--fairness", type=click.IntRange(0),
                        help="By how many breaks two participants may differ (default: as the file says, else any).")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def plan() -> None:
    """Timetables of meetings, from a .dzn file of the literature or a JSON file of duijie's own."""


@plan.command("solve")
@click.argument("file", type=FILE)
@FAIRNESS
@click.option("--time-limit", type=click.FloatRange(0), default=60.0, show_default=True, help="Seconds at most.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Proofs at once.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draws what has no order.")
@click.option("--picture", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Draw it into this SVG file.")
@JSON
def solve_command(file: Path, fairness: int | None, time_limit: float, workers: int, seed: int, picture: Path | None,
                  as_json: bool) -> None:
    """Find the best timetable of FILE, or prove that there is none.

    JSON has status, objective, bound, seconds and `assignment`: the slot of each meeting, counted from 1, in the
    order of the file (null: no place).
    """
    problem = read_problem(file, fairness)
    errors = Console(stderr=True)
    with errors.status("…") as status:
        def told(news: Progress) -> None:
            gap = "" if news.gap is None else f"  {news.gap:.1%}"
            status.update(f"{news.seconds:.1f} s  {news.objective} ≥ {news.bound}{gap}")

        found = solve(problem, time_limit=time_limit, workers=workers, seed=seed, progress=None if as_json else told)
    if picture:
        picture.write_text(svg(file.stem, problem, found.slots), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(_as_json(problem, found), ensure_ascii=False))
    else:
        _print(problem, found)


@plan.command("check")
@click.argument("file", type=FILE)
@click.argument("timetable", type=FILE)
@FAIRNESS
@JSON
@click.pass_context
def check_command(ctx: click.Context, file: Path, timetable: Path, fairness: int | None, as_json: bool) -> None:
    """Check TIMETABLE against FILE by code that shares nothing with the search.

    TIMETABLE is JSON: what `plan solve --json` prints, a list of slots counted from 1 in the order of the file, or an
    object of request keys and slots counted from 1. Exits with 1 when a rule is broken.
    """
    problem = read_problem(file, fairness)
    slots = read_timetable(timetable, problem)
    broken = violations(problem, slots)
    figures = {"placed": len(slots), "breaks": sum(breaks(problem, slots).values()), "gaps": gaps(problem, slots),
               "objective": sum(points(problem, slots).values())}
    if as_json:
        click.echo(json.dumps({"valid": not broken, **figures, "violations": [text.as_json() for text in broken]},
                              ensure_ascii=False))
    else:
        for text in broken:
            console.print(f"[red]✗[/red] {text.zh}\n  {text.en}")
        verdict = T("遵守全部规则", en="keeps every rule") if not broken else T("违反规则", en="breaks rules")
        console.print(f"{verdict.zh} / {verdict.en}  {figures}")
    ctx.exit(1 if broken else 0)


@plan.command("explain")
@click.argument("file", type=FILE)
@JSON
def explain_command(file: Path, as_json: bool) -> None:
    """Say which wishes and limits of FILE collide, and the least changes that would do."""
    found = explain(read_problem(file, None))
    if as_json:
        click.echo(json.dumps(None if found is None else {
            "text": found.text.as_json(), "limits": [limit.text.as_json() for limit in found.limits],
            "relaxations": [relaxation.text.as_json() for relaxation in found.relaxations]}, ensure_ascii=False))
    elif found is None:
        console.print("没有发现冲突。\nNo collision was found.")
    else:
        console.print(f"{found.text.zh}\n{found.text.en}\n")
        for relaxation in found.relaxations:
            console.print(f"→ {relaxation.text.zh} / {relaxation.text.en}")


def read_problem(file: Path, fairness: int | None) -> Problem:
    """The problem in a .dzn or JSON file. Raises Invalid with what is wrong with it, in both languages."""
    text = _text(file)
    if file.suffix.lower() == ".dzn":
        return problem_from_dzn(text, fairness=fairness)
    problem = problem_from_json(_json(file, text))
    if fairness is None:
        return problem
    return problem_from_json({**_json(file, text), "fair": fairness})


def read_timetable(file: Path, problem: Problem) -> dict[str, int]:
    """Request key → slot from 0, of a JSON file in which slots count from 1."""
    data = _json(file, _text(file))
    if isinstance(data, dict) and "assignment" in data:
        data = data["assignment"]
    if isinstance(data, list):
        if len(data) != len(problem.requests):
            raise _bad(file, T(f"有 {len(data)} 个时段，应有 {len(problem.requests)} 个",
                               en=f"it holds {len(data)} slots and should hold {len(problem.requests)}"))
        data = {request.key: slot for request, slot in zip(problem.requests, data, strict=True)}
    if not isinstance(data, dict) or not all(slot is None or type(slot) is int for slot in data.values()):
        raise _bad(file, T("应为时段号的列表，或“键: 时段号”",
                           en="it should be a list of slot numbers, or keys with slot numbers"))
    return {key: slot - 1 for key, slot in data.items() if slot is not None}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(file, T("不是 UTF-8 文本", en="it is not text in UTF-8")) from error


def _json(file: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _bad(file, T("不是 JSON", en="it is not JSON")) from error


def _bad(file: Path, what: T) -> Invalid:
    return Invalid(Fault("file", T(f"无法读取 {file.name}：{what.zh}。", en=f"{file.name} cannot be read: {what.en}.")))


def _as_json(problem: Problem, found: Solution) -> dict[str, Any]:
    placed = bool(found.slots) or not problem.requests
    return {"status": found.status.value, "objective": found.objective if placed else None, "bound": found.bound,
            "seconds": round(found.seconds, 3), "breaks": found.breaks if placed else None,
            "gaps": found.gaps if placed else None,
            "assignment": [_from_one(found.slots.get(r.key)) for r in problem.requests] if placed else None,
            "unplaced": {} if problem.complete else {u.request: u.reason.as_json() for u in found.unplaced}}


def _from_one(slot: int | None) -> int | None:
    return None if slot is None else slot + 1


def _print(problem: Problem, found: Solution) -> None:
    console.print(f"{found.status.label.zh} / {found.status.label.en}  objective {found.objective}, bound {found.bound}, "
                  f"breaks {found.breaks}, {found.seconds:.2f} s")
    if found.slots:
        table = Table("slot", "meetings")
        for slot in range(problem.slots):
            table.add_row(str(slot + 1), "  ".join(key for key, first in found.slots.items() if first == slot))
        console.print(table)
    for left in found.unplaced if not problem.complete else ():
        console.print(f"{left.request}: {left.reason.zh} / {left.reason.en}")
