"""Questions of the ledger and of the figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session, selectinload

from duijie.domain.roles import Actor
from duijie.domain.states import AssignmentRole, CaseState, ReplyKind
from duijie.storage.models import (
    Area,
    Assignment,
    Case,
    Department,
    Event,
    FormVersion,
    Rating,
    Reply,
    Revisit,
    Submission,
)
from duijie.storage.queries.cases import Page, found
from duijie.storage.queries.scope import cases_open_to


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What part of the ledger is wanted; what is empty filters nothing.

    ``since`` and ``until`` are moments between which a case was received (``until`` excluded). ``overdue_on``: open
    and due before this day.
    """

    group: str = ""
    area_ids: tuple[int, ...] = ()
    department_id: int | None = None
    state: CaseState | None = None
    topic: str = ""
    since: datetime | None = None
    until: datetime | None = None
    overdue_on: date | None = None
    words: str = ""

    def condition(self) -> ColumnElement[bool]:
        """The filter as a condition on cases."""
        wanted: list[ColumnElement[bool]] = [true()]
        if self.group:
            wanted.append(Case.group_key == self.group)
        if self.area_ids:
            wanted.append(Case.area_id.in_(self.area_ids))
        if self.topic:
            wanted.append(Case.topic == self.topic)
        if self.since:
            wanted.append(Case.received_at >= self.since)
        if self.until:
            wanted.append(Case.received_at < self.until)
        return and_(*wanted, self._standing(), found(self.words))

    def _standing(self) -> ColumnElement[bool]:
        wanted: list[ColumnElement[bool]] = [true()]
        if self.department_id is not None:
            has_part = select(Assignment.case_id).where(
                Assignment.department_id == self.department_id, Assignment.active
            )
            wanted.append(Case.id.in_(has_part))
        if self.state:
            wanted.append(Case.state == self.state)
        if self.overdue_on:
            late = (CaseState.RECEIVED, CaseState.ASSIGNED, CaseState.IN_PROGRESS)
            wanted.append(
                and_(Case.state.in_(late), func.coalesce(Case.due_on, Case.expected_on) < self.overdue_on)
            )
        return and_(*wanted)


@dataclass(frozen=True, slots=True)
class Fact:
    """What the figures need of one case. ``department_id`` leads it; ``result`` is its last reply's."""

    case_id: int
    department_id: int
    state: CaseState
    due_on: date | None
    first_contact_at: datetime | None
    answered_at: datetime | None
    stars: int | None
    result: ReplyKind | None


def page_of(session: Session, actor: Actor, wanted: LedgerFilter, number: int, size: int = 50) -> Page:
    """One page of the ledger, the latest case first."""
    condition = wanted.condition()
    total = session.scalar(select(func.count(Case.id)).where(cases_open_to(actor), condition)) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    cases = _ledger(actor, condition).limit(size).offset((number - 1) * size)
    return Page(session.scalars(cases).all(), number, pages, total)


def all_of(session: Session, actor: Actor, wanted: LedgerFilter, most: int) -> Sequence[Case]:
    """The whole ledger as filtered, at most ``most`` cases."""
    return session.scalars(_ledger(actor, wanted.condition()).limit(most)).all()


def areas_seen(session: Session, actor: Actor) -> Sequence[Area]:
    """The areas that the actor's ledger can hold: a coordinator's own, else those of the cases."""
    own = Area.id.in_(actor.areas or select(Case.area_id).where(cases_open_to(actor)))
    return session.scalars(select(Area).where(own).order_by(Area.id)).all()


def departments_seen(session: Session, actor: Actor) -> Sequence[Department]:
    """The departments that have a part in a case of the actor's ledger."""
    seen = (
        select(Assignment.department_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(Assignment.active, cases_open_to(actor))
    )
    return session.scalars(select(Department).where(Department.id.in_(seen)).order_by(Department.id)).all()


def extensions(session: Session, case_ids: Sequence[int]) -> dict[int, int]:
    """How often each case's deadline was moved out."""
    counted = (
        select(Event.case_id, func.count(Event.id))
        .where(Event.kind == "case.extended", Event.case_id.in_(case_ids))
        .group_by(Event.case_id)
    )
    return {case_id: n for case_id, n in session.execute(counted) if case_id is not None}


def revisits(session: Session, case_ids: Sequence[int]) -> dict[int, Revisit]:
    """The last revisit of each case that reached somebody."""
    made = select(Revisit).where(Revisit.case_id.in_(case_ids), Revisit.state == "done", Revisit.result != "unreachable")
    return {revisit.case_id: revisit for revisit in session.scalars(made.order_by(Revisit.done_at, Revisit.id))}


def facts(session: Session, actor: Actor, wanted: LedgerFilter) -> list[Fact]:
    """The assigned cases that ``wanted`` holds, each with its lead department, in three queries."""
    cases = (
        select(
            Case.id,
            Assignment.department_id,
            Case.state,
            Case.due_on,
            Case.first_contact_at,
            Case.answered_at,
        )
        .join(Assignment, and_(Assignment.case_id == Case.id, Assignment.active))
        .where(Assignment.role == AssignmentRole.LEAD, cases_open_to(actor), wanted.condition())
    )
    rows = session.execute(cases.order_by(Case.id)).all()
    mine = select(Case.id).where(cases_open_to(actor), wanted.condition())
    rated = select(Rating.case_id, Rating.stars).where(Rating.case_id.in_(mine)).order_by(Rating.id)
    replied = select(Reply.case_id, Reply.kind).where(Reply.case_id.in_(mine)).order_by(Reply.id)
    stars = dict(session.execute(rated).all())
    results = dict(session.execute(replied).all())
    return [Fact(*row, stars.get(row[0]), results.get(row[0])) for row in rows]


def answered(session: Session, actor: Actor, wanted: LedgerFilter) -> list[tuple[str, str, str, dict[str, Any]]]:
    """(group, topic, digest of the form's version, answers) of the same cases as `facts`, in one query."""
    led = select(Assignment.case_id).where(Assignment.active, Assignment.role == AssignmentRole.LEAD)
    rows = session.execute(
        select(Case.group_key, Case.topic, Submission.form_digest, Submission.answers)
        .join(Submission, Submission.case_id == Case.id)
        .where(Case.id.in_(led), cases_open_to(actor), wanted.condition())
    )
    return [(group, topic, digest, answers) for group, topic, digest, answers in rows]


def forms(session: Session, digests: Collection[str]) -> dict[str, dict[str, Any]]:
    """The content of versions of forms by their digests."""
    found = session.execute(select(FormVersion.digest, FormVersion.content).where(FormVersion.digest.in_(digests)))
    return dict(found.all())


def _ledger(actor: Actor, condition: ColumnElement[bool]) -> Select[Case]:
    return (
        select(Case)
        .where(cases_open_to(actor), condition)
        .order_by(Case.received_at.desc(), Case.id.desc())
        .options(selectinload(Case.assignments), selectinload(Case.replies), selectinload(Case.ratings))
    )
