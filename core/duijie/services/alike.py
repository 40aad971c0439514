"""Cases that seem to be about the same problem. It suggests; a person groups or merges them.

Each process keeps an index of each group's newest cases and adds what has come since it last looked. What a
search finds is looked up in the database: only what the actor may see is ever shown.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from duijie.domain.states import CaseState
from duijie.likeness.grams import COUNTED
from duijie.likeness.index import ALIKE_FROM, Similar
from duijie.likeness.topics import Grouping
from duijie.services.work import Work
from duijie.storage.models import Case
from duijie.storage.queries.scope import cases_open_to

MOST_CASES: Final = 2_000  # newest cases of a group that are searched
MOST_GROUPED: Final = 600  # newest cases among which recurring topics are found
LOOKED_AT: Final = 80      # matches of a search, before those that the actor may not see are left out
FEW: Final = 5             # new cases at a time that are searched for, to keep what was found for others
MOST_FOUND: Final = 500    # searches whose results are kept
OVERLAP: Final = 100       # ids looked at again: a case with a lower id may have been committed later
ALIKE_STATES: Final = (CaseState.RECEIVED, CaseState.ASSIGNED, CaseState.IN_PROGRESS, CaseState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Alike:
    """Another case that seems to be about the same problem; ``likeness`` 0 to 1, ``common`` what both say."""

    case: Case
    likeness: float
    common: tuple[str, ...]


@dataclass
class Shelf:
    """The cases of one group in this process; ``last`` is the highest id that is in.

    ``found`` is what searches among them found, by what was searched for, until a case is added that is alike.
    """

    index: Similar = field(default_factory=Similar)
    found: dict[tuple[int, str, str], dict[int, float]] = field(default_factory=dict)
    grouping: Grouping = field(default_factory=Grouping)
    grouped: int = 0
    last: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def similar(
    work: Work, case: Case, most: int = 5, states: Sequence[CaseState] = ALIKE_STATES
) -> list[Alike]:
    """Cases of the same group in ``states`` that are alike and open to the actor, the most alike first.

    Call it in a piece of work that reads: what is not committed yet must not be shelved.
    """
    likeness = _likeness(work, case)
    wanted = select(Case).where(Case.id.in_(likeness), Case.state.in_(states), cases_open_to(work.actor))
    found = sorted(work.session.scalars(wanted), key=lambda c: (-likeness[c.id], c.id))
    return [Alike(one, round(likeness[one.id], 3), common(case.text, one.text)) for one in found[:most]]


def _likeness(work: Work, case: Case) -> dict[int, float]:
    """The cases of the group that are like ``case``, by id, whoever may see them."""
    shelf, asked = _shelf(work, case.group_key), (case.id, case.title, case.text)
    with shelf.lock:
        if asked not in shelf.found:
            matches = shelf.index.search(case.title, case.text, limit=LOOKED_AT, least=ALIKE_FROM, without=case.id)
            shelf.found[asked] = {m.key: m.likeness for m in matches if isinstance(m.key, int)}
        return shelf.found[asked]


def usual_co(work: Work, case: Case, lead_id: int) -> set[int]:
    """The departments (ids) that co-handle at least half, and two, of the alike cases that ``lead_id`` leads."""
    handled = (CaseState.ASSIGNED, CaseState.IN_PROGRESS, CaseState.ANSWERED, CaseState.CLOSED)
    led = [a.case for a in similar(work, case, LOOKED_AT, handled) if a.case.lead and a.case.lead.department_id == lead_id]
    times = Counter(given.department_id for one in led for given in one.co)
    return {department for department, n in times.items() if n >= 2 and 2 * n >= len(led)}


def counts(work: Work, cases: Sequence[Case]) -> dict[int, int]:
    """How many open cases are like each of ``cases`` that wait to be accepted, by id; who has none is left out."""
    near = {case.id: _likeness(work, case) for case in cases if case.state is CaseState.RECEIVED}
    ids = {other for found in near.values() for other in found}
    wanted = select(Case.id).where(Case.id.in_(ids), Case.state.in_(ALIKE_STATES), cases_open_to(work.actor))
    seen = set(work.session.scalars(wanted)) if ids else set()
    return {case_id: n for case_id, found in near.items() if (n := len(seen & found.keys()))}


def groups(work: Work, group_key: str) -> list[list[int]]:
    """The ids of the group's newest cases by topic, in order of arrival."""
    shelf = _shelf(work, group_key)
    with shelf.lock:
        if not shelf.grouped:
            newest = select(Case.id).where(Case.group_key == group_key).order_by(Case.id.desc())
            first = work.session.scalars(newest.offset(MOST_GROUPED).limit(1)).first()
            shelf.grouped = first or 0
        for case_id, title, text in _rows(work, group_key, shelf.grouped):
            shelf.grouping.add(case_id, title, text)
            shelf.grouped = case_id
        return [[key for key in group if isinstance(key, int)] for group in shelf.grouping.groups]


def _shelf(work: Work, group_key: str) -> Shelf:
    shelf: Shelf = work.office.shelves.setdefault(group_key, Shelf())
    with shelf.lock:
        if not shelf.last:
            newest = select(Case.id).where(Case.group_key == group_key).order_by(Case.id.desc())
            shelf.last = work.session.scalars(newest.offset(MOST_CASES).limit(1)).first() or 0
        fresh = [row for row in _rows(work, group_key, shelf.last) if row[0] not in shelf.index]
        for case_id, title, text in fresh:
            shelf.index.add(case_id, title, text)
            shelf.last = max(shelf.last, case_id)
        _forget(shelf, fresh)
    return shelf


def _forget(shelf: Shelf, fresh: Sequence[tuple[int, str, str]]) -> None:
    """Forget what was found for cases that are like one of ``fresh``; everything where there is much of either."""
    if len(fresh) > FEW or len(shelf.found) > MOST_FOUND:
        shelf.found.clear()
    for _, title, text in fresh if shelf.found else ():
        near = {match.key for match in shelf.index.search(title, text, limit=LOOKED_AT, least=ALIKE_FROM / 2)}
        shelf.found = {asked: found for asked, found in shelf.found.items() if asked[0] not in near}


def _rows(work: Work, group_key: str, after: int) -> list[tuple[int, str, str]]:
    wanted = select(Case.id, Case.title, Case.text).where(Case.group_key == group_key, Case.id > after - OVERLAP)
    return [(case_id, title, text) for case_id, title, text in work.session.execute(wanted.order_by(Case.id))]


def common(one: str, other: str, most: int = 3) -> tuple[str, ...]:
    """The longest pieces of at least three characters that both texts contain; a count of days or people is none."""
    pieces: list[str] = []
    start = 0
    while start < len(one) - 2:
        end = start
        while end < len(one) and one[start : end + 1] in other and one[end].isalnum():
            end += 1
        if end - start >= 3 and not COUNTED.fullmatch(one[start:end]):
            pieces.append(one[start:end])
        start = max(end, start + 1)
    return tuple(sorted(dict.fromkeys(pieces), key=lambda p: -len(p))[:most])
