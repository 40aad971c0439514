"""Questions about cases: what a coordinator must look at, what a department has to do, who said the same before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session, selectinload

from duijie.domain.roles import Actor
from duijie.domain.rules import Card
from duijie.domain.states import CaseState
from duijie.storage.models import Area, Assignment, Case, Commitment, Event, Extension
from duijie.storage.queries.scope import cases_open_to

BUSY: Final = (CaseState.ASSIGNED, CaseState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its cases, its number from 1, how many pages, how many in all."""

    cases: Sequence[Case]
    number: int
    pages: int
    total: int


def tabs(today: date) -> Mapping[str, ColumnElement[bool]]:
    """The inbox's lists by key. ``todo`` is all that waits for the coordinator."""
    received = Case.state == CaseState.RECEIVED
    back = select(Assignment.case_id).where(Assignment.case_id == Case.id, not_(Assignment.active)).exists()
    returned = and_(received, or_(back, Case.decline_reason != ""))
    objected = and_(Case.state.in_(BUSY), has_objection())
    busy = Case.state.in_(BUSY)
    waiting = and_(busy, wants_time())
    return {
        "todo": or_(received, objected, waiting),
        "received": and_(received, not_(returned)),
        "objected": objected,
        "returned": returned,
        "waiting": waiting,
        "due": and_(busy, or_(Case.card.is_not(None), Case.due_on <= today)),
        "open": busy,
        "answered": Case.state == CaseState.ANSWERED,
        "all": true(),
    }


def has_objection() -> ColumnElement[bool]:
    """The case has an objection that waits for the coordinator."""
    return (
        select(Assignment.id)
        .where(Assignment.case_id == Case.id, Assignment.active, Assignment.state == "objected")
        .exists()
    )


def wants_time() -> ColumnElement[bool]:
    """A department has asked for more time, and nobody has decided."""
    asked = select(Extension.id).join(Assignment, Assignment.id == Extension.assignment_id)
    return asked.where(Extension.case_id == Case.id, Extension.state == "asked", Assignment.active).exists()


def found(words: str) -> ColumnElement[bool]:
    """Every word of ``words`` stands in the number, title, text or requester; two Chinese characters are a word."""
    conditions = [
        or_(
            *(
                c.icontains(word, autoescape=True)
                for c in (Case.number, Case.title, Case.requester, Case.text)
            )
        )
        for word in words.split()[:8]
    ]
    return and_(true(), *conditions)


def narrowed(
    group: str = "", area_ids: Sequence[int] = (), words: str = "", card: str = ""
) -> ColumnElement[bool]:
    """The usual filters of a list; what is empty filters nothing."""
    conditions: list[ColumnElement[bool]] = []
    if group:
        conditions.append(Case.group_key == group)
    if area_ids:
        conditions.append(Case.area_id.in_(area_ids))
    if card in set(Card):
        conditions.append(Case.card == Card(card))
    return and_(true(), *conditions, found(words))


def counts(session: Session, actor: Actor, today: date, narrow: ColumnElement[bool]) -> dict[str, int]:
    """How many cases each of the inbox's lists holds, in one query."""
    lists = tabs(today)
    numbers = [func.count(Case.id).filter(condition).label(key) for key, condition in lists.items()]
    row = session.execute(select(*numbers).where(cases_open_to(actor), narrow)).one()
    return dict(zip(lists, row, strict=True))


def page_of(session: Session, actor: Actor, where: ColumnElement[bool], number: int, size: int = 25) -> Page:
    """One page of the cases that hold ``where``: what is urgent first, then by what is due."""
    total = session.scalar(select(func.count(Case.id)).where(cases_open_to(actor), where)) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    wanted = (
        select(Case)
        .where(cases_open_to(actor), where)
        .order_by(Case.priority.desc(), func.coalesce(Case.due_on, Case.expected_on), Case.id)
        .options(selectinload(Case.assignments))
        .limit(size)
        .offset((number - 1) * size)
    )
    return Page(session.scalars(wanted).all(), number, pages, total)


def of_departments(departments: frozenset[int], states: Sequence[CaseState]) -> Select[Case]:
    """The cases in ``states`` in which one of ``departments`` has a part, by what is due."""
    mine = select(Assignment.case_id).where(Assignment.department_id.in_(departments), Assignment.active)
    return (
        select(Case)
        .where(Case.id.in_(mine), Case.state.in_(states))
        .order_by(func.coalesce(Case.due_on, Case.expected_on), Case.id)
        .options(selectinload(Case.assignments), selectinload(Case.commitments))
    )


def open_commitments(departments: frozenset[int]) -> Select[Commitment]:
    """What ``departments`` promised and have not kept yet, by day."""
    return (
        select(Commitment)
        .where(Commitment.state == "open", Commitment.department_id.in_(departments))
        .order_by(Commitment.due_on, Commitment.id)
        .options(selectinload(Commitment.case))
    )


def history(session: Session, case_id: int) -> Sequence[Event]:
    """All that happened to a case, the latest first."""
    wanted = select(Event).where(Event.case_id == case_id).order_by(Event.at.desc(), Event.id.desc())
    return session.scalars(wanted).all()


def comparable(case: Case, most: int = 400) -> Select[Case]:
    """Open cases of the same group that could be about the same thing, the newest first."""
    kept = (CaseState.RECEIVED, *BUSY, CaseState.ANSWERED)
    return (
        select(Case)
        .where(Case.group_key == case.group_key, Case.id != case.id, Case.state.in_(kept))
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(most)
    )


def areas(session: Session, ids: frozenset[int]) -> Sequence[Area]:
    """The areas with these ids."""
    return session.scalars(select(Area).where(Area.id.in_(ids)).order_by(Area.id)).all()
