"""The hook of the built-in router."""

from duijie.api import Candidate, CaseFacts, Plugin, Suggestion, T, hookimpl
from duijie.builtin.routing.ranking import rank


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    summary = T("按职责说明和以往交办，建议由谁办理。",
                en="Suggests who handles a case, by responsibilities and what was confirmed before.")
    return Plugin(1, T("分派建议", en="Routing"), summary)


@hookimpl
def duijie_suggest_departments(case: CaseFacts, candidates: list[Candidate]) -> list[Suggestion]:
    """Rank the roster by its responsibility texts and topics."""
    return rank(case, candidates)
