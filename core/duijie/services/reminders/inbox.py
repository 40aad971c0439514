"""A user's inbox: the reminders of the in-app channel, which have arrived once they are sent."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, func, select, update

from duijie.domain.errors import NotFound
from duijie.services.reminders.planning import INBOX
from duijie.services.work import Work
from duijie.storage.models import Reminder


def inbox(
    work: Work, user_id: int, *, limit: int = 100, skip: int = 0, unread_only: bool = False
) -> Sequence[Reminder]:
    """The user's messages: what is unread first, the newest first. Only the user themselves sees any."""
    mine = select(Reminder).where(_arrived(work, user_id))
    if unread_only:
        mine = mine.where(Reminder.read_at.is_(None))
    order = Reminder.read_at.is_not(None), Reminder.sent_at.desc(), Reminder.id.desc()
    return work.session.scalars(mine.order_by(*order).limit(limit).offset(skip)).all()


def total(work: Work, user_id: int) -> int:
    """How many messages the user has, read or not."""
    return int(work.session.scalar(select(func.count(Reminder.id)).where(_arrived(work, user_id))) or 0)


def unread(work: Work, user_id: int) -> int:
    """How many messages the user has not read."""
    count = select(func.count(Reminder.id)).where(_arrived(work, user_id), Reminder.read_at.is_(None))
    return int(work.session.scalar(count) or 0)


def mark_read(work: Work, reminder_id: int | None = None) -> int:
    """Mark one of the actor's messages, or all, as read; answers how many. NotFound for another's."""
    mine = _arrived(work, work.actor.user_id)
    if reminder_id is not None:
        mine = and_(mine, Reminder.id == reminder_id)
        if work.session.scalar(select(Reminder.id).where(mine)) is None:
            raise NotFound
    unseen = update(Reminder).where(mine, Reminder.read_at.is_(None)).values(read_at=work.now)
    return len(work.session.execute(unseen.returning(Reminder.id)).all())


def _arrived(work: Work, user_id: int | None) -> ColumnElement[bool]:
    own = user_id if work.actor.kind == "system" or user_id == work.actor.user_id else None
    if own is None:
        return false()
    return and_(Reminder.user_id == own, Reminder.channel == INBOX, Reminder.state == "sent")
