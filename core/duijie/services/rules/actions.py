"""Plugins' own actions that rules call: planned in the transaction of the step that fired, done in the background.

A step fires once, so an action is planned once. Whoever runs it holds a lease; one whose process died is run again
with the same key, which tells the plugin that it may have been done already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select

from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.hooks.capabilities import Action, ActionCall
from duijie.hooks.catalogue import Owned
from duijie.hooks.faults import Failed, Paused
from duijie.services.plugins import facts, leases
from duijie.services.work import Office, Work
from duijie.storage.models import ActionRun, Case
from duijie.storage.upsert import insert_new

HOOK: Final = "duijie_actions"
PAUSES: Final = tuple(timedelta(seconds=s) for s in (10, 60, 300, 900))
"""How long an action waits after each failure; after one more it is given up, and the fault stays."""
MISSING: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An action to run now; None in the place of what is missing."""

    owned: Owned[Action] | None
    call: ActionCall | None = None


def plan(work: Work, key: str, action: str, case: Case, rule: T) -> bool:
    """Plan ``action`` (``plugin.key``) once for ``key``, in the caller's transaction; whether it is new."""
    plugin, _, name = action.partition(".")
    values = {"key": key, "plugin": plugin, "action": name, "case_id": case.id, "rule": rule, "next_at": work.now,
              "created_at": work.now}  # fmt: skip
    return insert_new(work.session, ActionRun, values) is not None


def run_due(office: Office, limit: int = 20) -> int:
    """Run up to ``limit`` actions whose time has come, each by itself; answers how many were taken up."""
    with office.read(SYSTEM) as work:
        free = or_(ActionRun.lease_until.is_(None), ActionRun.lease_until < work.now)
        due = select(ActionRun.id).where(ActionRun.state == "planned", ActionRun.next_at <= work.now, free)
        found = work.session.scalars(due.order_by(ActionRun.next_at, ActionRun.id).limit(limit)).all()
    return sum(_run(office, run_id) for run_id in found)


def _run(office: Office, run_id: int) -> int:
    here = (ActionRun.id == run_id) & (ActionRun.state == "planned")
    with office.write(SYSTEM) as work:
        row = work.session.get_one(ActionRun, run_id)
        ready = _ready(work, row)
        seconds = ready.owned.item.timeout if ready.owned else 1.0
        fence = leases.take(work, ActionRun, here & (ActionRun.next_at <= work.now), 2 * seconds + 10)
    if fence is None:
        return 0
    if ready.owned is None or ready.call is None:
        with office.write(SYSTEM) as work:
            leases.settle(work, ActionRun, here, fence, next_at=work.now + MISSING, last_error="its plugin is not here or off")
        return 1
    said, error = None, ""
    plugin, action = ready.owned.plugin, ready.owned.item
    try:
        said = office.plugins.call(plugin, HOOK, action.run, ready.call, office.context_of(plugin), seconds=action.timeout)
    except Paused:
        with office.write(SYSTEM) as work:  # the plugin rests: that is no fault of this action
            leases.settle(work, ActionRun, here, fence, next_at=work.now + MISSING, last_error="its plugin rests after failures")
        return 1
    except Failed as failed:
        error = str(failed)
    with office.write(SYSTEM) as work:
        _settle(work, row, fence, action, said if isinstance(said, T) else None, error)
    return 1


def _ready(work: Work, row: ActionRun) -> _Ready:
    owned = work.office.catalogue.actions.get(f"{row.plugin}:{row.action}")
    case = facts.of_case(work, work.session.get_one(Case, row.case_id))
    if owned is None or not work.office.plugins.gate(row.plugin, case.area):
        return _Ready(None)
    return _Ready(owned, ActionCall(row.key, case, row.rule))


def _settle(work: Work, row: ActionRun, fence: int, action: Action, said: T | None, error: str) -> None:
    here = (ActionRun.id == row.id) & (ActionRun.state == "planned")
    if not error:
        if leases.settle(work, ActionRun, here, fence, state="done", done_at=work.now, said=said, last_error=""):
            work.record("case.acted", "case", row.case_id, action=action.name, said=said or T("已完成", en="done"))
        return
    tries = row.attempts + 1
    given_up = tries > len(PAUSES)
    later: datetime = work.now if given_up else work.now + PAUSES[tries - 1]
    leases.settle(work, ActionRun, here, fence, state="failed" if given_up else "planned", attempts=tries, next_at=later,
                  last_error=error[:2000])  # fmt: skip
    if given_up:
        told = f"action {row.action} for case {row.case_id} was given up after {tries} tries"
        work.office.plugins.record(row.plugin, HOOK, told)
