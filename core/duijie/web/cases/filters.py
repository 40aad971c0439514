"""The filters of the ledger and of the figures, from the page's address."""

from datetime import date, timedelta
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from duijie.domain.states import CaseState
from duijie.services.work import Work
from duijie.storage.queries.ledger import LedgerFilter, areas_seen, departments_seen


def wanted(work: Work, given: "MultiDict[str, str] | None" = None) -> LedgerFilter:
    """The filter that ``given`` (the address's arguments if None) describes; what it does not understand it ignores."""
    given = request.args if given is None else given
    state, area = given.get("state", ""), given.get("area", type=int)
    until = _day(given.get("until", ""))
    since = _day(given.get("since", ""))
    return LedgerFilter(
        group=given.get("group", ""),
        area_ids=(area,) if area else (),
        department_id=given.get("department", type=int),
        state=CaseState(state) if state in set(CaseState) else None,
        topic=given.get("topic", "")[:60],
        since=work.at(since) if since else None,
        until=work.at(until + timedelta(days=1)) if until else None,
        overdue_on=work.today if given.get("overdue") else None,
        words=given.get("q", "").strip()[:100],
    )


def offered(work: Work) -> dict[str, Any]:
    """What the filters offer: groups with their topics, areas, departments, states, as the actor sees them."""
    return {
        "groups": [parts.group for parts in work.office.groups],
        "areas": areas_seen(work.session, work.actor),
        "departments": departments_seen(work.session, work.actor),
        "states": list(CaseState),
        "given": request.args,
        "filtered": any(request.args.get(key) for key in
                        ("group", "area", "department", "state", "topic", "since", "until", "overdue", "q")),
    }  # fmt: skip


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
