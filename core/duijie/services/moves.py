"""The one way a case goes from one state to another."""

from typing import Any

from duijie.domain.states import CaseState, check_case_move
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
