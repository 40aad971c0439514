"""What a tick costs while a million reminders and steps of rules wait for their day, and how fast a rush goes out.

    python benchmarks/ticks.py                         100,000 of each, SQLite
    python benchmarks/ticks.py --rows 1000000 --json   the figures that docs/benchmarks.md publishes
    python benchmarks/ticks.py --url postgresql+psycopg://…

A tick asks what is due (`follow_up.run_due`, `reminders.deliver`); it must not grow with what is still to come.
Then 1,000 steps fall due in one second and one worker runs them: each fires, writes its message, arms the next
step; then the 1,000 messages go to the inbox.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import insert, select

from duijie.bootstrap import open_office
from duijie.domain.roles import SYSTEM, Role
from duijie.domain.states import AssignmentRole, CaseState
from duijie.domain.text import T
from duijie.schedule import jobs
from duijie.services import accounts, calendars, follow_up, reminders, rosters
from duijie.services.work import Office, Work
from duijie.settings import Settings
from duijie.storage import schema
from duijie.storage.models import Area, Assignment, Case, Department, FollowUp, Reminder, User

RUSH: Final = 1000
TICKS: Final = 200
CHUNK: Final = 5000
RULE: Final = "visit"  # of the enterprise group: reminds the lead three working days after assignment
_TEXT: Final = T("提醒", en="Reminder")


def main() -> None:
    """Fill, tick, rush, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="future reminders, and as many future steps")
    parser.add_argument("--url", default="", help="an empty database; SQLite in a temporary folder when left out")
    parser.add_argument("--json", action="store_true", help="print the figures only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), asked.url or f"sqlite:///{folder}/ticks.db", asked.rows)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    table = Table("what", "figure")
    for name, value in found.items():
        table.add_row(name, str(value))
    Console().print(table)


def measure(folder: Path, url: str, rows: int) -> dict[str, Any]:
    """Every figure; times in milliseconds (ticks) and seconds (the rush)."""
    office = open_office(Settings(data_dir=folder, database_url=url, secret_key="of a measurement", plugins="bundled"))
    try:
        schema.upgrade(office.database)
        with office.write(SYSTEM) as work:
            lead = _people(work)
            first = _cases(work, lead)
        empty = _tick_times(office)
        _fill(office, first, rows)
        full = _tick_times(office)
        with office.write(SYSTEM) as work:
            _due_now(work)
        rules = _seconds(lambda: follow_up.run_due(office, jobs.BATCH))
        sent = _seconds(lambda: reminders.deliver(office, jobs.BATCH, ["inbox"]))
        return {
            "database": office.database.engine.dialect.name, "future rows of each kind": rows,
            "tick, nothing there, p50 ms": _ms(median(empty)), "tick, p50 ms": _ms(median(full)),
            "tick, p95 ms": _ms(quantiles(full, n=20)[-1]),
            "1,000 steps fired, s": rules[0], "of it this process's CPU, s": rules[1],
            "1,000 messages delivered, s": sent[0], "of it its CPU, s": sent[1], **_check(office),
        }  # fmt: skip
    finally:
        office.database.close()


def _people(work: Work) -> int:
    """An area, and a department with somebody who reads its messages; answers the department."""
    calendars.seed(work)
    rosters.seed(work)
    work.session.add(Area(key="town", name=_TEXT, kind="urban"))
    department = work.session.scalars(select(Department.id).order_by(Department.id)).first() or 0
    user = User(login="rep", name=_TEXT, password_hash="x", created_at=work.now)
    work.session.add(user)
    work.session.flush()
    accounts.grant(work, user, Role.REPRESENTATIVE, department_id=department)
    rosters.seat(work, department, user.id, "representative")
    return department


def _cases(work: Work, lead: int) -> int:
    """1,000 cases that were assigned some days ago; answers the first one's id."""
    area = work.session.scalars(select(Area.id)).one()
    given = work.now - timedelta(days=6)
    for n in range(RUSH):
        case = Case(
            number=f"T-{n}", group_key="enterprise", area_id=area, state=CaseState.IN_PROGRESS, stay=3, stay_since=given,
            title="用电增容", text="用电增容", requester="机械厂", tracking_hash=sha256(str(n).encode()).hexdigest(),
            received_at=given, expected_on=work.today + timedelta(days=30), due_on=work.today + timedelta(days=30),
        )  # fmt: skip
        case.assignments.append(Assignment(department_id=lead, role=AssignmentRole.LEAD, state="accepted",
                                           due_on=work.today + timedelta(days=30), assigned_at=given))  # fmt: skip
        work.session.add(case)
    work.session.flush()
    return work.session.scalars(select(Case.id).order_by(Case.id)).first() or 0


def _fill(office: Office, case_id: int, rows: int) -> None:
    """``rows`` future steps and as many future reminders, spread over two years."""
    now = datetime.now(UTC)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("filling", total=rows)
        numbers = iter(range(rows))
        while chunk := list(islice(numbers, CHUNK)):
            with office.write(SYSTEM) as work:
                work.session.execute(insert(FollowUp), list(_steps(chunk, case_id, now)))
                work.session.execute(insert(Reminder), list(_messages(chunk, case_id, now)))
            bar.advance(task, len(chunk))


def _steps(numbers: list[int], case_id: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n in numbers:
        yield {
            "key": f"future:{n}", "case_id": case_id + n % RUSH, "group_key": "enterprise", "rule_key": "gone", "step": 0,
            "n": 1, "anchor": "not_heard", "anchor_id": f"future-{n}", "due_at": now + timedelta(minutes=60 + n % 1_000_000),
            "state": "armed", "stop_reason": "", "attempts": 0, "last_error": "", "why": {"at": now.isoformat()},
        }  # fmt: skip


def _messages(numbers: list[int], case_id: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n in numbers:
        due = now + timedelta(minutes=60 + n % 1_000_000)
        yield {
            "key": f"future:{n}", "about_type": "case", "about_id": case_id, "revision": "", "kind": "future",
            "channel": ("inbox", "mail")[n % 2], "to_name": "代表", "to_address": "1", "language": "zh", "subject": _TEXT,
            "body": _TEXT, "why": _TEXT, "link": "", "calendar": "", "due_at": due, "next_at": due, "state": "planned",
            "fence": 0, "attempts": 0, "recoveries": 0, "last_error": "", "created_at": now,
        }  # fmt: skip


def _due_now(work: Work) -> None:
    """One step of each case falls due this second."""
    for case in work.session.scalars(select(Case).order_by(Case.id)):
        given = case.assignments[0]
        work.session.add(FollowUp(
            key=f"{case.id}:open:{given.id}:{RULE}:0:1", case_id=case.id, group_key=case.group_key, rule_key=RULE, step=0,
            n=1, anchor="open", anchor_id=str(given.id), due_at=work.now, state="armed",
            why={"at": work.local(given.assigned_at).isoformat(), "department": given.department_id, "commitment": None},
        ))  # fmt: skip
    work.session.flush()


def _tick_times(office: Office) -> list[float]:
    """How long each of 200 ticks takes that finds nothing to do, in seconds."""
    times = []
    for _ in range(TICKS):
        since = perf_counter()
        assert follow_up.run_due(office, 50) == 0
        assert reminders.deliver(office, 50, ["inbox"]) == 0
        times.append(perf_counter() - since)
    return times


def _seconds(batch: Callable[[], int]) -> tuple[float, float]:
    """How long it takes until there is nothing left to do, and how much of it the processor worked."""
    since, worked = perf_counter(), process_time()
    while batch():
        pass
    return round(perf_counter() - since, 2), round(process_time() - worked, 2)


def _check(office: Office) -> dict[str, int]:
    """Nothing may be lost or said twice, or the speed is worth nothing."""
    with office.read(SYSTEM) as work:
        fired = len(work.session.scalars(select(FollowUp.id).where(FollowUp.rule_key == RULE, FollowUp.step == 0,
                                                                   FollowUp.state == "fired")).all())  # fmt: skip
        sent = len(work.session.scalars(select(Reminder.id).where(Reminder.channel == "inbox", Reminder.state == "sent")).all())
    if (fired, sent) != (RUSH, RUSH):
        sys.exit(f"{fired} steps fired and {sent} messages were delivered instead of {RUSH} each")
    return {"fired once": fired, "delivered once": sent}


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)


if __name__ == "__main__":
    main()
