"""Writes down what failed, which plugins rest, and how long hooks took: after the work at hand, in its own transaction."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from duijie.domain.errors import Busy
from duijie.hooks.faults import Fault, Pause, Spent
from duijie.hooks.manager import PluginManager
from duijie.storage.database import Database
from duijie.storage.models import PluginFault, PluginState, PluginTime

SAME_FOR: Final = timedelta(hours=1)
"""How long the same fault again only counts up."""


def keep_all(database: Database, manager: PluginManager) -> None:
    """Keep what there is to keep. A database that is too busy, or not there yet, is tried again the next time."""
    faults = list(manager.unkept)
    pauses = dict(manager.quarantine.changed)
    if not faults and not pauses:
        return
    with contextlib.suppress(Busy, SQLAlchemyError), database.write() as session:
        for fault in faults:
            keep(session, fault)
        for plugin, pause in pauses.items():
            keep_pause(session, plugin, pause)
        session.flush()
        for _ in faults:
            manager.unkept.popleft()
        for plugin, pause in pauses.items():
            if manager.quarantine.changed.get(plugin) is pause:
                manager.quarantine.changed.pop(plugin, None)


def keep(session: Session, fault: Fault) -> None:
    """Write a fault down; the same one within an hour counts up."""
    same = select(PluginFault).where(
        PluginFault.plugin == fault.plugin[:100], PluginFault.hook == fault.hook[:100], PluginFault.error == fault.error,
        PluginFault.last_at > fault.at - SAME_FOR,
    )  # fmt: skip
    known = session.scalar(same.order_by(PluginFault.id.desc()).limit(1))
    if known is None:
        session.add(PluginFault(at=fault.at, last_at=fault.at, plugin=fault.plugin[:100], hook=fault.hook[:100],
                                error=fault.error, trace=fault.trace))  # fmt: skip
        session.flush()
    else:
        known.count += 1
        known.last_at = fault.at


def keep_pause(session: Session, plugin: str, pause: Pause | None) -> None:
    """Write down that a plugin rests, or that its rest is over."""
    state = session.get(PluginState, plugin)
    if state is None:
        state = PluginState(plugin=plugin)
        session.add(state)
    state.paused_until = pause.until if pause else None
    state.pause_reason = pause.reason[:2000] if pause else ""
    session.flush()


def keep_times(database: Database, manager: PluginManager) -> None:
    """Add the time that hooks took in this process to what all processes took."""
    taken: dict[tuple[str, str], Spent] = {}
    for key in list(manager.spent):
        taken[key] = manager.spent.pop(key)
    if not taken:
        return
    try:
        with database.write() as session:
            for (plugin, hook), spent in taken.items():
                _add(session, plugin[:60], hook[:60], spent)
    except (Busy, SQLAlchemyError):
        for key, spent in taken.items():  # not lost: counted with the next time
            _merge(manager.spent[key], spent)


def forget_old(session: Session, days: int = 90) -> None:
    """Throw faults away that nobody will look for any more."""
    before = datetime.now(UTC) - timedelta(days=days)
    for row in session.scalars(select(PluginFault).where(PluginFault.last_at < before)):
        session.delete(row)


def _add(session: Session, plugin: str, hook: str, spent: Spent) -> None:
    row = PluginTime
    added = (
        update(row)
        .where(row.plugin == plugin, row.hook == hook)
        .values(calls=row.calls + spent.calls, seconds=row.seconds + spent.seconds, failures=row.failures + spent.failures)
        .returning(row.slowest)
    )
    slowest = session.scalar(added)
    if slowest is None:
        session.add(row(plugin=plugin, hook=hook, calls=spent.calls, seconds=spent.seconds, slowest=spent.slowest,
                        failures=spent.failures))  # fmt: skip
        session.flush()
    elif spent.slowest > slowest:
        session.execute(update(row).where(row.plugin == plugin, row.hook == hook).values(slowest=spent.slowest))


def _merge(into: Spent, spent: Spent) -> None:
    into.calls += spent.calls
    into.seconds += spent.seconds
    into.slowest = max(into.slowest, spent.slowest)
    into.failures += spent.failures
