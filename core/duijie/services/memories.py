"""What plugins remember of confirmed assignments: one memory per plugin and group, never two lessons at once.

A lesson is learned in the transaction that confirms the assignment: both are kept, or neither. A plugin that fails
to learn loses its lesson; the assignment stands.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from duijie.hooks.facts import CaseFacts
from duijie.hooks.values import Candidate
from duijie.services.plugins import facts
from duijie.services.work import Work
from duijie.storage.models import Case, PluginMemory
from duijie.storage.upsert import ensure

HOOK: Final = "duijie_learn"
MOST_BYTES: Final = 1024 * 1024


def of(work: Work, plugin: str, group_key: str) -> bytes | None:
    """What ``plugin`` remembers of a group; None when it remembers nothing."""
    here = (PluginMemory.plugin == plugin, PluginMemory.group_key == group_key)
    return work.session.scalar(select(PluginMemory.content).where(*here)) or None


def teach(work: Work, case: Case, lead: str, co: Sequence[str], candidates: list[Candidate]) -> None:
    """Let every plugin that learns learn that ``case`` was given to the departments ``lead`` and ``co`` (keys)."""
    plugins = work.office.plugins
    learners = [p for p in plugins.implements(HOOK) if plugins.gate(p, case.area.key)]
    if not learners:
        return
    told = replace(facts.of_case(work, case), lead=lead, co=tuple(co))
    for plugin in learners:
        kept = _locked(work, plugin, case.group_key)
        content = ask(work, plugin, told, candidates, kept.content or None)
        if content is not None:
            kept.content, kept.updated_at = content, work.now
            kept.learned += 1
            kept.pending += 1
            kept.version += 1
    work.session.flush()


def ask(
    work: Work, plugin: str, told: CaseFacts, candidates: list[Candidate], memory: bytes | None
) -> bytes | None:
    """One lesson for one plugin: its memory afterwards, or None when it did not learn. Recorded, never raised."""
    answers = work.office.plugins.ask(
        HOOK, area=told.area, only=plugin, case=told, lead=told.lead, co=told.co, candidates=candidates, memory=memory
    )
    for _, content in answers:
        if len(content) <= MOST_BYTES:
            return bytes(content)
        work.office.plugins.record(plugin, HOOK, f"wants to remember {len(content)} bytes; at most {MOST_BYTES}")
    return None


def _locked(work: Work, plugin: str, group_key: str) -> PluginMemory:
    """The memory, which nobody else changes until this transaction ends."""
    ensure(work.session, PluginMemory, plugin=plugin, group_key=group_key, content=b"", learned=0, pending=0,
           version=0, updated_at=work.now)  # fmt: skip
    here = (PluginMemory.plugin == plugin, PluginMemory.group_key == group_key)
    wanted = select(PluginMemory).where(*here).with_for_update()
    return work.session.scalars(wanted.execution_options(populate_existing=True)).one()
