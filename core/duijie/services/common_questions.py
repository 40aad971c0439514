"""Alike cases, grouped by a coordinator and answered once (共性问题): each case gets the reply, each requester is told."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from duijie.domain.errors import Conflict, DuijieError, Forbidden, Invalid, NotFound, Refused
from duijie.domain.states import CaseState, ReplyKind
from duijie.domain.text import T
from duijie.services import casework, find, people, rosters, suggesting, triage
from duijie.services.typed import needed
from duijie.services.work import Work
from duijie.storage.models import Case, CommonQuestion, CommonQuestionCase
from duijie.storage.queries.scope import cases_open_to

ANSWERABLE: Final = (CaseState.RECEIVED, CaseState.ASSIGNED, CaseState.IN_PROGRESS)
MOST_CASES: Final = 100


@dataclass(frozen=True, slots=True)
class Given:
    """What came of one answer: the cases that got it, and those that did not, with the reason."""

    answered: tuple[Case, ...]
    left_out: tuple[tuple[Case, T], ...]


def open_(work: Work, title: str, case_ids: Iterable[int]) -> CommonQuestion:
    """Group cases of one group under a new question. Raises Invalid, NotFound, Forbidden, Refused."""
    cases = [find.case(work, case_id) for case_id in dict.fromkeys(case_ids)]
    title = needed(title, "title", "共性问题的名称", "a name for the question", 200)
    if not cases:
        raise Invalid.field("cases", "请至少选择一件诉求。", "Choose at least one case.")
    question = CommonQuestion(group_key=cases[0].group_key, title=title, created_at=work.now, created_by=work.actor.name)
    work.session.add(question)
    work.session.flush()
    for case in cases:
        _put(work, question, case)
    return question


def add(work: Work, question: CommonQuestion, case_ids: Iterable[int]) -> None:
    """Put further cases into a question. Raises NotFound, Forbidden, Refused."""
    for case_id in dict.fromkeys(case_ids):
        _put(work, question, find.case(work, case_id))


def take_out(work: Work, question: CommonQuestion, case_id: int) -> None:
    """Take a case out again. Raises NotFound, Forbidden."""
    case = find.case(work, case_id)
    if not people.coordinates(work, case):
        raise Forbidden
    place = work.session.get(CommonQuestionCase, case_id)
    if place is None or place.question_id != question.id:
        raise NotFound
    question.members.remove(place)
    work.record("case.ungrouped", "case", case.id, question=question.title)
    work.session.flush()


def answer(
    work: Work, question: CommonQuestion, department_id: int, kind: ReplyKind, text: str
) -> Given:
    """Answer every case of the question, in the name of a department, in one transaction.

    A case that waits to be accepted is first given to the department. One that its state, another lead department or
    a plugin does not allow is left as it was, and named. Raises Forbidden unless the actor coordinates them all,
    Invalid (``text``, ``department``), Refused when no case could be answered.
    """
    text = needed(text, "text", "答复内容", "the reply")
    seats = {e.department_id for e in rosters.entries_of(work, question.group_key)}
    if department_id not in seats:
        raise Invalid.field("department", "请选择由哪个部门答复。", "Choose the department that answers.")
    waiting = [place for place in question.members if place.answered_at is None]
    if any(not people.coordinates(work, place.case) for place in waiting):
        raise Forbidden
    answered, left_out = [], []
    for place in waiting:
        try:
            with work.session.begin_nested():
                _answer_one(work, place.case, department_id, kind, text)
        except DuijieError as error:
            work.session.refresh(place.case)
            left_out.append((place.case, error.message))
        else:
            place.answered_at = work.now
            answered.append(place.case)
    if not answered:
        raise Refused(_nobody(left_out))
    question.state, question.answer, question.kind = "answered", text, kind
    question.department_id, question.answered_at = department_id, work.now
    work.record("question.answered", "question", question.id, cases=len(answered), left=len(left_out))
    work.session.flush()
    return Given(tuple(answered), tuple(left_out))


def one(work: Work, question_id: int, version: int | None = None) -> CommonQuestion:
    """A question of which the actor may see a case. Raises NotFound, or Conflict for an older ``version``."""
    wanted = select(CommonQuestion).where(CommonQuestion.id == question_id)
    loaded = wanted.options(selectinload(CommonQuestion.members).selectinload(CommonQuestionCase.case))
    found = work.session.scalar(loaded)
    if found is None or not _seen(work, found):
        raise NotFound
    if version is not None and version != found.version:
        raise Conflict(T("他人刚更新了这个共性问题，请对照最新情况后再提交。",
                         en="Somebody else just changed this question; compare with the latest, then send."))
    return found


def visible(work: Work, question: CommonQuestion) -> list[CommonQuestionCase]:
    """The cases of a question that the actor may see."""
    seen = _seen(work, question)
    return [place for place in question.members if place.case_id in seen]


def listed(work: Work) -> Sequence[CommonQuestion]:
    """The questions of which the actor may see a case: open ones first, then the newest."""
    mine = select(CommonQuestionCase.question_id).join(Case, Case.id == CommonQuestionCase.case_id)
    wanted = select(CommonQuestion).where(CommonQuestion.id.in_(mine.where(cases_open_to(work.actor))))
    ordered = wanted.order_by(CommonQuestion.state.desc(), CommonQuestion.id.desc()).limit(200)
    return work.session.scalars(ordered.options(selectinload(CommonQuestion.members))).all()


def of_case(work: Work, case: Case) -> CommonQuestion | None:
    """The question that a case stands in."""
    place = work.session.get(CommonQuestionCase, case.id)
    return work.session.get(CommonQuestion, place.question_id) if place else None


def usual_department(work: Work, question: CommonQuestion) -> int | None:
    """The department that leads most of the question's cases, else the one that is suggested for the first."""
    places = visible(work, question)
    leads = [p.case.lead.department_id for p in places if p.case.lead]
    if leads:
        return max(set(leads), key=leads.count)
    offers = suggesting.offers(work, places[0].case) if places else []
    return offers[0].department_id if offers else None


def _put(work: Work, question: CommonQuestion, case: Case) -> None:
    if not people.coordinates(work, case):
        raise Forbidden
    if case.group_key != question.group_key:
        raise Refused(T("{n} 属于另一个顾问团，不能归入。", en="{n} belongs to another group.").fill(n=case.number))
    if case.state not in ANSWERABLE:
        raise Refused(_state(case))
    place = work.session.get(CommonQuestionCase, case.id)
    if place is not None and place.question_id == question.id:
        return
    if place is not None:
        raise Refused(T("{n} 已归入另一个共性问题。", en="{n} stands in another common question already.").fill(n=case.number))
    size = work.session.scalar(
        select(func.count()).where(CommonQuestionCase.question_id == question.id)) or 0  # fmt: skip
    if size >= MOST_CASES:
        raise Refused(T(f"一个共性问题最多 {MOST_CASES} 件。", en=f"A common question holds at most {MOST_CASES} cases."))
    question.members.append(CommonQuestionCase(case_id=case.id, case=case, added_at=work.now))
    question.state = "open"
    work.record("case.grouped", "case", case.id, question=question.title)
    work.session.flush()


def _answer_one(work: Work, case: Case, department_id: int, kind: ReplyKind, text: str) -> None:
    if case.state not in ANSWERABLE:
        raise Refused(_state(case))
    if case.state is CaseState.RECEIVED:
        triage.accept(work, case, department_id)
    lead = case.lead
    if lead is None or lead.department_id != department_id:
        name = lead.department.name if lead else T("其他部门", en="another department")
        raise Refused(T("由{d}主办", en="{d} leads it").fill(d=name))
    casework.reply(_speaking_for(work, department_id), case, department_id, kind, text, "online")


def _speaking_for(work: Work, department_id: int) -> Work:
    """The same piece of work, in which the coordinator says what the department has answered."""
    own = copy(work)
    own.actor = replace(work.actor, departments=work.actor.departments | {department_id})
    return own


def _state(case: Case) -> T:
    return T("{n} 目前是“{s}”，不能统一答复。", en="{n} is “{s}” and takes no common answer.").fill(
        n=case.number, s=case.state.label)  # fmt: skip


def _nobody(left_out: Sequence[tuple[Case, T]]) -> T:
    if not left_out:
        return T("没有等待答复的诉求。", en="No case waits for this answer.")
    reasons = [T("{n}：{r}", en="{n}: {r}").fill(n=case.number, r=reason) for case, reason in left_out]
    return T("没有诉求可以答复。" + "；".join(r.zh for r in reasons),
             en="No case could be answered. " + "; ".join(r.en for r in reasons))  # fmt: skip


def _seen(work: Work, question: CommonQuestion) -> set[int]:
    ids = [place.case_id for place in question.members]
    return set(work.session.scalars(select(Case.id).where(Case.id.in_(ids), cases_open_to(work.actor))))
