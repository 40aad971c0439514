"""Rows 9 and 11 to 16: hours without a process, plugins that go, poison, clocks, planners, speed."""

import time
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import quantiles
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.delivery.channel import CHANNEL, FATAL
from benchmarks.delivery.crew import crew
from benchmarks.delivery.inside import plan, planner, worker
from benchmarks.delivery.receivers import Receiver
from benchmarks.delivery.scene import PATIENCE, Scene, Seen, Size, scene
from sqlalchemy import func, select

from duijie.domain.followup import plan_of
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, CalendarDays, Rule, Step, Who
from duijie.domain.states import AssignmentRole, CaseState
from duijie.domain.text import T
from duijie.schedule import run_now
from duijie.services import reminders
from duijie.storage.models import Area, Assignment, Case, Department, FollowUp, Reminder, Setting

CHANGES: Final = (  # a day before the clocks change, in spring and in autumn; Shanghai's never do
    ("Europe/Berlin", date(2027, 3, 27)), ("Europe/Berlin", date(2026, 10, 24)),
    ("America/Los_Angeles", date(2027, 3, 13)), ("America/Los_Angeles", date(2026, 10, 31)),
    ("Asia/Shanghai", date(2027, 3, 27)), ("Asia/Shanghai", date(2026, 10, 24)),
)  # fmt: skip


def six_hours_down(kind: str, folder: Path, size: Size) -> Seen:
    """Row 9: everything fell due while nothing ran."""
    number = min(size.messages, 200) // 2
    receiver = Receiver()
    with scene(kind, folder) as at:
        now = datetime.now(UTC)
        due, over = now - timedelta(hours=6), now - timedelta(hours=1)
        at.plan(CHANNEL, range(number), due_at=due)
        at.plan(CHANNEL, range(number, 2 * number), due_at=due, useful_until=over)
        with crew(at.place, worker, size.workers, port=receiver.port) as workers:
            at.rest(2 * number, workers)
        rows, states = at.reminders(), at.states()
    receiver.close()
    traced = sum(r.state == "expired" and bool(r.last_error) for r in rows)
    once = sum(n == 1 for n in receiver.posts.values())
    silent = 2 * number - states["sent"] - traced
    return Seen(f"all down 6 h, {number} late and useful, {number} useless", f"{number} sent once, {number} expired with trace",
                f"{once} sent once, {traced} expired with trace, {silent} silently missed",
                (once, traced, silent) == (number, number, 0) and len(receiver.posts) == number)  # fmt: skip


def plugin_gone(kind: str, folder: Path, size: Size) -> Seen:
    """Row 11: its plugin is removed with reminders pending, and comes back."""
    number = min(size.messages, 200)
    receiver = Receiver()
    with scene(kind, folder) as at:
        at.plan(CHANNEL, range(number))
        with crew(at.place, worker, 1) as workers:
            at.rest(number, workers)
        parked = at.states()["parked"]
        with crew(at.place, worker, 1, port=receiver.port):
            while at.states()["sent"] < number and time.sleep(0.2) is None:  # type: ignore[func-returns-value]
                pass
        sent = at.states()["sent"]
    receiver.close()
    once = sum(n == 1 for n in receiver.posts.values())
    return Seen("the channel's plugin removed, then back", f"{number} parked, then {number} sent once",
                f"{parked} parked, {once} sent once", (parked, sent, once) == (number, number, number))  # fmt: skip


def poison(kind: str, folder: Path, size: Size) -> Seen:
    """Row 12: one message is always refused, one kills its worker."""
    number = min(size.messages, 300)
    receiver = Receiver(poison=":bad:")
    with scene(kind, folder) as at:
        case = _case(at)
        with crew(at.place, worker, max(3, size.workers), port=receiver.port) as workers:
            while not at.is_alive():
                time.sleep(0.1)
            began = time.monotonic()
            at.plan(CHANNEL, range(1), about_id=case, revision="bad")
            at.plan(CHANNEL, range(1), about_id=case, revision="fatal", to=reminders.Recipient("x", None, "", FATAL))
            for n in range(number):
                at.plan(CHANNEL, range(n + 1, n + 2))
                time.sleep(0.02)
                workers.revive()
            at.rest(number + 2, workers)
            dead = time.monotonic() - began
            while not _alarms(at) and time.monotonic() - began < dead + 300:
                time.sleep(0.2)
            alarm = time.monotonic() - began - dead
        rows = at.reminders()
    receiver.close()
    bad, fatal = (next(r for r in rows if r.revision == name) for name in ("bad", "fatal"))
    late = _p99([r for r in rows if r.revision == "1"])
    met = (bad.state, bad.attempts, fatal.state, fatal.recoveries) == ("dead", 8, "dead", 5) and alarm <= 300 and late <= 5
    seen = f"{bad.state} after {bad.attempts} tries, {fatal.state} after {fatal.recoveries} deaths; "
    seen += f"alarm after {alarm:.0f} s; others' p99 {late:.1f} s"
    expected = "dead after 8 tries, 5 deaths; alarm ≤ 5 min; others' p99 ≤ 5 s"
    return Seen("one always 500, one kills its worker", expected, seen, met)


def changed_clocks(_kind: str, folder: Path, _size: Size) -> Seen:
    """Row 13: what comes every day, when the clocks change: a plugin's job at 02:30, a rule at 2 o'clock."""
    rule = Rule("daily", T("每日", en="Daily"), Anchor.OPEN, (
        Step(CalendarDays(0, at_hour=2), Act.REMIND, (Who.LEAD,), every=CalendarDays(1), times=4),))  # fmt: skip
    found = []
    for zone, day in CHANGES:
        wanted = [day + timedelta(days=n) for n in range(4)]
        ran = _days_of_job(folder / f"{zone.replace('/', '-')}-{day}", zone, day)
        with scene("sqlite", folder / f"rule-{zone.replace('/', '-')}-{day}") as at, at.office.read(SYSTEM) as work:
            midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
            moments = [f.at.astimezone(UTC).astimezone(ZoneInfo(zone)).date() for f in plan_of(rule, midnight, work.calendar)]
        found.append((ran == wanted) and (moments == wanted))
    return Seen("Berlin, Los Angeles, Shanghai, spring and autumn", "once on each local day", f"{sum(found)} of {len(found)}",
                all(found))  # fmt: skip


def wrong_clocks(kind: str, folder: Path, size: Size) -> Seen:
    """Row 14: one worker is an hour ahead, one an hour behind, one right; some messages are due in half an hour."""
    number, later = min(size.messages, 1000), 20
    receiver = Receiver()
    with scene(kind, folder) as at:
        ahead = crew(at.place, worker, 1, port=receiver.port, ahead=1.0)
        behind = crew(at.place, worker, 1, port=receiver.port, ahead=-1.0)
        with ahead, behind, crew(at.place, worker, 1, port=receiver.port):
            at.plan(CHANNEL, range(number, number + later), due_at=datetime.now(UTC) + timedelta(minutes=30), revision="later")
            for first in range(0, number, 20):
                at.plan(CHANNEL, range(first, min(first + 20, number)))
                time.sleep(0.1)
            deadline = time.monotonic() + PATIENCE
            while sum(":later:" not in key for key in list(receiver.effects)) < number and time.monotonic() < deadline:
                time.sleep(0.2)
            time.sleep(3.0)  # for whoever would send what is not due
    receiver.close()
    early = sum(":later:" in key for key in receiver.effects)
    lost, doubled = number + early - len(receiver.effects), sum(n - 1 for n in receiver.effects.values() if n > 1)
    return Seen("one worker's clock +1 h, another's −1 h", "lost 0, doubled 0 by key; on PostgreSQL none early",
                f"lost {lost}, doubled {doubled}, early {early} of {later}",
                (lost, doubled) == (0, 0) and (kind == "sqlite" or not early))  # fmt: skip


def six_planners(kind: str, folder: Path, size: Size) -> Seen:
    """Row 15: six processes start at once and plan the same day and the same meetings."""
    meetings, cases = min(size.messages, 200), 20
    with scene(kind, folder) as at:
        for n in range(cases):
            _case(at, n)
        with crew(at.place, planner, 6, cases=meetings, begin=time.time() + 2.0) as planning:
            for process in planning.processes:
                process.join(120)
            codes = [process.exitcode for process in planning.processes]
        with at.office.read(SYSTEM) as work:
            rows = work.session.scalar(select(func.count(Reminder.id)).where(Reminder.kind == "battery"))
            steps = list(work.session.scalars(select(FollowUp.key)))
        errors = at.place.logged_errors + sum(code != 0 for code in codes)
    return Seen(f"6 planners at once, {meetings} meetings", f"{meetings} rows, 0 errors",
                f"{rows} rows, {errors} errors, {len(steps)} steps of rules", (rows, errors, len(set(steps)))
                == (meetings, 0, len(steps)))  # fmt: skip


def on_time(kind: str, folder: Path, size: Size) -> Seen:
    """Row 16: so many over 30 s, then as many at once."""
    number = min(size.messages, 1000)
    spread = 30.0 * number / 1000
    with scene(kind, folder) as at:
        with crew(at.place, worker, 1) as workers:
            while not at.is_alive():
                time.sleep(0.1)
            start = datetime.now(UTC) + timedelta(seconds=2)
            with at.office.write(SYSTEM) as work:
                for n in range(number):
                    plan(work, "inbox", n, due_at=start + timedelta(seconds=spread * n / number))
            time.sleep(spread + 2)
            at.rest(number, workers)
            late = _p99(at.reminders())
            at.plan("inbox", range(number, 2 * number))
            at.rest(2 * number, workers)
        rush = [r for r in at.reminders() if r.sent_at and int(r.key.split(":")[1]) >= number]
        took = max(r.sent_at for r in rush if r.sent_at) - min(r.sent_at for r in rush if r.sent_at)
    rate = number / max(took.total_seconds(), 0.001)
    return Seen(f"{number} over {spread:.0f} s, then {number} at once, one worker", "p99 ≤ 2 s late, ≥ 100/s",
                f"p99 {late:.2f} s late, {rate:.0f}/s", late <= 2 and rate >= 100)  # fmt: skip


def _p99(rows: list[Reminder]) -> float:
    return quantiles([(r.sent_at - r.due_at).total_seconds() for r in rows if r.sent_at], n=100)[-1]


def _case(at: Scene, n: int = 0) -> int:
    with at.office.write(SYSTEM) as work:
        case = Case(
            number=f"B-{n}", group_key="enterprise", area_id=work.session.scalars(select(Area.id)).one(), title="用电",
            text="用电", requester="机械厂", tracking_hash=sha256(str(n).encode()).hexdigest(), received_at=work.now,
            stay_since=work.now, state=CaseState.ASSIGNED, expected_on=work.today, due_on=work.today,
        )  # fmt: skip
        lead = work.session.scalars(select(Department.id).order_by(Department.id)).first() or 0
        case.assignments.append(Assignment(department_id=lead, role=AssignmentRole.LEAD, due_on=work.today,
                                           assigned_at=work.now))  # fmt: skip
        work.session.add(case)
        work.session.flush()
        return case.id


def _alarms(at: Scene) -> int:
    with at.office.read(SYSTEM) as work:
        told = select(func.count(Reminder.id)).where(Reminder.kind == "reminder.given_up")
        return int(work.session.scalar(told) or 0)


def _days_of_job(folder: Path, zone: str, day: date) -> list[date]:
    """The local days on which the daily job ran, when every half hour of four days something looks what is due."""
    receiver = Receiver()
    with scene("sqlite", folder, receiver.port, demo="yes", time_zone=zone) as at:
        start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for half_hours in range(4 * 48):
            offset = (start + timedelta(minutes=30 * half_hours) - datetime.now(UTC)).total_seconds()
            with at.office.write(SYSTEM) as work:
                work.session.merge(Setting(key="clock", value={"offset_seconds": offset}))
            at.office.switches.forget()
            run_now(at.office)
    receiver.close()
    return [datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date() for moment in receiver.posts.elements()]
