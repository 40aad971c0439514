"""Whether somebody asked this before: public answers and kept ones, by what a person types. Nothing typed is kept.

Only words that somebody made public are searched, so nobody can find out what others wrote by guessing at it.
"""

import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select

from duijie.domain.text import T
from duijie.likeness.index import Similar
from duijie.services import knowledge, public_answers
from duijie.services.work import Work
from duijie.storage.models import Case, KnowledgeEntry, PublicAnswer

LIKE_FROM: Final = 0.2   # lower than among cases: what is typed first is short, and a person looks at three
MOST: Final = 3
MOST_TYPED: Final = 1_000  # characters that are looked at
ENOUGH: Final = 2          # characters from which it is worth searching


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that may be the one. ``kind``: ``case`` (a case that was answered) or ``kept``; ``on``: since when."""

    kind: str
    id: int
    question: str
    answer: str
    department: T
    on: date
    legal_basis: str = ""
    until: date | None = None


@dataclass
class _Shelf:
    mark: object = None
    index: Similar = field(default_factory=Similar)
    answers: dict[Any, Asked] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def before(work: Work, group_key: str, typed: str, *, public: bool = True) -> list[Asked]:
    """Answers of a group that fit what was typed, the best first. ``public``: only those that requesters may see."""
    words = typed[:MOST_TYPED].strip()
    if len(words) < ENOUGH:
        return []
    key = f"asked:{group_key}:{public}"
    shelf: _Shelf = work.office.shelves.setdefault(key, _Shelf())
    with shelf.lock:
        mark = (work.today, *_mark(work, group_key))
        if shelf.mark != mark:
            shelf.index, shelf.answers = Similar(), {}
            for one in _answers(work, group_key, public):
                shelf.answers[one.kind, one.id] = one
                shelf.index.add((one.kind, one.id), one.question, one.answer)
            shelf.mark = mark
        found = shelf.index.search(words, words, limit=MOST, least=LIKE_FROM)
        return [shelf.answers[match.key] for match in found]


def _mark(work: Work, group_key: str) -> tuple[Any, ...]:
    """Changes whenever an answer is added, changed or taken away."""
    kept = select(func.count(), func.max(KnowledgeEntry.changed_at), func.sum(KnowledgeEntry.version)).where(
        KnowledgeEntry.group_key == group_key, KnowledgeEntry.active
    )
    shown = (
        select(func.count(), func.max(PublicAnswer.published_at), func.sum(PublicAnswer.case_id))
        .join(Case, Case.id == PublicAnswer.case_id)
        .where(PublicAnswer.group_key == group_key, Case.state.in_(public_answers.DONE))
    )
    return (*work.session.execute(kept).one(), *work.session.execute(shown).one())


def _answers(work: Work, group_key: str, public: bool) -> list[Asked]:
    entries = knowledge.showing(work, group_key, public=public)
    told = {e.source_case_id for e in entries}  # a kept answer says what its case was answered: one of the two is enough
    kept = [
        Asked("kept", e.id, e.question, e.answer, e.department.name, work.local(e.changed_at).date(), e.legal_basis,
              e.valid_until)
        for e in entries
    ]  # fmt: skip
    shown = [
        Asked("case", p.case_id, p.question, p.answer, p.department.name, work.local(p.published_at).date())
        for p in public_answers.showing(work, group_key) if p.case_id not in told
    ]
    return [*kept, *shown]
