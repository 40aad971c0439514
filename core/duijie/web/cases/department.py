"""A department's actions on a case."""

from typing import TYPE_CHECKING

from flask.typing import ResponseReturnValue

from duijie.domain.errors import Invalid, NotFound
from duijie.domain.roles import Role
from duijie.domain.states import ReplyKind
from duijie.domain.text import T
from duijie.services import casework, extensions, questions, rosters
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.cases import typed
from duijie.web.cases.acting import act
from duijie.web.cases.blueprint import cases
from duijie.web.cases.page import case_page

if TYPE_CHECKING:
    from duijie.storage.models import Case


@cases.post("/<int:case_id>/take-up")
@only(Role.REPRESENTATIVE)
def take_up(case_id: int) -> ResponseReturnValue:
    """Start to work on it."""
    return act(case_id, "take_up", T("已接手办理。", en="You have taken it up."),
               lambda work, case: casework.take_up(work, case, _mine(work, case)))  # fmt: skip


@cases.post("/<int:case_id>/object")
@only(Role.REPRESENTATIVE)
def object_(case_id: int) -> ResponseReturnValue:
    """Object to the assignment."""
    return act(case_id, "object", T("异议已提交，等协调员决定。", en="Your objection is with the coordinator."),
               lambda work, case: casework.object_(work, case, _mine(work, case), typed.text("object", "reason")))  # fmt: skip


@cases.post("/<int:case_id>/hand-back")
@only(Role.REPRESENTATIVE)
def hand_back(case_id: int) -> ResponseReturnValue:
    """Give it back to the coordinator."""
    return act(
        case_id, "hand_back", T("已退回协调员。", en="It is back with the coordinator."),
        lambda work, case: casework.hand_back(work, case, _mine(work, case), typed.text("hand_back", "reason")),
    )  # fmt: skip


@cases.post("/<int:case_id>/ask-co")
@only(Role.REPRESENTATIVE)
def ask_co(case_id: int) -> ResponseReturnValue:
    """Ask for further departments."""

    def change(work: Work, case: "Case") -> None:
        chosen = typed.numbers("ask_co", "wanted")
        wanted = [e.department for e in rosters.entries_of(work, case.group_key) if e.department_id in chosen]
        casework.ask_for_co(work, case, _mine(work, case), wanted, typed.text("ask_co", "reason"))

    return act(case_id, "ask_co", T("协办请求已发给协调员。", en="The coordinator has your request."), change)


@cases.post("/<int:case_id>/reply")
@only(Role.REPRESENTATIVE)
def reply(case_id: int) -> ResponseReturnValue:
    """Answer the requester."""

    def change(work: Work, case: "Case") -> None:
        kind = _kind("reply", "kind")
        if kind is None:
            raise Invalid.field("kind", "请选择办理结果。", "Choose the result.")
        casework.reply(
            work, case, _mine(work, case), kind, typed.text("reply", "text"), typed.text("reply", "way")
        )

    return act(
        case_id, "reply", T("已答复，诉求人可以看到。", en="Reply sent; the requester can read it."), change
    )


@cases.post("/<int:case_id>/commit")
@only(Role.REPRESENTATIVE)
def commit(case_id: int) -> ResponseReturnValue:
    """Promise something by a working day; with ``preview`` only show which day that is."""
    if typed.text("commit", "preview"):
        return case_page(case_id, "commit")
    return act(
        case_id, "commit",
        T("承诺已登记，到期前会提醒您。", en="The promise is recorded; you are reminded before it is due."),
        lambda work, case: casework.commit(
            work, case, _mine(work, case), typed.text("commit", "text"), typed.number("commit", "working_days") or 0,
            typed.text("commit", "officer"),
        ),
    )  # fmt: skip


@cases.post("/<int:case_id>/keep/<int:commitment_id>")
@only(Role.REPRESENTATIVE)
def keep(case_id: int, commitment_id: int) -> ResponseReturnValue:
    """Mark a promise kept, and answer with it where wanted."""
    form = f"keep{commitment_id}"

    def change(work: Work, case: "Case") -> None:
        promise = next((c for c in case.commitments if c.id == commitment_id), None)
        if promise is None:
            raise NotFound
        casework.keep_commitment(work, case, promise, typed.text(form, "result"), _kind(form, "kind"))

    return act(case_id, form, T("已登记兑现。", en="The promise is marked as kept."), change)


@cases.post("/<int:case_id>/ask")
@only(Role.REPRESENTATIVE)
def ask(case_id: int) -> ResponseReturnValue:
    """Ask the requester; the clocks stand still until the answer is there."""
    return act(
        case_id, "ask", T("已请诉求人补充，回答之前期限暂停。", en="The requester is asked; the deadline stands still."),
        lambda work, case: questions.ask(work, case, _mine(work, case), typed.text("ask", "text")),
    )  # fmt: skip


@cases.post("/<int:case_id>/extend")
@only(Role.REPRESENTATIVE)
def extend(case_id: int) -> ResponseReturnValue:
    """Ask for more time."""
    return act(
        case_id, "extend", T("延期申请已发给协调员。", en="The coordinator has your request."),
        lambda work, case: extensions.ask(
            work, case, _mine(work, case), typed.number("extend", "working_days") or 0, typed.text("extend", "reason")
        ),
    )  # fmt: skip


def _kind(action: str, field: str) -> ReplyKind | None:
    chosen = typed.text(action, field)
    return ReplyKind(chosen) if chosen in set(ReplyKind) else None


def _mine(work: Work, case: "Case") -> int:
    """The department that the form speaks for, if it has a part in the case; else the actor's own that has."""
    sent = typed.number("for", "department")
    own = [
        a.department_id for a in case.assignments if a.active and a.department_id in work.actor.departments
    ]
    if sent in own:
        return int(sent or 0)
    if not own:
        raise NotFound
    return own[0]
