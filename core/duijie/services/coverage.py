"""How well a department's responsibility text covers the cases it was given, and which words it lacks."""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select

from duijie.domain.states import AssignmentRole
from duijie.hooks.values import Candidate, Suggestion
from duijie.likeness.telling import telling_words
from duijie.services import masking, suggesting
from duijie.services.plugins import facts
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, RosterEntry

RECENT: Final = 40     # of the department's own cases
OTHERS: Final = 120    # of the other departments', to tell its words from theirs
MISSING: Final = 8


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of ``cases`` that the department leads, its text alone puts it first for ``first``, among three for ``three``.

    ``missing``: words that these cases say and the text does not, each with the number of cases.
    """

    cases: int
    first: int
    three: int
    missing: tuple[tuple[str, int], ...]


def of(work: Work, entry: RosterEntry, text: str | None = None) -> Coverage:
    """The coverage of an entry's text, or of another ``text`` in its place. What was learned does not count."""
    own = _led(work, entry, RECENT, by_it=True)
    roster = [_with(one, entry, text) for one in suggesting.candidates(work, entry.group_key)]
    ranks = [_rank(work, case, entry.department.key, roster) for case in own]
    said = entry.responsibility if text is None else text
    others = map(_nameless, _led(work, entry, OTHERS, by_it=False))
    telling = telling_words([_nameless(case) for case in own], others, most=4 * MISSING)
    missing = tuple((word, n) for word, n in telling if word not in said)[:MISSING]
    return Coverage(len(own), sum(rank == 0 for rank in ranks), sum(rank < 3 for rank in ranks), missing)


def _led(work: Work, entry: RosterEntry, most: int, *, by_it: bool) -> list[Case]:
    """The newest cases of the group that the department leads, or that others lead."""
    lead = (Assignment.active, Assignment.role == AssignmentRole.LEAD)
    its = Assignment.department_id == entry.department_id
    wanted = select(Case).join(Assignment, Assignment.case_id == Case.id)
    wanted = wanted.where(Case.group_key == entry.group_key, *lead, its if by_it else ~its)
    return list(work.session.scalars(wanted.order_by(Case.id.desc()).limit(most)))


def _nameless(case: Case) -> str:
    """What a case says without who says it: administrators look at this page who see no case."""
    return masking.hidden(f"{case.title}\n{case.text}", masking.names_of(case))


def _with(candidate: Candidate, entry: RosterEntry, text: str | None) -> Candidate:
    mine = text is not None and candidate.department == entry.department.key
    return replace(candidate, responsibility=text[:4000]) if mine and text is not None else candidate


def _rank(work: Work, case: Case, department: str, roster: list[Candidate]) -> int:
    told = replace(facts.of_case(work, case), topic="", topic_label=None)  # the text alone, not the topic chosen
    answers = work.office.plugins.ask_for(
        suggesting.HOOK, Suggestion, area=case.area.key, case=told, candidates=roster, memory=None
    )
    best: dict[str, float] = {}
    for _, one in answers:
        best[one.department] = max(one.score, best.get(one.department, 0.0))
    ranked = sorted(best, key=lambda key: (-best[key], key))
    return ranked.index(department) if department in ranked else len(roster)
