"""calendar add, calendar import: what a count of working days comes to, and a file of special days."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from duijie.bootstrap import open_office
from duijie.domain.roles import SYSTEM
from duijie.domain.working_days import Deadline
from duijie.services import calendar_files, calendar_import, calendars
from duijie.settings import Settings

console = Console()


@click.group()
def calendar() -> None:
    """The working-day calendar."""


@calendar.command("add")
@click.argument("start", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.argument("working_days", type=click.IntRange(-2000, 2000), metavar="N")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(start: datetime, working_days: int, as_json: bool) -> None:
    """Print the N-th working day after DATE, and the calculation day by day. DATE itself does not count."""
    office = open_office(Settings.from_environment())
    deadline = calendars.of_office(office).add(start.date(), working_days)
    if as_json:
        click.echo(json.dumps(as_data(deadline), ensure_ascii=False, indent=2))
        return
    table = Table("日期 day", "是什么日子 what it is", "计数 count")
    for step in deadline.steps:
        what = f"{step.name.zh or step.kind.label.zh} {step.name.en or step.kind.label.en}"
        table.add_row(f"{step.day} {step.day:%a}", what, str(step.number or "—"))
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
