"""The demo's clock: it can be moved forward, so that reminders and escalations can be seen to come.

It is an offset in the database, so that every process agrees on it; without ``Office.demo`` it is ignored.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from duijie.domain.errors import Invalid
from duijie.domain.roles import SYSTEM, Actor
from duijie.services.plugins.switchboard import CLOCK
from duijie.services.work import Office, Work
from duijie.storage.models import FollowUp, Reminder, Setting, WebSession

FURTHEST = timedelta(days=120)
_TOGETHER = timedelta(minutes=30)  # what is due within it is run in one round


def set_now(work: Work, moment: datetime) -> None:
    """From the next piece of work on, it is ``moment``, and time goes on from there."""
    offset = (moment - datetime.now(UTC)).total_seconds()
    work.session.merge(Setting(key=CLOCK, value={"offset_seconds": offset}))


def forward(office: Office, actor: Actor, to: datetime, run_round: Callable[[], None]) -> None:
    """Move the clock to ``to``, stopping wherever something is due so that it happens at its own time.

    Raises Invalid for a moment in the past or more than 120 days ahead.
    """
    with office.write(actor) as work:
        if not work.now < to <= work.now + FURTHEST:
            raise Invalid.field("to", "请选择之后 120 天以内的时间。", "Choose a moment within the next 120 days.")
        _keep_signed_in(work, to - work.now)
        work.record("clock.moved", "clock", None, what=f"{work.local(work.now):%m-%d %H:%M} → {work.local(to):%m-%d %H:%M}")
    while (stop := _next_due(office, to)) is not None:
        _set(office, stop)
        run_round()
    _set(office, to)
    run_round()


def _keep_signed_in(work: Work, ahead: timedelta) -> None:
    """Sessions end after real time: nobody is signed out because the clock was moved."""
    for session in work.session.scalars(select(WebSession)):
        session.seen_at += ahead
        session.expires_at += ahead


def next_due(work: Work) -> datetime | None:
    """When the next reminder or step of a rule is due."""
    return _earliest(work, work.now)


def _next_due(office: Office, to: datetime) -> datetime | None:
    with office.read(SYSTEM) as work:
        due = _earliest(work, work.now + timedelta(seconds=1))
        return min(due + _TOGETHER, to) if due and due + _TOGETHER < to else None


def _earliest(work: Work, after: datetime) -> datetime | None:
    armed = select(func.min(FollowUp.due_at)).where(FollowUp.state == "armed", FollowUp.due_at > after)
    planned = select(func.min(Reminder.next_at)).where(Reminder.state == "planned", Reminder.next_at > after)
    found = [moment for moment in (work.session.scalar(armed), work.session.scalar(planned)) if moment]
    return min(found, default=None)


def _set(office: Office, moment: datetime) -> None:
    with office.write(SYSTEM) as work:
        set_now(work, moment)
