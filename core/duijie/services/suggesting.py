"""Departments for a case, with reasons. It suggests; a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from duijie.domain.text import T
from duijie.hooks.facts import CaseFacts
from duijie.hooks.groups import GroupParts
from duijie.hooks.values import Candidate, Suggestion
from duijie.services import memories, rosters
from duijie.services.plugins import facts
from duijie.services.work import Work
from duijie.storage.models import Case, RosterEntry

HOOK: Final = "duijie_suggest_departments"
SURE: Final = 0.9        # chance from which one department stands alone: right in 95 of 100, once 50 cases are confirmed
MOST_SHOWN: Final = 3
LIKELY: Final = 0.25     # of the best one's chance: what the third must have to be shown


@dataclass(frozen=True, slots=True)
class Offer:
    """A department offered for a case: why, and which of the case's own words spoke for it."""

    department_id: int
    key: str
    name: T
    observer: bool
    score: float
    reasons: tuple[T, ...]
    words: tuple[str, ...]


def offers(work: Work, case: Case) -> list[Offer]:
    """The departments that plugins suggest for ``case``, best first; the best score of each department counts."""
    entries = {e.department.key: e for e in rosters.entries_of(work, case.group_key)}
    told, roster = facts.of_case(work, case), candidates(work, case.group_key)
    best: dict[str, Suggestion] = {}
    for plugin in work.office.plugins.implements(HOOK):
        for one in _asked(work, plugin, told, roster, memories.of(work, plugin, case.group_key)):
            if one.department in entries and (
                one.department not in best or one.score > best[one.department].score
            ):
                best[one.department] = one
    ranked = sorted(best.values(), key=lambda s: (-s.score, s.department))
    return [_offer(entries[s.department], s) for s in ranked]


def shown(found: Sequence[Offer]) -> list[Offer]:
    """What a coordinator is shown first: one department when it is sure, else two or three that are likely."""
    if is_sure(found):
        return list(found[:1])
    return [offer for n, offer in enumerate(found[:MOST_SHOWN]) if n < 2 or offer.score >= LIKELY * found[0].score]


def is_sure(found: Sequence[Offer]) -> bool:
    """Whether one department is so likely that it stands alone."""
    return bool(found) and found[0].score >= SURE


def candidates(work: Work, group_key: str) -> list[Candidate]:
    """The roster of a group as plugins see it."""
    parts = work.parts(group_key)
    return [_candidate(parts, entry) for entry in rosters.entries_of(work, group_key)]


def _asked(
    work: Work, plugin: str, told: CaseFacts, roster: list[Candidate], memory: bytes | None
) -> list[Suggestion]:
    found = work.office.plugins.ask_for(
        HOOK, Suggestion, area=told.area, only=plugin, case=told, candidates=roster, memory=memory
    )
    return [one for _, one in found]


def _candidate(parts: GroupParts | None, entry: RosterEntry) -> Candidate:
    topics = [t for key in entry.topics if parts and (t := parts.group.topic(key))]
    words = tuple(word for topic in topics for word in (topic.label.zh, *topic.words))
    return Candidate(entry.department.key, entry.department.name, entry.responsibility, tuple(entry.topics),
                     words, entry.observer)  # fmt: skip


def _offer(entry: RosterEntry, one: Suggestion) -> Offer:
    department = entry.department
    return Offer(
        department.id, department.key, department.name, entry.observer, one.score, one.reasons, one.words
    )
