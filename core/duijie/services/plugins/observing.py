"""Tells plugins of events that were committed: in order, at least once, one plugin at a time.

What is to be told stands in the database since the event itself, so nothing is lost with a process; a plugin
that is paused or gone finds it waiting.
"""

from datetime import timedelta
from time import monotonic
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from duijie.domain.roles import SYSTEM
from duijie.hooks.facts import CaseFacts
from duijie.hooks.faults import Failed
from duijie.services.plugins import facts, leases
from duijie.services.work import Office, Work
from duijie.storage.models import Case, Observation, PluginState
from duijie.storage.upsert import ensure

HOOK: Final = "duijie_on_event"
LEASE: Final = 60.0
PAUSES: Final = tuple(timedelta(seconds=s) for s in (10, 60, 300, 900))
"""How long an event waits after each failure; after one more it is given up, and the fault stays."""


def tell_due(office: Office, limit: int = 50) -> int:
    """Tell every plugin up to ``limit`` events that are due; answers how many were told."""
    return sum(_tell(office, plugin, limit) for plugin in office.plugins.implements(HOOK))


def _tell(office: Office, plugin: str, limit: int) -> int:
    with office.read(SYSTEM) as work:
        if not _due(work, plugin, 1) or office.plugins.quarantine.rests(plugin):
            return 0
    with office.write(SYSTEM) as work:
        ensure(work.session, PluginState, plugin=plugin)
        fence = leases.take(work, PluginState, PluginState.plugin == plugin, LEASE)
    if fence is None:
        return 0
    told, until = 0, monotonic() + LEASE / 2  # so that the last one, however slow, ends within the lease
    while told < limit and monotonic() < until and _tell_next(office, plugin):
        told += 1
    with office.write(SYSTEM) as work:
        leases.settle(work, PluginState, PluginState.plugin == plugin, fence)
    return told


def _tell_next(office: Office, plugin: str) -> bool:
    """Tell the plugin its next event. False when there is none, or when it failed: what comes after waits for it."""
    with office.read(SYSTEM) as work:
        found = _due(work, plugin, 1)
        if not found:
            return False
        waiting = found[0]
        case = _case_of(work, waiting)
        told = facts.of_event(waiting.event, case)
    on = office.plugins.gate(plugin, case.area if case else None)
    try:
        if on:
            office.plugins.tell(plugin, HOOK, event=told)
    except Failed:
        with office.write(SYSTEM) as work:
            _try_again(work, waiting)
        return False
    with office.write(SYSTEM) as work:
        work.session.execute(delete(Observation).where(Observation.id == waiting.id))
    return True


def _due(work: Work, plugin: str, limit: int) -> list[Observation]:
    """The oldest events that the plugin has not been told of; none while the first of them waits for another try."""
    mine = select(Observation).where(Observation.plugin == plugin).order_by(Observation.id).limit(limit)
    found = list(work.session.scalars(mine.options(joinedload(Observation.event))))
    return found if found and found[0].next_at <= work.now else []


def _case_of(work: Work, waiting: Observation) -> CaseFacts | None:
    case = work.session.get(Case, waiting.event.case_id) if waiting.event.case_id else None
    return facts.of_case(work, case) if case else None


def _try_again(work: Work, waiting: Observation) -> None:
    if work.office.plugins.quarantine.of(waiting.plugin):
        return  # the plugin rests; that is no fault of this event
    if waiting.tries >= len(PAUSES):
        work.session.execute(delete(Observation).where(Observation.id == waiting.id))
        work.office.plugins.record(waiting.plugin, HOOK, f"event {waiting.event_id} was given up after {waiting.tries + 1} tries")
        return
    again = update(Observation).where(Observation.id == waiting.id)
    work.session.execute(again.values(tries=waiting.tries + 1, next_at=work.now + PAUSES[waiting.tries]))
