"""What a step does when its moment has come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from duijie.domain.followup import DATES
from duijie.domain.notices import Notice
from duijie.domain.rules import Act, Anchor, Card, Rule, Step, Who
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.services import moves
from duijie.services.reminders.planning import NewReminder, plan
from duijie.services.rules import actions
from duijie.services.rules.arming import shows
from duijie.services.rules.facts import Held
from duijie.services.rules.people import Addressee, addressees, once
from duijie.services.rules.texts import day_text, message, why
from duijie.services.work import Work
from duijie.storage.models import Case, Department, FollowUp, Meeting, Revisit

_USUAL: Mapping[Act, tuple[Who, ...]] = {
    Act.ESCALATE: (Who.HEAD,),
    Act.ASK_RATING: (Who.REQUESTER,),
    Act.REOPEN: (Who.LEAD,),
    Act.REVISIT: (Who.COORDINATOR,),
}


@dataclass(frozen=True, slots=True)
class Firing:
    """A step that fires now: for which case, by which rule, tied to what. ``meeting_id``: the one missed."""

    row: FollowUp
    case: Case
    rule: Rule
    anchor: Held
    meeting_id: int | None = None

    @property
    def step(self) -> Step:
        """The step of the rule."""
        return self.rule.steps[self.row.step]


def fire(work: Work, firing: Firing) -> None:
    """Do what the step says, in the caller's transaction and in duijie's own name; the row becomes ``fired``.

    An act that no longer fits the case's state is left out and the row says so: ``skipped``.
    """
    row, own = firing.row, work.as_system()
    if not _fits(firing):
        row.state, row.stop_reason = "skipped", "the case's state no longer fits"
        return
    row.state, row.fired_at = "fired", work.now
    card = shows(firing.step.do, firing.step.card)
    row.why = row.why | {"title": firing.rule.title.as_json(), "card": card and card.value}
    work.session.flush()
    _change(own, firing, card)
    _tell(own, firing)


def recipients_of(step: Step) -> tuple[Who, ...]:
    """Whom a step tells: those it names, else the usual ones for what it does."""
    return step.to or _USUAL.get(step.do, ())


def held_by(work: Work, row: FollowUp) -> Held:
    """The anchor that a row was armed with, from what the row keeps."""
    at = work.local(datetime.fromisoformat(row.why["at"]))
    return Held(Anchor(row.anchor), row.anchor_id, at, row.why.get("department"), row.why.get("commitment"))


def _fits(firing: Firing) -> bool:
    state = firing.case.state
    if firing.step.do is Act.REVISIT:
        return state in (CaseState.ANSWERED, CaseState.CLOSED)
    if firing.step.do is Act.CLOSE:
        return state is CaseState.ANSWERED
    if firing.step.do is Act.REOPEN:
        return state in (CaseState.ANSWERED, CaseState.CLOSED)
    return state not in (CaseState.DECLINED, CaseState.MERGED)


def _change(work: Work, firing: Firing, card: Card | None) -> None:
    case, act = firing.case, firing.step.do
    if card and _graver(card, case.card):
        case.card = card
    if act is Act.FLAG and card:
        work.record("case.flagged", "case", case.id, card=card.label, rule=firing.rule.title)
    elif act is Act.ESCALATE:
        case.supervisions += 1
        work.record("case.supervised", "case", case.id, rule=firing.rule.title)
    elif act is Act.CLOSE:
        reason = message(firing.step, _values(work, firing))
        moves.move(work, case, CaseState.CLOSED, "case.closed", reason=reason)
    elif act is Act.REOPEN:
        moves.reopen(work, firing.case, firing.rule.title)
    elif act is Act.CARRY_OVER:
        case.carried_from_id = firing.meeting_id or case.carried_from_id
        work.record("case.carried_over", "case", case.id, public=True, rule=firing.rule.title)
    elif act is Act.CALL:
        actions.plan(work, firing.row.key, firing.step.action, case, firing.rule.title)
    elif act is Act.REVISIT:
        _plan_revisit(work, firing)


def _plan_revisit(work: Work, firing: Firing) -> None:
    case, row = firing.case, firing.row
    work.session.add(Revisit(
        key=row.key, case_id=case.id, case=case, stay=case.stay, rule=firing.rule.title,
        ask=message(firing.step, _values(work, firing)), due_on=work.today,
    ))  # fmt: skip
    work.record("case.revisit_planned", "case", case.id, rule=firing.rule.title)


def _graver(new: Card, old: Card | None) -> bool:
    order = [None, Card.BLUE, Card.YELLOW, Card.RED]
    return order.index(new) > order.index(old)


def _tell(work: Work, firing: Firing) -> None:
    step = firing.step
    people = addressees(work, firing.case, firing.anchor, recipients_of(step))
    for person in people:
        plan(work, _reminder(work, firing, person))


def _reminder(work: Work, firing: Firing, person: Addressee) -> NewReminder:
    case, rule, values = firing.case, firing.rule, _values(work, firing)
    at = day_text(firing.anchor.at.date(), work.today)
    return NewReminder(
        kind=f"rule:{rule.key}:{firing.row.step}:{firing.row.n}",
        about_type="case",
        about_id=case.id,
        revision=f"{firing.anchor.on.value}:{firing.anchor.id}",
        to=person.to if person.to.name else replace(person.to, name=case.requester),
        subject=T("{rule}：{number}《{title}》", en="{rule}: {number} “{title}”")
        .fill(rule=rule.title, number=case.number, title=case.title),
        body=_with_note(message(firing.step, values), work.calendar.note_on(firing.anchor.at.date())),
        why=why(rule, firing.step, at, person.instead, firing.row.n),
        due_at=work.now,
        notice=Notice.SUPERVISION if firing.step.do is Act.ESCALATE else Notice.DUE,
        useful_until=_useful_until(work, firing),
        link="/cases/revisits" if firing.step.do is Act.REVISIT else _link(case, person.who),
    )


def _with_note(body: T, note: T | None) -> T:
    """``body``, and that its date is provisional where its year is not published."""
    return T("{body}\n{note}", en="{body}\n{note}").fill(body=body, note=note) if note else body


def _useful_until(work: Work, firing: Firing) -> datetime | None:
    """A warning before a due date is of no use once that date is over."""
    if firing.anchor.on not in DATES or firing.step.after.amount > 0:
        return None
    return work.at(firing.anchor.at.date() + timedelta(days=1))


def _link(case: Case, who: Who) -> str:
    """Requesters get in by their code, which nobody keeps; everybody else by the case's own page."""
    return "/track" if who is Who.REQUESTER else f"/cases/{case.id}"


def _values(work: Work, firing: Firing) -> dict[str, object]:
    case, anchor = firing.case, firing.anchor
    due = anchor.at.date() if anchor.on in DATES else case.due_on
    department = _department(work, anchor.department_id) if anchor.department_id else None
    meeting = work.session.get(Meeting, firing.meeting_id) if firing.meeting_id else None
    return {
        "number": case.number,
        "title": case.title,
        "requester": case.requester,
        "department": department.name if department else T("主办部门", en="the lead department"),
        "due": day_text(due, work.today) if due else T("期限", en="the due date"),
        "days": abs(_days(work, anchor.at.date())),
        "meeting": meeting.title if meeting else T("对接会", en="the meeting"),
    }


def _department(work: Work, department_id: int) -> Department | None:
    return once(work, ("department", department_id), lambda: work.session.get(Department, department_id))


def _days(work: Work, since: date) -> int:
    return work.calendar.between(since, work.today)
