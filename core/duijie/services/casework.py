"""What a department does with a case: takes it up, objects, hands back, replies, promises, keeps its promise."""

from typing import Any, Final

from sqlalchemy.orm.attributes import flag_modified

from duijie.domain.errors import Forbidden, Invalid, Refused
from duijie.domain.states import AssignmentRole, CaseState, ReplyKind
from duijie.domain.text import T, joined
from duijie.domain.working_days import Deadline
from duijie.hooks.values import Terms
from duijie.services import decisions, follow_up, moves, people, vetoes
from duijie.services.rules.texts import day_text
from duijie.services.typed import needed, optional
from duijie.services.work import Work
from duijie.storage.models import Addition, Assignment, Case, Commitment, Department, Reply

MOST_WORKING_DAYS: Final = 250
WAYS: Final = {
    "online": T("网上答复", en="online"),
    "phone": T("电话答复", en="by phone"),
    "visit": T("上门答复", en="in person"),
    "meeting": T("会上答复", en="at a meeting"),
}
BUSY: Final = (CaseState.ASSIGNED, CaseState.IN_PROGRESS)
ANSWERABLE: Final = (*BUSY, CaseState.ANSWERED)


def terms_of(work: Work, case: Case) -> Terms:
    """The working days that the case's group allows; the usual ones when its plugin is not here any more."""
    parts = work.parts(case.group_key)
    return parts.group.terms if parts else Terms()


def touch(case: Case) -> None:
    """Let this change count as one of the case, so that whoever has an older page open is told."""
    flag_modified(case, "title")


def part_of(work: Work, case: Case, department_id: int) -> Assignment:
    """The department's part in the case. Raises Forbidden when the actor does not speak for it, or it has none."""
    if not people.acts_for(work, department_id):
        raise Forbidden
    found = next((a for a in case.assignments if a.active and a.department_id == department_id), None)
    if found is None:
        raise Forbidden(
            T("这件诉求没有交给您的部门办理。", en="This case is not assigned to your department.")
        )
    return found


def take_up(work: Work, case: Case, department_id: int) -> None:
    """Start to work on the case. The lead's start puts it in progress; a co-handling department's is noted."""
    given = part_of(work, case, department_id)
    if given.state != "given" or case.state not in BUSY:
        raise Refused(
            T(
                "您的部门已经接手，或正在等协调员处理异议。请刷新页面查看。",
                en="Your department has taken it up already, or an objection waits for the coordinator. Reload the page.",
            )
        )
    _accepted(work, case, given)
    told: dict[str, Any] = {"department": given.department.name}
    if given.role is AssignmentRole.LEAD and case.state is CaseState.ASSIGNED:
        moves.move(work, case, CaseState.IN_PROGRESS, "case.taken_up", **told)
    else:
        _noted(work, case, "case.taken_up", public=False, **told)


def objection_until(work: Work, case: Case, given: Assignment) -> Deadline:
    """Until when a department may object to an assignment."""
    return work.calendar.add(work.local(given.assigned_at).date(), terms_of(work, case).objection)


def may_object(work: Work, case: Case, given: Assignment) -> bool:
    """Whether the department may still object: once, before it takes the case up, within the group's term."""
    fresh = given.active and given.state == "given" and given.objected_at is None
    return fresh and case.state in BUSY and work.today <= objection_until(work, case, given).day


def object_(work: Work, case: Case, department_id: int, reason: str) -> None:
    """Say that the case is another department's. The coordinator decides. Raises Refused when it is too late."""
    given = part_of(work, case, department_id)
    reason = needed(reason, "reason", "异议理由", "the reason for your objection", 1000)
    if not may_object(work, case, given):
        raise Refused(_no_objection(work, case, given))
    given.state, given.objection, given.objected_at = "objected", reason, work.now
    name = given.department.name
    _noted(work, case, "case.objected", public=False, department=name, reason=reason)
    people.tell_coordinators(
        work, case, "case.objected",
        T("{d}对 {n} 提出异议", en="{d} objects to {n}").fill(d=name, n=case.number),
        T("《{t}》\n{d}：{r}\n请决定异议是否成立。", en="“{t}”\n{d}: {r}\nPlease decide on the objection.")
        .fill(t=case.title, d=name, r=reason),
    )  # fmt: skip


def hand_back(work: Work, case: Case, department_id: int, reason: str) -> None:
    """Give the case back to the coordinator. The lead's hand-back frees every department; a co's only itself."""
    given = part_of(work, case, department_id)
    reason = needed(reason, "reason", "退回理由", "why you hand it back", 1000)
    if case.state not in BUSY:
        raise Refused(
            T(
                "只有已交办或办理中的诉求可以退回。",
                en="Only an assigned case or one in progress can be handed back.",
            )
        )
    name, lead = given.department.name, given.role is AssignmentRole.LEAD
    for one in [a for a in case.assignments if a.active] if lead else [given]:
        withdraw(work, case, one)
    told: dict[str, Any] = {"department": name, "reason": reason}
    if lead:
        case.due_on = None
        moves.move(work, case, CaseState.RECEIVED, "case.handed_back", public=False, **told)
    else:
        _noted(work, case, "case.handed_back", public=False, **told)
    people.tell_coordinators(
        work, case, "case.handed_back",
        T("{d}退回了 {n}", en="{d} handed back {n}").fill(d=name, n=case.number),
        T("《{t}》\n理由：{r}", en="“{t}”\nReason: {r}").fill(t=case.title, r=reason),
    )  # fmt: skip


def ask_for_co(work: Work, case: Case, department_id: int, wanted: list[Department], reason: str) -> None:
    """Ask the coordinator to bring further departments in."""
    given = part_of(work, case, department_id)
    reason = needed(reason, "reason", "需要协办的事项", "what you need them for", 1000)
    if not wanted:
        raise Invalid.field("wanted", "请选择需要协办的部门。", "Choose the department you need.")
    names = joined([d.name for d in wanted])
    told: dict[str, Any] = {"department": given.department.name, "wanted": names, "reason": reason}
    _noted(work, case, "case.co_requested", public=False, **told)
    people.tell_coordinators(
        work, case, "case.co_requested",
        T("{d}请求协办：{n}", en="{d} asks for help with {n}").fill(d=given.department.name, n=case.number),
        T("《{t}》\n请{w}协办：{r}", en="“{t}”\nWanted: {w}. {r}").fill(t=case.title, w=names, r=reason),
    )  # fmt: skip


def reply(
    work: Work,
    case: Case,
    department_id: int,
    kind: ReplyKind,
    text: str,
    way: str,
    meeting_id: int | None = None,
) -> Reply:
    """Tell the requester what came of the case. The lead's reply makes it answered.

    ``way`` is one of `WAYS`. At a meeting (``meeting_id``) a department without a part in the case gets one.
    Raises Invalid, Forbidden, or Refused when the case cannot be answered any more.
    """
    given = _seated(work, case, department_id, meeting_id)
    text = needed(text, "text", "答复内容", "the reply")
    if way not in WAYS:
        raise Invalid.field("way", "请选择答复方式。", "Choose how the requester was told.")
    _check_answerable(case)
    vetoes.check(work, "reply", case)
    _accepted(work, case, given)
    given.state, given.done_at = "done", work.now
    said = Reply(case=case, department_id=department_id, department=given.department, kind=kind, text=text,
                 way=way, by=work.actor.name, at=work.now, meeting_id=meeting_id)  # fmt: skip
    work.session.add(said)
    told: dict[str, Any] = {"department": given.department.name, "result": kind.label, "text": text}
    if given.role is AssignmentRole.LEAD and case.state in BUSY:
        moves.move(work, case, CaseState.ANSWERED, "case.replied", **told)
    else:
        _noted(work, case, "case.replied", public=True, **told)
    if given.role is AssignmentRole.LEAD:
        _tell_answer(work, case, given, kind, text)
    return said


def commit(
    work: Work, case: Case, department_id: int, text: str, working_days: int, officer: str,
    meeting_id: int | None = None,
) -> Commitment:  # fmt: skip
    """Promise something by the ``working_days``-th working day from today (1 to 250); ``officer`` answers for it.

    At a meeting a department without a part in the case gets one, and the lead's promise moves the case's
    deadline out to its own day: the people at the table agreed on it. Raises Invalid, Forbidden, Refused.
    """
    given = _seated(work, case, department_id, meeting_id)
    text = needed(text, "text", "承诺事项", "what is promised")
    officer = optional(officer, "officer", 100)
    due = due_after(work, working_days)
    _check_answerable(case)
    vetoes.check(work, "commit", case)
    _accepted(work, case, given)
    promise = Commitment(case=case, department_id=department_id, department=given.department, text=text,
                         officer=officer, meeting_id=meeting_id, made_on=work.today, working_days=working_days,
                         due_on=due.day, by=work.actor.name)  # fmt: skip
    work.session.add(promise)
    lead = given.role is AssignmentRole.LEAD
    if lead and meeting_id is not None and case.state in BUSY:
        _agree_on(case, given, due)
    told: dict[str, Any] = {
        "department": given.department.name, "due": day_text(due.day, work.today), "text": text
    }  # fmt: skip
    if case.state is CaseState.ASSIGNED and (lead or meeting_id is not None):
        moves.move(work, case, CaseState.IN_PROGRESS, "case.committed", **told)
    else:
        _noted(work, case, "case.committed", public=True, **told)
    return promise


def due_after(work: Work, working_days: int) -> Deadline:
    """The day a promise of so many working days made today is due. Raises Invalid outside 1 to 250."""
    if not 1 <= working_days <= MOST_WORKING_DAYS:
        raise Invalid.field(
            "working_days",
            f"请填写 1 到 {MOST_WORKING_DAYS} 个工作日。",
            f"Enter 1 to {MOST_WORKING_DAYS} working days.",
        )
    return work.calendar.add(work.today, working_days)


def keep_commitment(
    work: Work, case: Case, promise: Commitment, result: str, kind: ReplyKind | None = None
) -> None:
    """The promise is kept, with what came of it. With ``kind`` the result is also the department's reply."""
    if not people.acts_for(work, promise.department_id):
        raise Forbidden
    result = needed(result, "result", "办理结果", "what came of it")
    if promise.state != "open":
        raise Refused(
            T(
                "这项承诺已经办结或撤销，请刷新页面查看。",
                en="This promise is kept or withdrawn already. Reload the page.",
            )
        )
    promise.state, promise.kept_at, promise.result = "kept", work.now, result
    _noted(work, case, "case.commitment_kept", public=True, department=promise.department.name, text=result)
    if kind is not None:
        reply(work, case, promise.department_id, kind, result, "online")


def note(work: Work, case: Case, text: str, *, public: bool = False) -> Addition:
    """Add something to the case: for colleagues, or where ``public`` for the requester too."""
    text = needed(text, "text", "备注内容", "the note", 2000)
    added = Addition(case=case, text=text, by=work.actor.name, public=public, at=work.now)
    work.session.add(added)
    work.record("case.noted", "case", case.id, public=public, text=text)
    work.session.flush()
    return added


def reopen(work: Work, case: Case, reason: str) -> None:
    """Back to the lead department with a new clock, by the group's own terms."""
    reason = needed(reason, "reason", "重新办理的理由", "why it is reopened", 1000)
    if not (work.actor.kind == "requester" or people.coordinates(work, case)):
        raise Forbidden
    moves.reopen(work, case, reason)
    if lead := case.lead:
        people.tell_department(
            work, case, lead.department_id, "case.reopened",
            T("{n} 需重新办理", en="{n} is reopened").fill(n=case.number),
            T("《{t}》\n理由：{r}\n请于 {due} 前再次答复。", en="“{t}”\nReason: {r}\nPlease answer again by {due}.")
            .fill(t=case.title, r=reason, due=day_text(lead.due_on, work.today)),
        )  # fmt: skip


def withdraw(work: Work, case: Case, given: Assignment) -> None:
    """Take a department out of the case, and its open promises with it: whoever has no part cannot keep them."""
    given.active, given.state = False, "withdrawn"
    for promise in case.commitments:
        if promise.department_id == given.department_id and promise.state == "open":
            promise.state = "withdrawn"
            work.record("case.commitment_withdrawn", "case", case.id,
                        department=given.department.name, text=promise.text)  # fmt: skip


def _seated(work: Work, case: Case, department_id: int, meeting_id: int | None) -> Assignment:
    """The department's part in the case; whoever sits at the table with it gets one there."""
    there = any(a.active and a.department_id == department_id for a in case.assignments)
    if there or meeting_id is None:
        return part_of(work, case, department_id)
    if not people.acts_for(work, department_id):
        raise Forbidden
    _check_not_gone(case)
    lead, department = case.lead, work.session.get_one(Department, department_id)
    due = case.due_on or max(case.expected_on, work.today)
    role = AssignmentRole.CO if lead else AssignmentRole.LEAD
    given = Assignment(case=case, department_id=department_id, department=department, role=role, due_on=due,
                       assigned_at=work.now)  # fmt: skip
    work.session.add(given)
    if lead is None:
        case.due_on = due
    told: dict[str, Any] = {
        "lead": (lead.department if lead else department).name, "due": day_text(due, work.today),
        "co": T("，{d}协办", en=", co-handling {d}").fill(d=department.name) if lead else "",
    }  # fmt: skip
    if case.state is CaseState.RECEIVED:
        moves.move(work, case, CaseState.ASSIGNED, "case.assigned", **told)
    else:
        _noted(work, case, "case.assignment_changed", public=True, **told)
    if lead is None:
        decisions.learn(work, case, department, ())
    return given


def _accepted(work: Work, case: Case, given: Assignment) -> None:
    if given.state in ("given", "objected"):
        given.state, given.accepted_at = "accepted", work.now
    case.first_contact_at = case.first_contact_at or work.now


def _agree_on(case: Case, given: Assignment, due: Deadline) -> None:
    if case.due_on is None or due.day > case.due_on:
        case.due_on = case.expected_on = given.due_on = due.day


def _check_not_gone(case: Case) -> None:
    if case.state in (CaseState.DECLINED, CaseState.MERGED, CaseState.CLOSED):
        raise Refused(T("诉求目前是“{s}”，不能再答复或承诺。", en="The case is “{s}” and can take no reply or promise.")
                      .fill(s=case.state.label))  # fmt: skip


def _check_answerable(case: Case) -> None:
    _check_not_gone(case)
    if case.state not in ANSWERABLE:
        raise Refused(
            T(
                "诉求还没有交办，请协调员先受理。",
                en="The case is not assigned yet; a coordinator has to accept it first.",
            )
        )


def _noted(work: Work, case: Case, kind: str, *, public: bool, **data: Any) -> None:
    """Write the event, count the change, and let the rules see it."""
    touch(case)
    work.record(kind, "case", case.id, public=public, **data)
    work.session.flush()
    follow_up.sync(work, case)


def _no_objection(work: Work, case: Case, given: Assignment) -> T:
    if given.objected_at is not None:
        return T(
            "每个部门对一次交办只能提出一次异议。如确实不属于本部门，请说明理由后退回。",
            en="A department may object once. If the case is still not yours, hand it back with the reason.",
        )
    if given.state != "given":
        return T(
            "您的部门已经接手，不能再提异议；如需退回，请说明理由。",
            en="Your department has taken it up and can no longer object; hand it back with a reason instead.",
        )
    until = day_text(objection_until(work, case, given).day, work.today)
    return T(
        "异议须在 {d} 前提出，现已超过期限。请先接手，或说明理由后退回。",
        en="An objection was possible until {d}. Take the case up, or hand it back with the reason.",
    ).fill(d=until)


def _tell_answer(work: Work, case: Case, given: Assignment, kind: ReplyKind, text: str) -> None:
    people.tell_all_requesters(
        work, case, "case.answered",
        T("您的诉求 {n} 已答复", en="Your case {n} has been answered").fill(n=case.number),
        T("{d}答复了您反映的《{t}》（{k}）：\n{x}\n\n请用追踪码查看全部经过，并评价是否满意。",
          en="{d} has answered “{t}” ({k}):\n{x}\n\nPlease look it up with your tracking code and rate the answer.")
        .fill(d=given.department.name, t=case.title, k=kind.label, x=text),
    )  # fmt: skip
