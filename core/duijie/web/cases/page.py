"""All that one case's page shows, gathered for whoever looks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Conflict, DuijieError, Invalid
from duijie.domain.events import sentence
from duijie.domain.forms.display import mapped
from duijie.domain.forms.exchange import form_from_json
from duijie.domain.states import CaseState, ReplyKind
from duijie.domain.text import T
from duijie.services import (
    alike,
    casework,
    extensions,
    find,
    letters,
    people,
    questions,
    rosters,
    suggesting,
    supervision,
    triage,
)
from duijie.services.plugins import facts
from duijie.services.rules import reasons
from duijie.services.rules.facts import open_question
from duijie.services.told import told
from duijie.services.work import Work
from duijie.storage.queries import one_case
from duijie.storage.queries.cases import history
from duijie.web.cases import shared, typed
from duijie.web.cases.marks import marked
from duijie.web.display import days_left
from duijie.web.errors import status_of
from duijie.web.submissions import sections
from duijie.web.work import read

if TYPE_CHECKING:
    from duijie.storage.models import Assignment, Case, RosterEntry

_FIELDS = {
    "reason": T("理由", en="Reason"), "text": T("内容", en="Text"), "result": T("办理结果", en="What came of it"),
    "officer": T("责任人", en="Officer"), "working_days": T("工作日", en="Working days"),
    "due_on": T("期限", en="Deadline"),
}  # fmt: skip


def case_page(case_id: int, action: str = "", error: DuijieError | None = None) -> ResponseReturnValue:
    """The case's page; after an ``error`` in the form ``action`` with everything that was typed."""
    with read() as work:
        case = find.case(work, case_id)
        page = render_template("cases/one.html", **_common(work, case), **_actions(work, case),
                               **_failed(action, error))  # fmt: skip
    return page, status_of(error) if error else 200


def _failed(action: str, error: DuijieError | None) -> dict[str, Any]:
    fields = isinstance(error, Invalid)
    return {
        "opened": action,
        "problems": typed.problems(action, error) if fields else (),
        "refusal": error.message if error and not fields else None,
        "typed": typed.shown(_FIELDS) if isinstance(error, Conflict) else (),
        "kept": typed.kept,
        "ticked": typed.ticked,
    }


def _common(work: Work, case: "Case") -> dict[str, Any]:
    parts = work.parts(case.group_key)
    topic = parts.group.topic(case.topic) if parts else None
    return {
        "case": case,
        "group": parts.group if parts else None,
        "topic": topic.label if topic else None,
        "move": _move(work, case),
        "days_left": lambda day: days_left(work, day),
        "sections": sections(work, case),
        "facts_of_case": facts.of_case(work, case),
        "history": told(work, history(work.session, case.id)),
        "merged": one_case.merged_into(work.session, case.id),
        "into": one_case.followed_by(work.session, case),
        "meetings": one_case.meetings(work.session, case.id),
        "ways": casework.WAYS,
        "letters": letters.offered(work, case),
        "supervisable": supervision.offered(work, case) and bool(case.supervisions or letters.is_late(work, case)),
        "today": work.today,
        "card_reasons": reasons.of_card(work, case),
        "ahead": reasons.ahead(work, case),
        "questions": questions.of_case(work, case),
        "extensions": extensions.of_case(work, case),
    }


def _actions(work: Work, case: "Case") -> dict[str, Any]:
    coordinating = people.coordinates(work, case)
    mine = [a for a in case.assignments if a.active and a.department_id in work.actor.departments]
    found = {"coordinating": coordinating, "mine": mine[0] if mine else None, "mark": marked, "words": ()}
    if coordinating:
        found |= _triage(work, case)
    if mine:
        found |= _handling(work, case, mine[0])
    return found


def _triage(work: Work, case: "Case") -> dict[str, Any]:
    """What a coordinator chooses from. Suggestions are asked for only while a department is to be chosen."""
    roster = rosters.entries_of(work, case.group_key)
    choosing = case.state in (CaseState.RECEIVED, *casework.BUSY)
    found = suggesting.offers(work, case) if choosing else []
    wished = _wished(work, case)
    co = _likely_co(found, wished, roster) | (alike.usual_co(work, case, found[0].department_id) if found else set())
    first = suggesting.shown(found)
    offers = [offer for offer in found if offer in first or offer.department_id in co]
    offered = {offer.department_id for offer in offers}
    return {
        "roster": roster,
        "offers": offers,
        "sure": suggesting.is_sure(found),
        "others": [e for e in roster if e.department_id not in offered],
        "wished": wished,
        "chosen_co": co - ({found[0].department_id} if found else set()),
        "words": found[0].words if found and case.state is CaseState.RECEIVED else (),
        "usual_due": triage.usual_deadline(work, case),
        "usual_days": casework.terms_of(work, case).answer_for(case.topic),
        "objections": [a for a in case.assignments if a.active and a.state == "objected"],
        "priorities": triage.PRIORITIES,
        "co_request": _open_co_request(work, case),
        **shared.of_case(work, case),
    }


def _likely_co(
    offers: Sequence[suggesting.Offer], wished: set[str], roster: "Sequence[RosterEntry]"
) -> set[int]:
    """Whom to tick as co-handling: what the requester wished for, where the text speaks for it too."""
    lead = offers[0].department_id if offers else 0
    near = {o.department_id for o in offers[1:] if o.score >= 0.1 * offers[0].score}
    asked = {e.department_id for e in roster if e.department.key in wished}
    return (near & asked) - {lead}


def _wished(work: Work, case: "Case") -> set[str]:
    """The departments that the requester would like to see, by key."""
    submission = one_case.submission(work.session, case.id)
    if submission is None:
        return set()
    return set(mapped(form_from_json(submission.form.content), submission.answers).departments)


def _open_co_request(work: Work, case: "Case") -> T | None:
    """What a department asked for and nobody has acted on since."""
    acted_on = ("case.assignment_changed", "case.assigned")
    found = one_case.last_of(work.session, case.id, "case.co_requested", *acted_on)
    return sentence(found.kind, found.data) if found and found.kind == "case.co_requested" else None


def _handling(work: Work, case: "Case", given: "Assignment") -> dict[str, Any]:
    preview = request.form.get("commit-working_days", 5, type=int)
    return {
        "may_object": casework.may_object(work, case, given),
        "objection_until": casework.objection_until(work, case, given).day,
        "kinds": list(ReplyKind),
        "partners": [
            e.department for e in rosters.entries_of(work, case.group_key)
            if e.department_id not in {a.department_id for a in case.assignments if a.active}
        ],
        "deadline": casework.due_after(work, preview) if 1 <= preview <= casework.MOST_WORKING_DAYS else None,
        "most_days": casework.MOST_WORKING_DAYS,
        "room": extensions.room(work, case, given),
    }  # fmt: skip


def _move(work: Work, case: "Case") -> tuple[T, Any]:
    """Like `whose_move`, and whether the requester has to answer first."""
    if case.state in casework.BUSY and (asked := open_question(work, case)):
        paused = T("等诉求人回答{d}的提问，期限暂停", en="The requester has to answer {d}; the deadline stands still")
        late = T("等诉求人回答{d}的提问", en="The requester has to answer {d}")
        return (paused if asked.pauses else late).fill(d=asked.department.name), None if asked.pauses else case.due_on
    return whose_move(case, bool(extensions.waiting(work, case)))


def whose_move(case: "Case", more_time: bool = False) -> tuple[T, Any]:
    """Who has to do something next, and until when. ``more_time``: a department waits for an answer to that wish."""
    lead = case.lead
    name = lead.department.name if lead else T("主办部门", en="the lead department")
    objected = any(a.active and a.state == "objected" for a in case.assignments)
    waits: dict[CaseState, tuple[T, Any]] = {
        CaseState.RECEIVED: (
            T("等协调员受理交办", en="The coordinator assigns it"),
            case.expected_on,
        ),
        CaseState.ASSIGNED: (T("等{d}接手办理", en="{d} has to take it up").fill(d=name), case.due_on),
        CaseState.IN_PROGRESS: (T("{d}正在办理", en="{d} is working on it").fill(d=name), case.due_on),
        CaseState.ANSWERED: (T("已答复，等诉求人评价", en="Answered; the requester may rate it"), None),
        CaseState.CLOSED: (T("已办结，无需处理", en="Closed; nothing to do"), None),
        CaseState.DECLINED: (
            T("不予受理，诉求人可申请重新受理", en="Declined; the requester may ask again"),
            None,
        ),
        CaseState.MERGED: (T("随并入的诉求一并办理", en="Follows the case it was merged into"), None),
    }
    if objected and case.state in casework.BUSY:
        return T("有异议，等协调员决定", en="An objection waits for the coordinator"), case.due_on
    if more_time and case.state in casework.BUSY:
        return T("申请延期，等协调员审批", en="A request for more time waits for the coordinator"), case.due_on
    return waits[case.state]
