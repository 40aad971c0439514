"""A department asks the requester something; until the answer is there, the departments' clocks stand still."""

from typing import Any

from sqlalchemy import select

from duijie.domain.errors import Forbidden, NotFound, Refused
from duijie.domain.states import AssignmentRole
from duijie.domain.text import T, joined
from duijie.services import casework, follow_up, people
from duijie.services.rules.facts import UNDER_WAY, open_question
from duijie.services.rules.texts import day_text
from duijie.services.tracking import as_requester
from duijie.services.typed import needed
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Question

GONE = T("这个问题已经有回答，或已撤回。请刷新页面查看。", en="This question is answered or taken back already. Reload the page.")


def of_case(work: Work, case: Case) -> list[Question]:
    """Every question that was asked on the case, in their order."""
    return list(work.session.scalars(select(Question).where(Question.case_id == case.id).order_by(Question.id)))


def ask(work: Work, case: Case, department_id: int, text: str) -> Question:
    """Ask the requester; the clocks stand still from now on, unless the deadline is over already.

    Raises Invalid, Forbidden, or Refused while another question is open or nobody works on the case.
    """
    given = casework.part_of(work, case, department_id)
    text = needed(text, "text", "要问诉求人的问题", "what you ask the requester", 1000)
    if case.state not in UNDER_WAY or given.state == "objected":
        raise Refused(T("只有办理中的诉求可以请诉求人补充。",
                        en="Only while a case is being handled can its requester be asked."))
    if open_question(work, case):
        raise Refused(T("已有一个问题在等诉求人回答，请等回答后再问。",
                        en="A question waits for its answer already; ask the next one after it."))
    question = Question(
        case_id=case.id, case=case, department_id=department_id, department=given.department, text=text,
        by=work.actor.name, asked_at=work.now, pauses=case.due_on is None or work.today <= case.due_on,
    )  # fmt: skip
    work.session.add(question)
    case.first_contact_at = case.first_contact_at or work.now
    _noted(work, case, "case.asked", public=True, department=given.department.name, text=text)
    people.tell_all_requesters(
        work, case, "case.asked",
        T("请补充：{n}", en="Please tell us more: {n}").fill(n=case.number),
        T("{d}办理《{t}》需要您补充：\n{x}\n\n请用追踪码打开诉求回答；您回答之前，办理期限暂停计算。",
          en="{d} needs to know more about “{t}”:\n{x}\n\nPlease answer with your tracking code. Until you do, the deadline "
             "stands still.").fill(d=given.department.name, t=case.title, x=text),
    )  # fmt: skip
    return question


def answer(work: Work, case: Case, question_id: int, text: str) -> Question:
    """The requester answers; the deadlines move by the working days waited. Raises Invalid, NotFound, Refused."""
    question = _of(work, case, question_id)
    text = needed(text, "answer", "回答", "your answer", 2000)
    _end(work, question, "answered", text)
    _noted(as_requester(work, case), case, "case.question_answered", public=True, text=text)
    people.tell_department(
        work, case, question.department_id, "case.question_answered",
        T("{n} 诉求人已补充", en="{n}: the requester has answered").fill(n=case.number),
        T("《{t}》\n问：{q}\n答：{a}", en="“{t}”\nAsked: {q}\nAnswer: {a}").fill(t=case.title, q=question.text, a=text),
    )  # fmt: skip
    return question


def take_back(work: Work, case: Case, question_id: int) -> Question:
    """Go on without an answer: the department that asked, or a coordinator. What was waited is given back as well."""
    question = _of(work, case, question_id)
    if not (people.coordinates(work, case) or people.acts_for(work, question.department_id)):
        raise Forbidden
    _end(work, question, "withdrawn", "")
    _noted(work, case, "case.question_withdrawn", public=True, text=question.text)
    return question


def _of(work: Work, case: Case, question_id: int) -> Question:
    found = work.session.get(Question, question_id)
    if found is None or found.case_id != case.id:
        raise NotFound
    if found.state != "open":
        raise Refused(GONE)
    return found


def _end(work: Work, question: Question, state: str, text: str) -> None:
    question.state, question.answer, question.ended_at = state, text, work.now
    asked = work.local(question.asked_at).date()
    days = work.calendar.between(asked, work.today)
    if question.pauses and days > 0 and question.case.state in UNDER_WAY:
        question.waited = days
        _move(work, question.case, days)


def _move(work: Work, case: Case, days: int) -> None:
    """Every clock that still runs goes on where it stood."""
    moved = [_moved(work, case, given, days) for given in case.assignments if given.active and given.state != "done"]
    if moved:
        work.record("case.clock_moved", "case", case.id, public=True, days=days, moved=joined(moved))


def _moved(work: Work, case: Case, given: Assignment, days: int) -> T:
    old, given.due_on = given.due_on, work.calendar.add(given.due_on, days).day
    if given.role is AssignmentRole.LEAD and case.due_on == old:
        case.expected_on = given.due_on if case.expected_on == old else case.expected_on
        case.due_on = given.due_on
    return T("{d} {old} → {new}", en="{d} {old} → {new}").fill(
        d=given.department.name, old=day_text(old, work.today), new=day_text(given.due_on, work.today)
    )


def _noted(work: Work, case: Case, kind: str, *, public: bool, **data: Any) -> None:
    casework.touch(case)
    work.record(kind, "case", case.id, public=public, **data)
    work.session.flush()
    follow_up.sync(work, case)
