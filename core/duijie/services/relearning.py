"""Makes the memories of plugins anew from the confirmed assignments, without holding a transaction meanwhile.

Every night, and by ``duijie routing rebuild``: assignments that were corrected since are learned as they are now,
and what was forgotten or spoilt is there again.

Groups do not learn from each other's cases. It was tried: lessons of another group about some of a roster's
departments cost the others up to 8 points of the first suggestion (docs/routing.md).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import selectinload

from duijie.domain.roles import SYSTEM
from duijie.domain.states import AssignmentRole
from duijie.hooks.facts import CaseFacts
from duijie.services import memories, suggesting
from duijie.services.plugins import facts
from duijie.services.work import Office, Work
from duijie.storage.models import Assignment, Case, PluginMemory
from duijie.storage.upsert import ensure

MOST_LESSONS: Final = 8_000  # the newest; what is older has been said since
BATCH: Final = 200
TRIES: Final = 3             # lessons that come meanwhile are learned too, until nobody was quicker


def rebuild(office: Office, group_key: str, each: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Make every plugin's memory of a group anew; answers lessons by plugin. ``each`` is told of each batch."""
    return {plugin: _rebuild(office, plugin, group_key, each) for plugin in office.plugins.implements(memories.HOOK)}


def refit(office: Office) -> int:
    """Make anew the memories that have learned since the last time; answers how many."""
    with office.read(SYSTEM) as work:
        wanted = select(PluginMemory.plugin, PluginMemory.group_key).where(PluginMemory.pending > 0)
        due = [(plugin, group) for plugin, group in work.session.execute(wanted) if work.parts(group)]
    learners = office.plugins.implements(memories.HOOK)
    done = [_rebuild(office, plugin, group, lambda _: None) for plugin, group in due if plugin in learners]
    return len(done)


def _rebuild(office: Office, plugin: str, group_key: str, each: Callable[[int], None]) -> int:
    for _ in range(TRIES):
        with office.read(SYSTEM) as work:
            version = work.session.scalar(select(PluginMemory.version).where(*_here(plugin, group_key))) or 0
            ids = lessons_of(work, group_key)
        content, learned = None, 0
        for start in range(0, len(ids), BATCH):
            content, more = _learn(office, plugin, group_key, ids[start : start + BATCH], content)
            learned += more
            each(len(ids[start : start + BATCH]))
        if office.plugins.quarantine.rests(plugin) or (ids and not learned):
            return 0  # a plugin that fails tonight keeps what it knew yesterday
        if _keep(office, plugin, group_key, content, learned, version):
            break
    return learned


def lessons_of(work: Work, group_key: str) -> list[int]:
    """The group's cases with a lead department in force, in the order in which it was named; the newest 8,000."""
    lead = (Assignment.active, Assignment.role == AssignmentRole.LEAD)
    newest = (
        select(Assignment.case_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(Case.group_key == group_key, *lead)
        .order_by(Assignment.assigned_at.desc(), Assignment.id.desc())
        .limit(MOST_LESSONS)
    )
    return list(work.session.scalars(newest))[::-1]


def _learn(
    office: Office, plugin: str, group_key: str, ids: Sequence[int], content: bytes | None
) -> tuple[bytes | None, int]:
    with office.read(SYSTEM) as work:
        told = list(_told(work, ids))
        candidates = suggesting.candidates(work, group_key)
    learned = 0
    for one in told:
        found = memories.ask(work, plugin, one, candidates, content)
        if found is not None:
            content, learned = found, learned + 1
    return content, learned


def _told(work: Work, ids: Sequence[int]) -> Iterator[CaseFacts]:
    wanted = select(Case).where(Case.id.in_(ids)).options(selectinload(Case.assignments))
    found = {case.id: case for case in work.session.scalars(wanted)}
    for case_id in ids:
        if (case := found.get(case_id)) is not None:
            yield facts.of_case(work, case)


def _keep(
    office: Office, plugin: str, group_key: str, content: bytes | None, learned: int, version: int
) -> bool:
    """Put the memory in the place of the old one, unless that has learned more meanwhile."""
    with office.write(SYSTEM) as work:
        ensure(work.session, PluginMemory, plugin=plugin, group_key=group_key, content=b"", learned=0, pending=0,
               version=0, updated_at=work.now)  # fmt: skip
        changed = update(PluginMemory).where(*_here(plugin, group_key), PluginMemory.version == version)
        values = {"content": content or b"", "learned": learned, "pending": 0, "version": version + 1,
                  "updated_at": work.now, "refit_at": work.now}  # fmt: skip
        return work.session.execute(changed.values(**values).returning(PluginMemory.version)).first() is not None


def _here(plugin: str, group_key: str) -> tuple[ColumnElement[bool], ...]:
    return PluginMemory.plugin == plugin, PluginMemory.group_key == group_key
