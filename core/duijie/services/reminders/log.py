"""The log of messages about the cases and meetings of somebody's areas: planned, each try, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import selectinload

from duijie.domain.errors import Conflict, NotFound, Refused
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
    "gathered": T("等待每日汇总", en="Waiting for the digest"),
    "contained": T("已并入汇总", en="Sent in the digest"),
    "unwanted": T("本人选择不收", en="Its person chose not to get it"),
}
_OWN_WORDS: Final[Mapping[str, T]] = {
    "a worker stopped while sending": T("发送途中系统曾中断", en="the system stopped while sending it"),
    "not sent in time to be of use": T("没能在有用的时间内发出", en="it could not be sent in time to be of use"),
    "the channel is missing": T("这个渠道已停用或尚未设置", en="its channel is off or not set up"),
    "the channel was switched off": T("这个渠道已停用", en="its channel was switched off"),
}
_UNREACHED: Final = "no connection: "  # with which the channels begin, and what the system said
WAITING: Final = ("planned", "sending", "gathered")
TROUBLED: Final = ("dead", "doubtful", "parked", "expired")
VIEWS: Final[Mapping[str, tuple[T, tuple[str, ...]]]] = {
    "waiting": (T("待发送", en="Planned"), WAITING),
    "sent": (T("已发送", en="Sent"), ("sent", "contained")),
    "trouble": (T("未送达", en="Not delivered"), TROUBLED),
    "retired": (T("已撤回", en="Taken back"), ("retired", "unwanted")),
    "all": (T("全部", en="All"), ()),
}


def told(detail: str) -> T | str:
    """What was noted of a try, in the reader's language where it is our own; what the other side said as it is."""
    if detail.startswith(_UNREACHED):
        rest = detail.removeprefix(_UNREACHED)
        return T(f"连不上对方的服务器（{rest}）", en=f"the other server could not be reached ({rest})")
    return _OWN_WORDS.get(detail, detail)


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log. ``numbers`` names the cases and meetings: ``{("case", 1): "QF-2026-0001"}``."""

    reminders: Sequence[Reminder]
    numbers: Mapping[tuple[str, int], str]
    pages: int


def read(work: Work, view: str = "waiting", text: str = "", page: int = 1, channel: str = "") -> LogPage:
    """Page ``page`` (from 1) of one of `VIEWS`; what waits by its time, the rest newest first.

    ``text`` narrows it to a part of a case's or meeting's number or of a person's or group's name, ``channel`` to one
    channel. What was refused and is being tried again stands with what was not delivered.
    """
    _, states = VIEWS.get(view, VIEWS["waiting"])
    refused = and_(Reminder.state == "planned", Reminder.attempts > 0)
    wanted = select(Reminder).where(in_own_areas(work))
    if states:
        wanted = wanted.where(or_(Reminder.state.in_(states), *([refused] if states == TROUBLED else [])))
    if channel:
        wanted = wanted.where(Reminder.channel == channel)
    if text.strip():
        wanted = wanted.where(_about(text.strip()))
    total = work.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = (Reminder.due_at.desc(), Reminder.id.desc())
    order = (Reminder.next_at, Reminder.id) if states == WAITING else newest
    some = wanted.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    found = work.session.scalars(some.options(selectinload(Reminder.deliveries))).all()
    return LogPage(found, numbers(work, found), max(1, -(-total // PAGE)))


def may_try_again(reminder: Reminder) -> bool:
    """Whether somebody may have it sent again now: it was given up, or it was refused and waits for its next try."""
    return reminder.state == "dead" or (reminder.state == "planned" and reminder.attempts > 0)


def try_again(work: Work, reminder_id: int) -> None:
    """Send a message again that was given up or refused, with all its tries before it.

    Raises NotFound when it is not the actor's, Refused when it has lost its sense, Conflict when it went meanwhile.
    """
    reminder = work.session.scalar(select(Reminder).where(Reminder.id == reminder_id, in_own_areas(work)))
    if reminder is None:
        raise NotFound
    if reminder.useful_until is not None and reminder.useful_until <= work.now:
        raise Refused(T("这条消息已经过时，不再发送。", en="This message has lost its sense and is not sent any more."))
    stuck = update(Reminder).where(
        Reminder.id == reminder_id, or_(Reminder.state == "dead", and_(Reminder.state == "planned", Reminder.attempts > 0))
    )
    again = stuck.values(state="planned", next_at=work.now, attempts=0, recoveries=0, lease_until=None, last_error="")
    if not work.session.execute(again.returning(Reminder.id)).first():
        raise Conflict(T("这条消息已经不需要重发，请刷新页面。", en="It need not be sent again: reload the page."))
    work.record("reminder.again", reminder.about_type, reminder.about_id, subject=reminder.subject, to=reminder.to_name)


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
