"""A coordinator's actions on a case."""

from typing import TYPE_CHECKING

from flask.typing import ResponseReturnValue

from duijie.domain.errors import NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import casework, decisions, extensions, questions, triage
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.cases import typed
from duijie.web.cases.acting import act
from duijie.web.cases.blueprint import cases

if TYPE_CHECKING:
    from duijie.storage.models import Assignment, Case

COORDINATORS = (Role.COORDINATOR, Role.AREA_ADMIN)


@cases.post("/<int:case_id>/accept")
@only(*COORDINATORS)
def accept(case_id: int) -> ResponseReturnValue:
    """Accept the case and assign it."""

    def change(work: Work, case: "Case") -> T:
        triage.accept(
            work, case, typed.number("accept", "lead"), typed.numbers("accept", "co"), typed.day("accept", "due_on"),
            joint_talk=bool(typed.text("accept", "joint")), priority=case.priority,
        )  # fmt: skip
        return decisions.told(work, case)

    return act(
        case_id,
        "accept",
        T("已受理并交办，部门已收到通知。", en="Accepted and assigned; the departments are told."),
        change,
    )


@cases.post("/<int:case_id>/reassign")
@only(*COORDINATORS)
def reassign(case_id: int) -> ResponseReturnValue:
    """Change the departments or the deadline."""

    def change(work: Work, case: "Case") -> T | None:
        before = case.lead.department_id if case.lead else None
        lead = typed.number("reassign", "lead")
        triage.reassign(
            work, case, lead, typed.numbers("reassign", "co"), typed.day("reassign", "due_on"),
            typed.text("reassign", "reason"),
        )  # fmt: skip
        return decisions.told(work, case) if lead != before else None

    return act(case_id, "reassign", T("已调整交办。", en="The assignment is changed."), change)


@cases.post("/<int:case_id>/decline")
@only(*COORDINATORS)
def decline(case_id: int) -> ResponseReturnValue:
    """Decline the case, with the reason for the requester."""
    return act(
        case_id, "decline", T("已标为不予受理，理由已告知诉求人。", en="Declined; the requester can read the reason."),
        lambda work, case: triage.decline(work, case, typed.text("decline", "reason")),
    )  # fmt: skip


@cases.post("/<int:case_id>/merge")
@only(*COORDINATORS)
def merge(case_id: int) -> ResponseReturnValue:
    """Let this case follow another one."""

    def change(work: Work, case: "Case") -> None:
        number = typed.text("merge", "other").strip().upper() or typed.text("merge", "into")
        triage.merge(work, case, triage.by_number(work, number), typed.text("merge", "reason"))

    return act(
        case_id,
        "merge",
        T("已并案，诉求人将随主案得到答复。", en="Merged; the requester follows the other case now."),
        change,
    )


@cases.post("/<int:case_id>/mark")
@only(*COORDINATORS)
def mark(case_id: int) -> ResponseReturnValue:
    """Mark how urgent it is and whether its departments must sit together."""
    return act(
        case_id, "mark", T("标注已保存。", en="Saved."),
        lambda work, case: triage.mark(
            work, case, joint_talk=bool(typed.text("mark", "joint")), priority=typed.number("mark", "priority") or 0
        ),
    )  # fmt: skip


@cases.post("/<int:case_id>/objection/<int:assignment_id>")
@only(*COORDINATORS)
def objection(case_id: int, assignment_id: int) -> ResponseReturnValue:
    """Decide an objection."""
    form = f"objection{assignment_id}"

    def change(work: Work, case: "Case") -> None:
        given = next((a for a in case.assignments if a.id == assignment_id), None)
        if given is None:
            raise NotFound
        _decide(work, case, given, form)

    return act(
        case_id,
        form,
        T("异议已裁定，相关部门已收到通知。", en="The objection is decided; the departments are told."),
        change,
    )


@cases.post("/<int:case_id>/close")
@only(*COORDINATORS)
def close(case_id: int) -> ResponseReturnValue:
    """Close an answered case by hand."""
    return act(case_id, "close", T("已办结。", en="Closed."),
               lambda work, case: triage.close(work, case, typed.text("close", "reason")))  # fmt: skip


@cases.post("/<int:case_id>/reopen")
@only(*COORDINATORS)
def reopen(case_id: int) -> ResponseReturnValue:
    """Send the case back to its lead department."""
    return act(case_id, "reopen", T("已退回主办部门重新办理。", en="It is back with the lead department."),
               lambda work, case: triage.reopen(work, case, typed.text("reopen", "reason")))  # fmt: skip


@cases.post("/<int:case_id>/note")
@only(*COORDINATORS, Role.REPRESENTATIVE)
def note(case_id: int) -> ResponseReturnValue:
    """Add a note, for colleagues or for the requester too."""
    return act(
        case_id, "note", T("备注已添加。", en="The note is added."),
        lambda work, case: casework.note(work, case, typed.text("note", "text"), public=bool(typed.text("note", "public"))),
    )  # fmt: skip


@cases.post("/<int:case_id>/extension/<int:extension_id>")
@only(*COORDINATORS)
def extension(case_id: int, extension_id: int) -> ResponseReturnValue:
    """Grant or refuse more time."""
    form = f"extension{extension_id}"

    def change(work: Work, case: "Case") -> None:
        note = typed.text(form, "reason")
        if typed.text(form, "ruling") == "grant":
            extensions.grant(work, case, extension_id, note)
        else:
            extensions.refuse(work, case, extension_id, note)

    return act(case_id, form, T("延期申请已审批，相关各方已收到通知。", en="Decided; everybody concerned is told."), change)


@cases.post("/<int:case_id>/question/<int:question_id>/take-back")
@only(*COORDINATORS, Role.REPRESENTATIVE)
def take_back(case_id: int, question_id: int) -> ResponseReturnValue:
    """Go on without the requester's answer."""
    return act(case_id, "take_back", T("已撤回提问，继续办理。", en="The question is taken back; the work goes on."),
               lambda work, case: questions.take_back(work, case, question_id))  # fmt: skip


def _decide(work: Work, case: "Case", given: "Assignment", form: str) -> None:
    reason = typed.text(form, "reason")
    if typed.text(form, "ruling") == "uphold":
        triage.uphold(work, case, given, reason, typed.number(form, "lead"))
    else:
        triage.overrule(work, case, given, reason)
