"""What an appointment ended in: recorded once per department, corrected while the meeting is live."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select

from duijie.domain.errors import Conflict, Invalid, NotFound
from duijie.domain.rules import Anchor
from duijie.domain.states import CaseState, OutcomeKind, ReplyKind
from duijie.domain.text import T
from duijie.services import casework, follow_up, moves, people, reminders
from duijie.services.meetings import desk
from duijie.services.meetings.access import manages
from duijie.services.typed import needed
from duijie.services.work import Work
from duijie.storage.models import Appointment, Case, Department, Meeting, Outcome

TEXT_OF: Final = {
    OutcomeKind.ANSWERED: T("答复内容", en="the reply"),
    OutcomeKind.COMMITTED: T("承诺事项", en="what is promised"),
    OutcomeKind.TRANSFERRED: T("转办理由", en="why it goes to another department"),
    OutcomeKind.SITE_VISIT: T("踏勘事项", en="what is to be looked at"),
    OutcomeKind.NOT_HEARD: T("未对接的原因", en="why it was not heard"),
}
SITE_VISIT: Final = T("现场踏勘：", en="Site visit: ")
PROMISES: Final = (OutcomeKind.COMMITTED, OutcomeKind.SITE_VISIT)


@dataclass(frozen=True)
class _Told:
    """What the representative typed, checked."""

    kind: OutcomeKind
    text: str
    result: ReplyKind | None
    working_days: int
    officer: str
    transfer_to: Department | None


@dataclass(frozen=True)
class _Talk:
    """The appointment at hand. ``counts``: this department's outcome is the one that counts for the case."""

    meeting: Meeting
    appointment: Appointment
    case: Case
    counts: bool


def record_outcome(
    work: Work,
    appointment_id: int,
    department_id: int,
    kind: OutcomeKind,
    *,
    text: str,
    result: ReplyKind | None = None,
    working_days: int | None = None,
    officer: str = "",
    transfer_to: int | None = None,
) -> Outcome:
    """Record what a department's talk ended in, with all that follows from it for the case.

    ``result`` goes with answered, ``working_days`` (1 to 250) with a commitment or a site visit, ``officer``
    with a commitment, ``transfer_to`` (a department's id) with transferred. Raises Invalid, NotFound for
    another's desk, Conflict when it is recorded already, Refused while the meeting is not live.
    """
    talk = _talk(work, appointment_id, department_id)
    if any(o.department_id == department_id for o in talk.appointment.outcomes):
        raise Conflict(
            T("这一场已经有记录了，没有重复保存。如需修改，请用“更正”。",
              en="This is recorded already; nothing was saved twice. To change it, use “Correct”.")
        )
    told = _checked(work, department_id, kind, text, result, working_days, officer, transfer_to)
    outcome = Outcome(
        meeting_id=talk.meeting.id, appointment=talk.appointment, case_id=talk.case.id,
        department_id=department_id, kind=kind, text=told.text, transferred_to=told.transfer_to,
        by=work.actor.name, at=work.now,
    )  # fmt: skip
    work.session.add(outcome)
    work.session.flush()
    _apply(_speaking_for(work, department_id), talk, outcome, told)
    _finish(work, talk)
    return outcome


def withdraw_outcome(work: Work, outcome_id: int) -> Appointment:
    """Take a record back while the meeting is live, with what followed from it; the talk is open again.

    The history keeps both. Raises NotFound, Refused.
    """
    found = work.session.get(Outcome, outcome_id)
    if found is None:
        raise NotFound
    talk = _talk(work, found.appointment_id, found.department_id)
    _undo(_speaking_for(work, found.department_id), talk, found)
    work.record("case.outcome_withdrawn", "case", talk.case.id, public=True,
                department=found.department.name, outcome=found.kind.label, text=found.text)  # fmt: skip
    talk.appointment.outcomes.remove(found)
    work.session.delete(found)
    talk.appointment.progress, talk.appointment.ended_at = "talking", None
    work.session.flush()
    follow_up.sync(work, talk.case)
    return talk.appointment


def correct_outcome(
    work: Work,
    outcome_id: int,
    kind: OutcomeKind,
    *,
    text: str,
    result: ReplyKind | None = None,
    working_days: int | None = None,
    officer: str = "",
    transfer_to: int | None = None,
) -> Outcome:
    """Record something else instead, while the meeting is live. Raises what `record_outcome` raises."""
    old = work.session.get(Outcome, outcome_id)
    if old is None:
        raise NotFound
    department_id, ended = old.department_id, old.appointment.ended_at
    appointment = withdraw_outcome(work, outcome_id)
    new = record_outcome(
        work, appointment.id, department_id, kind, text=text, result=result,
        working_days=working_days, officer=officer, transfer_to=transfer_to,
    )  # fmt: skip
    if appointment.progress == "done":
        appointment.ended_at = ended  # the talk ended then; only its record is later
    work.session.flush()
    return new


def _talk(work: Work, appointment_id: int, department_id: int) -> _Talk:
    appointment, meeting = desk.taken(work, appointment_id)
    at = [link.desk.department_id for link in appointment.desks]
    if department_id not in at:
        raise NotFound
    if department_id not in work.actor.departments and not manages(work, meeting):
        raise NotFound
    locked = select(Case).where(Case.id == appointment.case_id).with_for_update(of=Case)
    case = work.session.scalars(locked.execution_options(populate_existing=True)).one()
    lead = case.lead
    leads_here = lead is not None and lead.department_id in at
    counts = not leads_here or (lead is not None and lead.department_id == department_id)
    return _Talk(meeting, appointment, case, counts)


def _checked(
    work: Work, department_id: int, kind: OutcomeKind, text: str, result: ReplyKind | None,
    working_days: int | None, officer: str, transfer_to: int | None,
) -> _Told:  # fmt: skip
    text = needed(text, "text", TEXT_OF[kind].zh, TEXT_OF[kind].en)
    if kind is OutcomeKind.ANSWERED and result is None:
        raise Invalid.field("result", "请选择办理结果。", "Choose the result.")
    if kind in PROMISES:
        if working_days is None:
            raise Invalid.field("working_days", "请填写几个工作日内完成。", "Enter the working days.")
        casework.due_after(work, working_days)
    if kind is OutcomeKind.COMMITTED:
        officer = needed(officer, "officer", "责任人", "who answers for it", 100)
    target = None
    if kind is OutcomeKind.TRANSFERRED:
        target = work.session.get(Department, transfer_to) if transfer_to else None
        if target is None or target.id == department_id:
            raise Invalid.field("transfer_to", "请选择要转交的其他部门。", "Choose another department.")
    return _Told(kind, text, result, working_days or 0, officer.strip(), target)


def _apply(work: Work, talk: _Talk, outcome: Outcome, told: _Told) -> None:
    case, department = talk.case, outcome.department_id
    if told.kind is OutcomeKind.ANSWERED and told.result is not None:
        outcome.reply = casework.reply(
            work, case, department, told.result, told.text, "meeting", talk.meeting.id
        )
    elif told.kind in PROMISES:
        outcome.former_due_on = case.due_on
        prefix = SITE_VISIT.to(case.language) if told.kind is OutcomeKind.SITE_VISIT else ""
        outcome.commitment = casework.commit(
            work, case, department, prefix + told.text, told.working_days, told.officer, talk.meeting.id
        )
    elif told.kind is OutcomeKind.TRANSFERRED:
        _transfer(work, talk, outcome)
    elif talk.counts or len(talk.appointment.desks) == 1:
        carry_over(work, talk.meeting, case, f"outcome{outcome.id}", outcome.text)
    work.session.flush()


def _transfer(work: Work, talk: _Talk, outcome: Outcome) -> None:
    case, name = talk.case, outcome.department.name
    to = outcome.transferred_to.name if outcome.transferred_to else T("", en="")
    case.first_contact_at = case.first_contact_at or work.now
    work.record("case.transferred", "case", case.id, public=True, department=name, to=to, text=outcome.text)
    people.tell_coordinators(
        work, case, "case.transferred",
        T("{d}建议将 {n} 转{to}办理", en="{d} proposes to hand {n} to {to}")
        .fill(d=name, n=case.number, to=to),
        T("《{t}》\n对接会上{d}说明：{x}\n请确认并调整交办。",
          en="“{t}”\nAt the meeting {d} said: {x}\nPlease confirm and change the assignment.")
        .fill(t=case.title, d=name, x=outcome.text),
    )  # fmt: skip


def carry_over(work: Work, meeting: Meeting, case: Case, anchor_id: str, reason: str) -> None:
    """The case was not heard: the next meeting finds it, and its group's rules for this moment run."""
    work.record("case.not_heard", "case", case.id, public=True, reason=reason)
    if case.state.is_open:
        case.carried_from_id = meeting.id
        casework.touch(case)
        work.session.flush()
        follow_up.moment(work, case, Anchor.NOT_HEARD, anchor_id, meeting=meeting)


def _undo(work: Work, talk: _Talk, outcome: Outcome) -> None:
    if outcome.reply is not None:
        _undo_reply(work, talk, outcome)
    if outcome.commitment is not None:
        outcome.commitment.state = "withdrawn"
        _restore_due(talk.case, outcome)
        outcome.commitment = None
    if outcome.kind is OutcomeKind.TRANSFERRED:
        reminders.retire(work, "case", talk.case.id, {"case.transferred"})
    if outcome.kind is OutcomeKind.NOT_HEARD and talk.case.carried_from_id == talk.meeting.id:
        talk.case.carried_from_id = None
    work.session.flush()


def _undo_reply(work: Work, talk: _Talk, outcome: Outcome) -> None:
    """The reply goes, its message too where it is not sent yet; a case that it had answered is open again."""
    case, reply = talk.case, outcome.reply
    assert reply is not None  # noqa: S101  # the caller looked
    reminders.retire(work, "case", case.id, {"case.answered"})
    for given in case.assignments:
        if given.active and given.department_id == outcome.department_id and given.done_at == reply.at:
            given.state, given.done_at = "accepted", None
    if case.state is CaseState.ANSWERED and case.answered_at == reply.at:
        case.answered_at = None
        reason = T("对接会上的答复已更正", en="the reply at the meeting was corrected")
        moves.move(work, case, CaseState.IN_PROGRESS, "case.reopened", public=False, reason=reason)
    outcome.reply = None
    case.replies.remove(reply)
    work.session.delete(reply)


def _restore_due(case: Case, outcome: Outcome) -> None:
    promise, lead = outcome.commitment, case.lead
    moved = promise is not None and case.due_on == promise.due_on != outcome.former_due_on
    if moved and outcome.former_due_on and lead and lead.department_id == outcome.department_id:
        case.due_on = case.expected_on = lead.due_on = outcome.former_due_on


def _finish(work: Work, talk: _Talk) -> None:
    """The talk is over once the outcome that counts is there, or every desk has its own."""
    appointment = talk.appointment
    had = {o.department_id for o in appointment.outcomes}
    if talk.counts or had >= {link.desk.department_id for link in appointment.desks}:
        heard = any(o.kind is not OutcomeKind.NOT_HEARD for o in appointment.outcomes)
        if heard:
            desk.came(work, appointment)
        appointment.progress = "done"
        appointment.ended_at = work.now
        appointment.started_at = (appointment.started_at or work.now) if heard else None
    work.session.flush()


def _speaking_for(work: Work, department_id: int) -> Work:
    """The same work, by somebody who runs the meeting and records what a department said at the table."""
    own = copy(work)
    own.actor = replace(work.actor, departments=work.actor.departments | {department_id})
    return own
