"""A department asks for more time; the coordinator grants or refuses it, and the requester is told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from duijie.domain.errors import Forbidden, Invalid, NotFound, Refused
from duijie.domain.states import AssignmentRole
from duijie.domain.text import T
from duijie.services import casework, follow_up, people
from duijie.services.rules.facts import UNDER_WAY
from duijie.services.rules.texts import day_text
from duijie.services.typed import needed
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Extension


@dataclass(frozen=True, slots=True)
class Room:
    """What a department may ask for: ``days`` working days at most, and until when. ``refusal``: why it may not."""

    days: int
    until: date
    refusal: T | None = None


def room(work: Work, case: Case, given: Assignment) -> Room:
    """What the department of ``given`` may ask for now, by its group's terms."""
    terms = casework.terms_of(work, case)
    until = work.calendar.add(given.due_on, -terms.extension_ahead).day
    spent = select(func.coalesce(func.sum(Extension.working_days), 0)).where(
        Extension.assignment_id == given.id, Extension.state == "granted", Extension.asked_at >= given.assigned_at
    )
    left = terms.extension - int(work.session.scalar(spent) or 0)
    return Room(left, until, _refusal(work, case, given, left, until))


def waiting(work: Work, case: Case) -> list[Extension]:
    """The requests on which nobody has decided."""
    asked = select(Extension).where(Extension.case_id == case.id, Extension.state == "asked")
    return list(work.session.scalars(asked.order_by(Extension.id)))


def waited_for(work: Work, case_ids: Collection[int]) -> frozenset[int]:
    """Those of ``case_ids`` on which a request waits."""
    asked = select(Extension.case_id).where(Extension.case_id.in_(case_ids), Extension.state == "asked")
    return frozenset(work.session.scalars(asked))


def of_case(work: Work, case: Case) -> list[Extension]:
    """Every request on the case, in their order."""
    return list(work.session.scalars(select(Extension).where(Extension.case_id == case.id).order_by(Extension.id)))


def ask(work: Work, case: Case, department_id: int, working_days: int, reason: str) -> Extension:
    """Ask for ``working_days`` more. Raises Invalid, Forbidden, or Refused when it is too late or too much."""
    given = casework.part_of(work, case, department_id)
    reason = needed(reason, "reason", "延期理由", "why you need longer", 1000)
    allowed = room(work, case, given)
    if allowed.refusal:
        raise Refused(allowed.refusal)
    if not 1 <= working_days <= allowed.days:
        most = allowed.days
        raise Invalid.field("working_days", f"可申请 1 到 {most} 个工作日。", f"Ask for 1 to {most} working days.")
    wish = Extension(
        case_id=case.id, case=case, assignment_id=given.id, assignment=given, working_days=working_days,
        old_due=given.due_on, wanted_due=work.calendar.add(given.due_on, working_days).day, reason=reason,
        by=work.actor.name, asked_at=work.now,
    )  # fmt: skip
    work.session.add(wish)
    name, due = given.department.name, day_text(wish.wanted_due, work.today)
    _noted(work, case, "case.extension_asked", public=False, department=name, due=due, reason=reason)
    people.tell_coordinators(
        work, case, "case.extension_asked",
        T("{d}申请延期：{n}", en="{d} asks for more time: {n}").fill(d=name, n=case.number),
        T("《{t}》\n申请由 {old} 延至 {due}（{days} 个工作日）。\n理由：{r}",
          en="“{t}”\nFrom {old} until {due} ({days} working days).\nReason: {r}")
        .fill(t=case.title, old=day_text(wish.old_due, work.today), due=due, days=working_days, r=reason),
    )  # fmt: skip
    return wish


def grant(work: Work, case: Case, extension_id: int, note: str = "") -> Extension:
    """The department gets the time; the requester is told the new day and the reason. Raises Forbidden, NotFound, Refused."""
    wish = _decided(work, case, extension_id, "granted", note)
    given, old = wish.assignment, wish.assignment.due_on
    given.due_on = work.calendar.add(old, wish.working_days).day
    lead = given.role is AssignmentRole.LEAD and case.lead is given
    if lead:
        case.due_on = case.expected_on = given.due_on
    told: dict[str, Any] = {"old": day_text(old, work.today), "due": day_text(given.due_on, work.today), "reason": wish.reason}
    _noted(work, case, "case.extended", public=lead, **told)
    _tell_department(work, case, wish, T("同意延期至 {due}", en="More time until {due}").fill(due=told["due"]))
    if lead:
        people.tell_all_requesters(
            work, case, "case.extended",
            T("{n} 的答复期限延至 {due}", en="{n}: the answer is now due on {due}").fill(n=case.number, due=told["due"]),
            T("《{t}》由{d}办理，答复期限由 {old} 延至 {due}。\n原因：{reason}",
              en="“{t}” is handled by {d}. The answer was due on {old} and is now due on {due}.\nReason: {reason}")
            .fill(t=case.title, d=given.department.name, **told),
        )  # fmt: skip
    return wish


def refuse(work: Work, case: Case, extension_id: int, reason: str) -> Extension:
    """The deadline stays, for a reason that the department reads. Raises Invalid, Forbidden, NotFound, Refused."""
    wish = _decided(work, case, extension_id, "refused", needed(reason, "reason", "不同意的理由", "why you refuse it", 1000))
    name = wish.assignment.department.name
    _noted(work, case, "case.extension_refused", public=False, department=name, reason=wish.ruling)
    _tell_department(work, case, wish, T("不同意延期：{r}", en="No more time: {r}").fill(r=wish.ruling))
    return wish


def _decided(work: Work, case: Case, extension_id: int, state: str, ruling: str) -> Extension:
    if not people.coordinates(work, case):
        raise Forbidden
    wish = work.session.get(Extension, extension_id)
    if wish is None or wish.case_id != case.id:
        raise NotFound
    given = wish.assignment
    if wish.state != "asked" or not given.active or given.state == "done" or case.state not in UNDER_WAY:
        raise Refused(T("这项申请已经处理，或诉求已经答复。请刷新页面查看。",
                        en="This request is decided, or the case is answered already. Reload the page."))
    wish.state, wish.ruling, wish.decided_by, wish.decided_at = state, ruling, work.actor.name, work.now
    return wish


def _refusal(work: Work, case: Case, given: Assignment, left: int, until: date) -> T | None:
    if case.state not in UNDER_WAY or given.state in ("done", "objected"):
        return T("现在不需要延期。", en="There is nothing to extend now.")
    if any(wish.assignment_id == given.id for wish in waiting(work, case)):
        return T("已有一项延期申请在等协调员审批。", en="A request for more time waits for the coordinator already.")
    if left < 1:
        return T("延期天数已经用完。", en="No more time can be asked for.")
    if work.today > until:
        return T("延期最迟须在 {d} 申请，现已超过期限。请尽快办理，并主动向诉求人说明。",
                 en="More time could be asked for until {d}. Please deal with it now and explain the delay.").fill(
            d=day_text(until, work.today)
        )  # fmt: skip
    return None


def _tell_department(work: Work, case: Case, wish: Extension, what: T) -> None:
    people.tell_department(
        work, case, wish.assignment.department_id, f"case.extension_{wish.state}",
        T("{n}：{what}", en="{n}: {what}").fill(n=case.number, what=what),
        T("《{t}》\n{what}", en="“{t}”\n{what}").fill(t=case.title, what=what),
    )  # fmt: skip


def _noted(work: Work, case: Case, kind: str, *, public: bool, **data: Any) -> None:
    casework.touch(case)
    work.record(kind, "case", case.id, public=public, **data)
    work.session.flush()
    follow_up.sync(work, case)
