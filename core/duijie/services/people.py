"""Tells the people of a case what happened to it: its departments, its coordinators, whoever brought it."""

from dataclasses import replace

from sqlalchemy import select

from duijie.domain.roles import Role
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.services import reminders, tracking
from duijie.services.rules.people import coordinators, representatives
from duijie.services.work import Work
from duijie.storage.models import Case

WHY_DEPARTMENT = T("您是该诉求承办部门的代表", en="You represent a department that handles this case")
WHY_COORDINATOR = T("您是该诉求所在片区的协调员", en="You coordinate the area of this case")
WHY_REQUESTER = T("您提交诉求时留下了这个邮箱", en="You gave this address when you filed the case")


def coordinates(work: Work, case: Case) -> bool:
    """Whether the actor may triage ``case``: a coordinator or administrator of its area, or duijie itself."""
    mine = work.actor.has(Role.COORDINATOR, Role.AREA_ADMIN) and case.area_id in work.actor.areas
    return work.actor.kind == "system" or mine


def acts_for(work: Work, department_id: int) -> bool:
    """Whether the actor may speak for a department."""
    return work.actor.kind == "system" or department_id in work.actor.departments


def tell_department(work: Work, case: Case, department_id: int, kind: str, subject: T, body: T) -> None:
    """Tell whoever represents a department, except the one who is acting."""
    for user in representatives(work, case.group_key, department_id):
        if user.id != work.actor.user_id:
            _tell(
                work,
                case,
                reminders.of_user(user),
                kind,
                (subject, body, WHY_DEPARTMENT),
                f"/cases/{case.id}",
            )


def tell_coordinators(work: Work, case: Case, kind: str, subject: T, body: T) -> None:
    """Tell the coordinators of the case's area, except the one who is acting."""
    for user in coordinators(work, case.area_id):
        if user.id != work.actor.user_id:
            _tell(
                work,
                case,
                reminders.of_user(user),
                kind,
                (subject, body, WHY_COORDINATOR),
                f"/cases/{case.id}",
            )


def tell_requester(work: Work, case: Case, kind: str, subject: T, body: T) -> None:
    """Tell whoever brought the case, where they left an address."""
    to = reminders.of_requester(case)
    to = to if to.name else replace(to, name=case.requester)
    _tell(work, case, to, kind, (subject, body, WHY_REQUESTER), tracking.link_of(work.office, case))


def tell_all_requesters(work: Work, case: Case, kind: str, subject: T, body: T) -> None:
    """Tell whoever brought the case, and those whose cases were merged into it."""
    merged = select(Case).where(Case.merged_into_id == case.id, Case.state == CaseState.MERGED)
    for one in (case, *work.session.scalars(merged.order_by(Case.id))):
        tell_requester(work, one, kind, subject, body)


def _tell(
    work: Work, case: Case, to: reminders.Recipient, kind: str, words: tuple[T, T, T], link: str
) -> None:
    subject, body, why = words
    reminders.plan(
        work,
        reminders.NewReminder(
            kind=kind, about_type="case", about_id=case.id, revision=work.now.isoformat(), to=to,
            subject=subject, body=body, why=why, due_at=work.now, link=link,
        ),
    )  # fmt: skip
