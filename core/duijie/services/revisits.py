"""Revisits (回访): whom to call, what they said, and what follows from it."""

from typing import Final

from sqlalchemy import Select, func, select

from duijie.domain.errors import Forbidden, Invalid, Refused
from duijie.domain.roles import Actor
from duijie.domain.rules import Anchor
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.services import casework, find, follow_up, moves, people
from duijie.services.rules.ruleset import applies, rules_of
from duijie.services.typed import needed, optional
from duijie.services.work import Work
from duijie.storage.models import Case, Revisit
from duijie.storage.queries.scope import cases_open_to

RESULTS: Final = {
    "satisfied": T("满意，销号", en="Satisfied: done"),
    "unsatisfied": T("不满意，退回重办", en="Not satisfied: back to the department"),
    "unreachable": T("未联系上，下一个工作日再打", en="Nobody reached: again the next working day"),
}
TRIES: Final = 3  # calls that reach nobody; then the revisit ends as it is
_ASKED_OF: Final = (CaseState.ANSWERED, CaseState.CLOSED)
MOST_SHOWN: Final = 200


def planned(work: Work) -> list[Revisit]:
    """The revisits that the actor's areas still owe, the oldest first, 200 at most."""
    wanted = _still_owed(work.actor).order_by(Revisit.due_on, Revisit.id).limit(MOST_SHOWN)
    return list(work.session.scalars(wanted))


def count_due(work: Work) -> int:
    """How many of them are due today or were before."""
    due = _still_owed(work.actor).where(Revisit.due_on <= work.today)
    return work.session.scalar(select(func.count()).select_from(due.subquery())) or 0


def done(work: Work, limit: int = 50) -> list[Revisit]:
    """The latest revisits of the actor's areas that were made."""
    made = (
        select(Revisit).join(Case, Case.id == Revisit.case_id)
        .where(cases_open_to(work.actor), Revisit.state == "done").order_by(Revisit.done_at.desc()).limit(limit)
    )  # fmt: skip
    return list(work.session.scalars(made))


def record(work: Work, revisit_id: int, version: int | None, result: str, note: str) -> Revisit:
    """Write down what a call or visit came to; ``result`` is a key of `RESULTS`.

    Satisfied closes an answered case. Not satisfied sends it back by the group's rules on
    `Anchor.REVISITED_BADLY`, or straight where it has none. Raises Invalid, Forbidden, NotFound, Conflict,
    Refused when the case has gone on meanwhile.
    """
    revisit = find.revisit(work, revisit_id, version)
    case = revisit.case
    if not people.coordinates(work, case):
        raise Forbidden
    if revisit.state != "planned" or revisit.stay != case.stay or case.state not in _ASKED_OF:
        raise Refused(T("这次回访已经登记，或诉求已经重新办理。请刷新页面。",
                        en="This revisit is recorded, or the case goes on already. Reload the page."))
    if result not in RESULTS:
        raise Invalid.field("result", "请选择回访结果。", "Choose what the revisit came to.")
    unsatisfied = result == "unsatisfied"
    note = needed(note, "note", "哪里没有解决", "what is not solved", 1000) if unsatisfied else optional(note, "note", 1000)
    if result == "unreachable" and revisit.tries + 1 < TRIES:
        _again(work, revisit, note)
        return revisit
    revisit.state, revisit.result, revisit.note = "done", result, note
    revisit.by, revisit.done_at = work.actor.name, work.now
    casework.touch(case)
    work.record("case.revisited", "case", case.id, public=result != "unreachable", result=RESULTS[result], text=note)
    work.session.flush()
    _follow(work, case, revisit)
    return revisit


def _again(work: Work, revisit: Revisit, note: str) -> None:
    revisit.tries += 1
    revisit.note = note
    revisit.due_on = work.calendar.add(work.today, 1).day
    work.record("case.revisited", "case", revisit.case_id, result=RESULTS["unreachable"], text=note)
    work.session.flush()


def _follow(work: Work, case: Case, revisit: Revisit) -> None:
    if revisit.result == "satisfied" and case.state is CaseState.ANSWERED:
        moves.move(work, case, CaseState.CLOSED, "case.closed", reason=T("回访满意", en="satisfied at the revisit"))
    if revisit.result != "unsatisfied":
        return
    bad = [r for r in rules_of(work, case.group_key) if r.on is Anchor.REVISITED_BADLY and applies(work, r, case)]
    if any(step.on for rule in bad for step in rule.steps):
        follow_up.moment(work, case, Anchor.REVISITED_BADLY, f"revisit-{revisit.id}")
    if case.state in _ASKED_OF:
        casework.reopen(work, case, revisit.note)


def _still_owed(actor: Actor) -> Select[Revisit]:
    return (
        select(Revisit).join(Case, Case.id == Revisit.case_id)
        .where(cases_open_to(actor), Revisit.state == "planned", Revisit.stay == Case.stay, Case.state.in_(_ASKED_OF))
    )  # fmt: skip
