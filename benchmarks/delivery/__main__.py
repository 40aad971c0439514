"""Runs rows of the battery and prints what came of them; ends with 1 when one is missed."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.delivery import days, meetings, storms
from benchmarks.delivery.scene import SIZES, Seen, Size
from rich.console import Console
from rich.table import Table

ROWS: Final[dict[int, Callable[[str, Path, Size], Seen]]] = dict(enumerate((
    storms.killed_posts, storms.killed_inbox, storms.killed_mail, storms.killed_mail_with_log, storms.crashes_at_points,
    storms.faulty_posts, storms.stopped_workers, storms.stopped_server, days.six_hours_down, meetings.moved_meetings,
    days.plugin_gone, days.poison, days.changed_clocks, days.wrong_clocks, days.six_planners, days.on_time,
), 1))  # fmt: skip


def main() -> None:
    """Run, print, say whether all is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    parser.add_argument("--rows", default="1-16", help="such as 1-4,8")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="sqlite")
    parser.add_argument("--scale", choices=tuple(SIZES), default="small")
    parser.add_argument("--json", action="store_true", help="print the figures only")
    asked = parser.parse_args()
    kinds = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    console, found = Console(stderr=True), list[dict[str, Any]]()
    with tempfile.TemporaryDirectory(prefix="duijie-battery-") as folder:
        for kind in kinds:
            for number in _numbers(asked.rows):
                found.append(run(number, kind, Path(folder), asked.scale))
                console.print(f"{kind} {number}: {found[-1]['seen']} ({found[-1]['seconds']} s)", highlight=False)
    print(json.dumps(found, ensure_ascii=False, indent=2)) if asked.json else _print(found)
    sys.exit(0 if all(row["met"] for row in found) else 1)


def run(number: int, kind: str, folder: Path, scale: str) -> dict[str, Any]:
    """One row on one database. ``cpu``: seconds of the processor that this process and those it waited for took."""
    since, before = time.monotonic(), os.times()
    seen = ROWS[number](kind, folder / f"{kind}-{number}", SIZES[scale])
    after = os.times()
    return {
        "row": number, "database": kind, "what": seen.what, "expected": seen.expected, "seen": seen.seen,
        "seconds": round(time.monotonic() - since, 1),
        "cpu": round(sum(after[:4]) - sum(before[:4]), 1), "met": seen.met,
    }  # fmt: skip


def _numbers(text: str) -> list[int]:
    found = set[int]()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return sorted(found & set(ROWS))


def _print(found: list[dict[str, Any]]) -> None:
    table = Table("row", "database", "what", "expected", "seen", "s", "")
    for row in found:
        table.add_row(str(row["row"]), row["database"], row["what"], row["expected"], row["seen"], str(row["seconds"]),
                      "met" if row["met"] else "[red]MISSED[/red]")  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 180).print(table)


if __name__ == "__main__":
    main()
