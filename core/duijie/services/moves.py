"""The one way a case goes from one state to another."""

from typing import Any

from duijie.domain.states import CaseState, check_case_move
from duijie.domain.text import T
from duijie.hooks.values import Terms
from duijie.services.rules import arming
from duijie.services.work import Work
from duijie.storage.models import Case


def move(work: Work, case: Case, new: CaseState, kind: str, *, public: bool = True, **data: Any) -> None:
    """Put ``case`` into ``new``, write the event ``kind``, and let its follow-up rules start and stop.

    Raises Refused when the state does not allow it; nothing is changed then.
    """
    check_case_move(case.state, new)
    case.state = new
    case.stay += 1
    case.stay_since = work.now
    if new is CaseState.ANSWERED:
        case.answered_at = work.now
    case.closed_at = work.now if new is CaseState.CLOSED else None
    work.record(kind, "case", case.id, public=public, **data)
    work.session.flush()
    arming.sync(work, case)


def reopen(work: Work, case: Case, reason: T | str) -> None:
    """Back to the lead department with a new clock, by the group's own terms. Raises Refused."""
    parts = work.parts(case.group_key)
    terms = parts.group.terms if parts else Terms()
    case.due_on = case.expected_on = work.calendar.add(work.today, terms.answer_for(case.topic)).day
    if lead := case.lead:
        lead.due_on, lead.done_at, lead.state = case.due_on, None, "accepted"
    case.reopened += 1
    move(work, case, CaseState.IN_PROGRESS, "case.reopened", reason=reason)
