"""Departments for a case with reasons, and cases that are about the same problem. It suggests; a person decides."""

import unicodedata
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
from duijie.storage.queries.cases import comparable
from duijie.storage.queries.scope import cases_open_to

HOOK: Final = "duijie_suggest_departments"
SURE: Final = 0.9        # chance from which one department stands alone: right in 95 of 100, once 50 cases are confirmed
MOST_SHOWN: Final = 3
LIKELY: Final = 0.25     # of the best one's chance: what the third must have to be shown
LIKE_FROM = 0.22  # share of common bigrams from which two cases are shown as similar
TITLE_WEIGHT = 0.4


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


@dataclass(frozen=True, slots=True)
class Alike:
    """Another case that seems to be about the same problem; ``likeness`` 0 to 1, ``common`` what both say."""

    case: Case
    likeness: float
    common: tuple[str, ...]


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


def similar(work: Work, case: Case, most: int = 5) -> list[Alike]:
    """Open cases of the same group that share much of their wording with ``case``, the most alike first."""
    title, text = _bigrams(case.title), _bigrams(case.text)
    alike = []
    for other in work.session.scalars(comparable(case).where(cases_open_to(work.actor))):
        likeness = _share(title, _bigrams(other.title)) * TITLE_WEIGHT
        likeness += _share(text, _bigrams(other.text)) * (1 - TITLE_WEIGHT)
        if likeness >= LIKE_FROM:
            alike.append(Alike(other, round(likeness, 3), _common(case.text, other.text)))
    return sorted(alike, key=lambda a: (-a.likeness, a.case.id))[:most]


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


def _bigrams(text: str) -> frozenset[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice: twice what both have, of what each has."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _common(one: str, other: str, most: int = 3) -> tuple[str, ...]:
    """The longest pieces of at least three characters that both texts contain."""
    pieces: list[str] = []
    start = 0
    while start < len(one) - 2:
        end = start
        while end < len(one) and one[start : end + 1] in other and one[end].isalnum():
            end += 1
        if end - start >= 3:
            pieces.append(one[start:end])
        start = max(end, start + 1)
    return tuple(sorted(dict.fromkeys(pieces), key=lambda p: -len(p))[:most])
