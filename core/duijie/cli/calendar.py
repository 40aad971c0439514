"""calendar add, calendar import: what a count of working days comes to, and a file of special days."""

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from duijie.bootstrap import open_office
from duijie.domain.errors import Invalid, Problem
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.domain.working_days import MAX_SPAN, Deadline
from duijie.services import calendar_files, calendar_import, calendars
from duijie.settings import Settings

console = Console()


@click.group()
def calendar() -> None:
    """The working-day calendar."""


@calendar.command("add", context_settings={"ignore_unknown_options": True})  # so that -3 is a number
@click.argument("start", metavar="DATE")
@click.argument("working_days", metavar="N")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(start: str, working_days: str, as_json: bool) -> None:
    """Print the N-th working day after DATE, and the calculation day by day. DATE itself does not count.

    A negative N counts back. DATE is written 2026-02-11.
    """
    first, count = _typed(start, working_days)
    office = open_office(Settings.from_environment())
    deadline = calendars.of_office(office).add(first, count)
    if as_json:
        click.echo(json.dumps(as_data(deadline), ensure_ascii=False, indent=2))
        return
    table = Table("日期 day", "是什么日子 what it is", "计数 count")
    for step in deadline.steps:
        table.add_row(f"{step.day} {step.day:%a}", f"{step.what.zh} {step.what.en}", str(step.number or "—"))
    console.print(table)
    console.print(str(deadline.day), style="bold", highlight=False)
    if deadline.warning:
        console.print(f"[yellow]{deadline.warning.zh}[/yellow]\n{deadline.warning.en}")


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", "years", type=int, multiple=True, help="Mark this year as published; may be given again.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def import_file(file: Path, years: tuple[int, ...], dry_run: bool) -> None:
    """Take in special days from FILE (CSV or ICS); open deadlines are counted again and people told."""
    office = open_office(Settings.from_environment())
    days = calendar_files.read(file.name, file.read_bytes())
    with office.read(SYSTEM) as work:
        seen = calendar_import.preview(work, days)
    table = Table("日期 day", "是什么日子 what it is", "名称 name", "")
    for line in seen.lines:
        label = line.day.kind.label
        table.add_row(str(line.day.day), f"{label.zh} {label.en}", line.day.name.zh, calendar_import.CHANGES[line.change].zh)
    console.print(table)
    console.print(f"{seen.changes} 天有变动 days change · {seen.deadlines} 个期限移动 deadlines move", highlight=False)
    if unmarked := [year for year in seen.years if year not in years]:
        console.print(f"尚未标为公布 not marked as published: {', '.join(map(str, unmarked))} (--year)", highlight=False)
    if not dry_run:
        with office.write(SYSTEM) as work:
            calendar_import.take_in(work, days, years)


def _typed(start: str, working_days: str) -> tuple[date, int]:
    """What was typed as a day and a count. Raises Invalid for everything that is wrong with it."""
    day, count, problems = None, 0, []
    with suppress(ValueError):
        day = date.fromisoformat(start)
    if day is None or day.year not in calendar_files.YEARS:
        problems.append(Problem("start", T(f"“{start}”不是可用的日期，请写成 2026-02-11（2000 至 2100 年）。",
                                           en=f"“{start}” is no usable day; write 2026-02-11 (from 2000 to 2100).")))
    with suppress(ValueError):
        count = int(working_days)
    if str(count) != working_days.removeprefix("+") or abs(count) > MAX_SPAN:
        problems.append(Problem("working_days", T(f"“{working_days}”不是工作日数，请写 -{MAX_SPAN} 到 {MAX_SPAN} 的整数。",
                                                  en=f"“{working_days}” is no count of working days; write a whole number "
                                                     f"from -{MAX_SPAN} to {MAX_SPAN}.")))
    if day is None or problems:
        raise Invalid(*problems)
    return day, count


def as_data(deadline: Deadline) -> dict[str, Any]:
    """The deadline and its calculation, as the command prints them."""
    return {
        "start": _iso(deadline.start),
        "working_days": deadline.working_days,
        "deadline": _iso(deadline.day),
        "assumed_years": list(deadline.assumed_years),
        "warning": deadline.warning and deadline.warning.as_json(),
        "days": [
            {"day": _iso(step.day), "kind": step.kind.value, "name": step.name.as_json(), "number": step.number}
            for step in deadline.steps
        ],
    }


def _iso(day: date) -> str:
    return day.isoformat()
