"""The one way a case goes from one state to another."""

from typing import Any

from sqlalchemy import select

from duijie.domain.states import CaseState, check_case_move
from duijie.domain.text import T
from duijie.hooks.values import Terms
from duijie.services.rules import arming
from duijie.services.rules.facts import UNDER_WAY
from duijie.services.work import Work
from duijie.storage.models import Case, Extension, Question


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
    if new not in UNDER_WAY:
        _let_lapse(work, case)
    arming.sync(work, case)


def _let_lapse(work: Work, case: Case) -> None:
    """Nobody works on it now: nobody waits for the requester or for more time."""
    for asked in work.session.scalars(select(Question).where(Question.case_id == case.id, Question.state == "open")):
        asked.state, asked.ended_at = "withdrawn", work.now
    for wish in work.session.scalars(select(Extension).where(Extension.case_id == case.id, Extension.state == "asked")):
        wish.state, wish.decided_at = "lapsed", work.now


def reopen(work: Work, case: Case, reason: T | str) -> None:
    """Back to the lead department with a new clock, by the group's own terms. Raises Refused."""
    parts = work.parts(case.group_key)
    terms = parts.group.terms if parts else Terms()
    case.due_on = case.expected_on = work.calendar.add(work.today, terms.answer_for(case.topic)).day
    if lead := case.lead:
        lead.due_on, lead.done_at, lead.state = case.due_on, None, "accepted"
    case.reopened += 1
    move(work, case, CaseState.IN_PROGRESS, "case.reopened", reason=reason)
