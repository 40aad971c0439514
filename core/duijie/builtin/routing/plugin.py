"""The hooks of the built-in router."""

from duijie.api import Candidate, CaseFacts, Plugin, Suggestion, T, hookimpl
from duijie.builtin.routing.ranking import rank
from duijie.builtin.routing.routers import ROUTERS


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    summary = T("按职责说明和以往交办，建议由谁办理。",
                en="Suggests who handles a case, by responsibilities and what was confirmed before.")
    return Plugin(1, T("分派建议", en="Routing"), summary)


@hookimpl
def duijie_suggest_departments(
    case: CaseFacts, candidates: list[Candidate], memory: bytes | None
) -> list[Suggestion]:
    """Rank the roster by its responsibility texts and topics, corrected by what was confirmed."""
    if not memory:
        return rank(case, candidates)
    with ROUTERS.of(memory, candidates) as router:
        return rank(case, candidates, router)


@hookimpl
def duijie_learn(case: CaseFacts, lead: str, candidates: list[Candidate], memory: bytes | None) -> bytes:
    """Write the lesson down; it is learned when somebody next asks for a suggestion."""
    if lead not in {candidate.department for candidate in candidates}:
        return memory or b""
    return ROUTERS.learn(memory, case.title, case.text, lead, candidates)
