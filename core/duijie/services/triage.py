"""What a coordinator does with a case: accepts it, changes who handles it, declines, merges, decides objections."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid, Problem, Refused
from duijie.domain.states import AssignmentRole, CaseState
from duijie.domain.text import T, joined
from duijie.services import casework, decisions, follow_up, moves, people, rosters, vetoes
from duijie.services.casework import terms_of, touch, withdraw
from duijie.services.rules.texts import day_text
from duijie.services.typed import needed
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Department
from duijie.storage.queries.scope import cases_open_to

LATEST_DEADLINE: Final = timedelta(days=400)
PRIORITIES: Final = {0: T("普通", en="Normal"), 1: T("加急", en="Urgent"), 2: T("特急", en="Very urgent")}


def usual_deadline(work: Work, case: Case) -> date:
    """The lead department's deadline if the case is assigned today, by the group's terms."""
    return work.calendar.add(work.today, terms_of(work, case).answer_for(case.topic)).day


def accept(
    work: Work, case: Case, lead_id: int | None, co_ids: Iterable[int] = (), due_on: date | None = None,
    *, joint_talk: bool | None = None, priority: int | None = None,
) -> None:  # fmt: skip
    """Accept the case and name who handles it; ``due_on`` is the lead's deadline, by the group's terms if None.

    Raises Forbidden, Invalid (fields ``lead``, ``co``, ``due_on``), or Refused when it was accepted already.
    """
    _check_coordinator(work, case)
    lead, co = _chosen(work, case, lead_id, co_ids)
    due = _deadline(work, case, due_on)
    _check_state(case, CaseState.RECEIVED)
    case.decline_reason = ""
    _mark(case, joint_talk, priority)
    _assign(work, case, lead, co, due)
    moves.move(work, case, CaseState.ASSIGNED, "case.assigned", **_said(work, lead, co, due))
    _tell_assigned(work, case, [lead, *co])
    decisions.confirmed(work, case, lead, co)


def reassign(
    work: Work, case: Case, lead_id: int | None, co_ids: Iterable[int], due_on: date | None, reason: str
) -> None:
    """Change who handles the case, or until when. A new lead begins anew; whoever leaves loses its open promises."""
    _check_coordinator(work, case)
    _check_state(case, *casework.BUSY)
    reason = needed(reason, "reason", "调整理由", "the reason for the change", 1000)
    lead, co = _chosen(work, case, lead_id, co_ids)
    old_lead, old_due = case.lead, case.due_on
    due = old_due if old_due and due_on == old_due else _deadline(work, case, due_on)
    before = {a.department_id for a in case.assignments if a.active}
    new_lead = old_lead is None or old_lead.department_id != lead.id
    if not new_lead and before == {lead.id, *(d.id for d in co)} and due == old_due:
        raise Invalid.field(
            "",
            "没有任何改动。请调整部门或期限后再提交。",
            "Nothing has changed. Choose other departments or another date.",
        )
    if new_lead and case.state is CaseState.IN_PROGRESS:
        moves.move(work, case, CaseState.RECEIVED, "case.recalled", public=False, reason=reason)
    _assign(work, case, lead, co, due)
    told = _said(work, lead, co, due) | {"reason": reason}
    if case.state is CaseState.RECEIVED:
        moves.move(work, case, CaseState.ASSIGNED, "case.assignment_changed", **told)
    else:
        _changed(work, case, "case.assignment_changed", public=True, **told)
    if old_due and due > old_due and not new_lead:
        work.record("case.extended", "case", case.id, old=day_text(old_due, work.today),
                    due=day_text(due, work.today), reason=reason)  # fmt: skip
    _tell_assigned(work, case, [d for d in (lead, *co) if d.id not in before or (new_lead and d is lead)])
    if new_lead:
        decisions.corrected(work, case, lead, co)


def decline(work: Work, case: Case, reason: str) -> None:
    """Out of scope, for a reason that the requester reads."""
    _check_coordinator(work, case)
    reason = needed(
        reason, "reason", "不予受理的理由，诉求人会看到", "the reason; the requester reads it", 1000
    )
    vetoes.check(work, "decline", case)
    case.decline_reason = reason
    moves.move(work, case, CaseState.DECLINED, "case.declined", reason=reason)
    people.tell_requester(
        work, case, "case.declined",
        T("您的诉求 {n} 未予受理", en="Your case {n} was not accepted").fill(n=case.number),
        T("您反映的《{t}》未予受理。\n理由：{r}\n如有不同意见，请用追踪码查看并申请重新受理。",
          en="“{t}” was not accepted.\nReason: {r}\nIf you disagree, look it up with your tracking code and ask again.")
        .fill(t=case.title, r=reason),
    )  # fmt: skip


def by_number(work: Work, number: str) -> Case:
    """The case that carries ``number``, to merge into. Raises Invalid when the actor sees none."""
    found = work.session.scalar(select(Case).where(Case.number == number, cases_open_to(work.actor)))
    if found is None:
        raise Invalid.field(
            "other", "没有找到这个编号的诉求，请核对。", "There is no case with this number. Please check it."
        )
    return found


def merge(work: Work, case: Case, into: Case, reason: str) -> None:
    """``case`` is the same problem as ``into`` and follows it from now on; its requester is told."""
    _check_coordinator(work, case)
    _check_coordinator(work, into)
    reason = needed(reason, "reason", "并案理由", "why they belong together", 1000)
    if into.id == case.id or into.group_key != case.group_key:
        raise Invalid.field(
            "other", "请选择同一顾问团的另一件诉求。", "Choose another case of the same group."
        )
    if into.state in (CaseState.MERGED, CaseState.DECLINED):
        raise Refused(T("{n} 是“{s}”，不能再并入。", en="{n} is “{s}” and takes no other case in.")
                      .fill(n=into.number, s=into.state.label))  # fmt: skip
    _check_state(case, CaseState.RECEIVED, CaseState.ASSIGNED)
    vetoes.check(work, "merge", case)
    for given in [a for a in case.assignments if a.active]:
        withdraw(work, case, given)
    case.merged_into_id, case.due_on = into.id, None
    for earlier in work.session.scalars(select(Case).where(Case.merged_into_id == case.id)):
        earlier.merged_into_id = into.id
    moves.move(work, case, CaseState.MERGED, "case.merged", number=into.number, reason=reason)
    touch(into)
    work.record("case.absorbed", "case", into.id, number=case.number, reason=reason)
    work.session.flush()
    people.tell_requester(
        work, case, "case.merged",
        T("您的诉求 {n} 已并案办理", en="Your case {n} is handled together with another").fill(n=case.number),
        T("您反映的《{t}》与 {into} 是同一问题，现合并办理。用原追踪码仍可查看进展，答复后会通知您。",
          en="“{t}” is the same problem as {into}; they are handled together. Your tracking code still works, and you "
          "will be told the answer.").fill(t=case.title, into=into.number),
    )  # fmt: skip


def mark(work: Work, case: Case, *, joint_talk: bool, priority: int) -> None:
    """Note that departments must sit at one table, and how urgent the case is."""
    _check_coordinator(work, case)
    if priority not in PRIORITIES:
        raise Invalid.field("priority", "请选择紧急程度。", "Choose how urgent it is.")
    if (case.joint_talk, case.priority) == (joint_talk, priority):
        return
    _mark(case, joint_talk, priority)
    together = T("需多部门同桌对接", en="needs its departments at one table")
    what = joined([PRIORITIES[priority], *([together] if joint_talk else [])])
    work.record("case.marked", "case", case.id, what=what)
    work.session.flush()


def overrule(work: Work, case: Case, given: Assignment, reason: str) -> None:
    """The objection does not stand: the department handles the case, and reads why."""
    reason = _ruling(work, case, given, reason)
    given.state, given.ruling = "given", reason
    name = given.department.name
    _changed(work, case, "case.objection_overruled", public=False, reason=reason, department=name)
    people.tell_department(
        work, case, given.department_id, "case.objection_overruled",
        T("{n}：异议不成立，请办理", en="{n}: objection overruled, please handle it").fill(n=case.number),
        T("《{t}》\n理由：{r}\n请于 {due} 前答复。", en="“{t}”\nReason: {r}\nPlease answer by {due}.")
        .fill(t=case.title, r=reason, due=day_text(given.due_on, work.today)),
    )  # fmt: skip


def uphold(work: Work, case: Case, given: Assignment, reason: str, instead_id: int | None) -> None:
    """The objection stands. A lead needs another department in its place; a co-handling one may simply leave."""
    reason = _ruling(work, case, given, reason)
    lead = given.role is AssignmentRole.LEAD
    if instead_id is None and lead:
        raise Invalid.field(
            "lead",
            "异议成立时，请另选主办部门。",
            "Choose another lead department when the objection stands.",
        )
    if instead_id == given.department_id:
        raise Invalid.field(
            "lead", "请选择提出异议以外的部门。", "Choose a department other than the one that objected."
        )
    given.ruling = reason
    name = given.department.name
    work.record("case.objection_upheld", "case", case.id, reason=reason, department=name)
    keep = [a.department_id for a in case.co if a is not given]
    lead_id = instead_id if lead or case.lead is None else case.lead.department_id
    co_ids = keep if lead or instead_id is None else [*keep, instead_id]
    withdraw(work, case, given)
    new_lead, co = _chosen(work, case, lead_id, [i for i in co_ids if i != lead_id])
    due = _deadline(work, case, None) if lead else case.due_on or usual_deadline(work, case)
    _assign(work, case, new_lead, co, due)
    _changed(work, case, "case.assignment_changed", public=True, **_said(work, new_lead, co, due))
    if instead_id is not None:
        _tell_assigned(work, case, [d for d in (new_lead, *co) if d.id == instead_id])
    if lead:
        decisions.corrected(work, case, new_lead, co)


def close(work: Work, case: Case, reason: str) -> None:
    """Close an answered case by hand, with the reason."""
    _check_coordinator(work, case)
    reason = needed(reason, "reason", "办结理由", "why it is closed", 1000)
    vetoes.check(work, "close", case)
    moves.move(work, case, CaseState.CLOSED, "case.closed", reason=reason)


def reopen(work: Work, case: Case, reason: str) -> None:
    """Send an answered or closed case back to its lead department with a new clock."""
    _check_coordinator(work, case)
    vetoes.check(work, "reopen", case)
    casework.reopen(work, case, reason)


def _check_coordinator(work: Work, case: Case) -> None:
    if not people.coordinates(work, case):
        raise Forbidden


def _check_state(case: Case, *states: CaseState) -> None:
    if case.state not in states:
        raise Refused(T("诉求目前是“{s}”，不能再这样处理。请刷新页面查看最新情况。",
                        en="The case is “{s}” now, so this is not possible. Reload the page to see how it stands.")
                      .fill(s=case.state.label))  # fmt: skip


def _chosen(
    work: Work, case: Case, lead_id: int | None, co_ids: Iterable[int]
) -> tuple[Department, list[Department]]:
    """The departments themselves; each must sit in the group. The lead is not co-handling besides."""
    roster = {e.department_id: e.department for e in rosters.entries_of(work, case.group_key)}
    if lead_id is None:
        raise Invalid.field("lead", "请选择主办部门。", "Choose the lead department.")
    wanted = list(dict.fromkeys(i for i in co_ids if i != lead_id))
    problem = T("请选择本顾问团名册中的部门。", en="Choose a department that sits in this group.")
    if lead_id not in roster:
        raise Invalid(Problem("lead", problem))
    if any(i not in roster for i in wanted):
        raise Invalid(Problem("co", problem))
    return roster[lead_id], [roster[i] for i in wanted]


def _deadline(work: Work, case: Case, due_on: date | None) -> date:
    if due_on is None:
        return usual_deadline(work, case)
    if not work.today <= due_on <= work.today + LATEST_DEADLINE:
        raise Invalid.field(
            "due_on",
            "期限应在今天之后、400 天之内。",
            "The deadline must be today or later, within 400 days.",
        )
    return due_on


def _assign(work: Work, case: Case, lead: Department, co: Sequence[Department], due: date) -> None:
    """Make the assignments in force exactly these; whoever stays in the same role keeps what it has done."""
    vetoes.check(work, "assign", case, lead=lead.key, co=[d.key for d in co])
    roles = {lead.id: AssignmentRole.LEAD} | {d.id: AssignmentRole.CO for d in co}
    for given in [a for a in case.assignments if a.active and a.department_id not in roles]:
        withdraw(work, case, given)
    active = {a.department_id: a for a in case.assignments if a.active}
    usual_co = work.calendar.add(work.today, terms_of(work, case).co_answer).day
    for department in (lead, *co):
        role = roles[department.id]
        own = due if role is AssignmentRole.LEAD else min(due, usual_co)
        stays = active.get(department.id)
        if stays is None:
            work.session.add(Assignment(case=case, department_id=department.id, department=department, role=role,
                                        due_on=own, assigned_at=work.now))  # fmt: skip
        elif stays.role is not role:
            stays.role, stays.due_on, stays.assigned_at = role, own, work.now
        elif role is AssignmentRole.LEAD:
            stays.due_on = due
    case.due_on = case.expected_on = due


def _said(work: Work, lead: Department, co: Sequence[Department], due: date) -> dict[str, Any]:
    names = joined([d.name for d in co])
    return {
        "lead": lead.name, "due": day_text(due, work.today),
        "co": T("，{d}协办", en=", co-handling {d}").fill(d=names) if co else "",
    }  # fmt: skip


def _ruling(work: Work, case: Case, given: Assignment, reason: str) -> str:
    _check_coordinator(work, case)
    if given.case_id != case.id or not given.active or given.state != "objected":
        raise Refused(
            T(
                "这项异议已经处理，请刷新页面。",
                en="This objection has been decided already. Reload the page.",
            )
        )
    return needed(reason, "reason", "裁定理由", "the reason for your decision", 1000)


def _mark(case: Case, joint_talk: bool | None, priority: int | None) -> None:
    case.joint_talk = case.joint_talk if joint_talk is None else joint_talk
    case.priority = case.priority if priority is None else priority


def _changed(work: Work, case: Case, kind: str, *, public: bool, **data: Any) -> None:
    touch(case)
    work.record(kind, "case", case.id, public=public, **data)
    work.session.flush()
    follow_up.sync(work, case)


def _tell_assigned(work: Work, case: Case, departments: Sequence[Department]) -> None:
    for department in departments:
        given = next(a for a in case.assignments if a.active and a.department_id == department.id)
        people.tell_department(
            work, case, department.id, "case.assigned",
            T("新交办：{n}（{role}）", en="New assignment: {n} ({role})").fill(n=case.number, role=given.role.label),
            T("《{t}》\n{who} · {area}\n请于 {due} 前办理答复；如不属本部门职责，请在异议期内提出。",
              en="“{t}”\n{who} · {area}\nPlease answer by {due}; if it is not yours to handle, object in time.")
            .fill(t=case.title, who=case.requester, area=case.area.name, due=day_text(given.due_on, work.today)),
        )  # fmt: skip
