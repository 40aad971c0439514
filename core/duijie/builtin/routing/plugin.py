"""The hook of the built-in router."""

from duijie.api import Candidate, CaseFacts, Suggestion, hookimpl
from duijie.builtin.routing.ranking import rank


@hookimpl
def duijie_suggest_departments(case: CaseFacts, candidates: list[Candidate]) -> list[Suggestion]:
    """Rank the roster by its responsibility texts and topics."""
    return rank(case, candidates)
