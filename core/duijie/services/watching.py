"""What a coordinator keeps an eye on: cards, promises of the week, departments that have not stirred, revisits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from duijie.domain.rules import Card
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.services import revisits
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Commitment, Department
from duijie.storage.queries.scope import cases_open_to

SILENT_AFTER: Final = 2  # working days without taking a case up
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Silent:
    """A department with cases that it has not taken up for too long; ``since`` is when the first was given."""

    department: T
    cases: int
    since: date


@dataclass(frozen=True, slots=True)
class Desk:
    """``cards`` by colour, the gravest first; ``promises`` due by Sunday or overdue; ``revisits`` due."""

    cards: Sequence[tuple[Card, int]]
    promises: Sequence[Commitment]
    silent: Sequence[Silent]
    revisits: int


def desk(work: Work) -> Desk:
    """All of it, for the actor's areas."""
    return Desk(_cards(work), _promises(work), _silent(work), revisits.count_due(work))


def _cards(work: Work) -> list[tuple[Card, int]]:
    busy = Case.state.in_((CaseState.ASSIGNED, CaseState.IN_PROGRESS))
    wanted = select(Case.card, func.count()).where(cases_open_to(work.actor), busy, Case.card.is_not(None))
    counts = dict(work.session.execute(wanted.group_by(Case.card)).all())
    return [(card, counts.get(card, 0)) for card in (Card.RED, Card.YELLOW, Card.BLUE)]


def _promises(work: Work) -> Sequence[Commitment]:
    sunday = work.today + timedelta(days=6 - work.today.weekday())
    wanted = (
        select(Commitment).join(Case, Case.id == Commitment.case_id)
        .where(cases_open_to(work.actor), Commitment.state == "open", Commitment.due_on <= sunday)
        .order_by(Commitment.due_on, Commitment.id).limit(MOST).options(joinedload(Commitment.department))
    )  # fmt: skip
    return work.session.scalars(wanted).all()


def _silent(work: Work) -> list[Silent]:
    before = work.at(work.calendar.add(work.today, -SILENT_AFTER).day + timedelta(days=1))
    open_ones = Case.state.in_((CaseState.ASSIGNED, CaseState.IN_PROGRESS))
    wanted = (
        select(Department.name, func.count(), func.min(Assignment.assigned_at))
        .select_from(Assignment).join(Case, Case.id == Assignment.case_id)
        .join(Department, Department.id == Assignment.department_id)
        .where(cases_open_to(work.actor), open_ones, Assignment.active, Assignment.state == "given")
        .where(Assignment.assigned_at < before).group_by(Department.id).order_by(func.min(Assignment.assigned_at))
    )  # fmt: skip
    return [Silent(name, count, work.local(since).date()) for name, count, since in work.session.execute(wanted)]
