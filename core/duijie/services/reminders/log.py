"""The log of reminders about the cases and meetings of somebody's areas: planned, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from duijie.domain.text import T
from duijie.services.reminders.doubts import in_own_areas
from duijie.services.work import Work
from duijie.storage.models import Case, Meeting, Reminder

PAGE: Final = 50
STATES: Final[Mapping[str, T]] = {
    "planned": T("待发送", en="Planned"),
    "sending": T("发送中", en="Being sent"),
    "sent": T("已发送", en="Sent"),
    "retired": T("已撤回", en="Taken back"),
    "expired": T("过时未发", en="Too late, not sent"),
    "doubtful": T("是否送达待核实", en="Arrival to be checked"),
    "dead": T("多次未成，已停发", en="Given up"),
    "parked": T("渠道停用，等待恢复", en="Waiting for its channel"),
}
WAITING: Final = ("planned", "sending")
TROUBLED: Final = ("dead", "doubtful", "parked", "expired")
VIEWS: Final[Mapping[str, tuple[T, tuple[str, ...]]]] = {
    "waiting": (T("待发送", en="Planned"), WAITING),
    "sent": (T("已发送", en="Sent"), ("sent",)),
    "trouble": (T("未送达", en="Not delivered"), TROUBLED),
    "retired": (T("已撤回", en="Taken back"), ("retired",)),
}


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log. ``numbers`` names the cases and meetings: ``{("case", 1): "QF-2026-0001"}``."""

    reminders: Sequence[Reminder]
    numbers: Mapping[tuple[str, int], str]
    pages: int


def read(work: Work, view: str = "waiting", text: str = "", page: int = 1) -> LogPage:
    """Page ``page`` (from 1) of one of `VIEWS`; what waits by its time, the rest newest first.

    ``text`` narrows it to a part of a case's or meeting's number or of a person's name.
    """
    _, states = VIEWS.get(view, VIEWS["waiting"])
    wanted = select(Reminder).where(in_own_areas(work), Reminder.state.in_(states))
    if text.strip():
        wanted = wanted.where(_about(text.strip()))
    total = work.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = (Reminder.due_at.desc(), Reminder.id.desc())
    order = (Reminder.next_at, Reminder.id) if states == WAITING else newest
    some = wanted.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    found = work.session.scalars(some.options(selectinload(Reminder.deliveries))).all()
    return LogPage(found, numbers(work, found), max(1, -(-total // PAGE)))


def numbers(work: Work, found: Sequence[Reminder]) -> dict[tuple[str, int], str]:
    """The numbers of the cases and meetings that these reminders are about."""
    named: dict[tuple[str, int], str] = {}
    for about, key, number in (("case", Case.id, Case.number), ("meeting", Meeting.id, Meeting.number)):
        ids = {r.about_id for r in found if r.about_type == about}
        if ids:
            rows = work.session.execute(select(key, number).where(key.in_(ids)))
            named |= {(about, row[0]): row[1] for row in rows}
    return named


def _about(text: str) -> ColumnElement[bool]:
    cases = select(Case.id).where(Case.number.icontains(text, autoescape=True))
    meetings = select(Meeting.id).where(Meeting.number.icontains(text, autoescape=True))
    return or_(
        Reminder.to_name.icontains(text, autoescape=True),
        and_(Reminder.about_type == "case", Reminder.about_id.in_(cases)),
        and_(Reminder.about_type == "meeting", Reminder.about_id.in_(meetings)),
    )
