"""What is due, and when the next thing will be."""

from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from duijie.storage.models import FollowUp, Reminder


def due_follow_ups(now: datetime, limit: int) -> Select[int]:
    """Ids of the armed steps whose moment has come, the oldest first."""
    return (
        select(FollowUp.id)
        .where(
            FollowUp.state == "armed",
            FollowUp.due_at <= now,
            or_(FollowUp.retry_at.is_(None), FollowUp.retry_at <= now),
        )
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(limit)
    )


def claimable(now: datetime, channels: list[str], limit: int) -> Select[Reminder]:
    """Reminders of ``channels`` to send now that no living worker holds; locked rows are passed over."""
    return (
        select(Reminder)
        .where(
            Reminder.state == "planned",
            Reminder.next_at <= now,
            Reminder.channel.in_(channels),
            or_(Reminder.lease_until.is_(None), Reminder.lease_until < now),
        )
        .order_by(Reminder.next_at, Reminder.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def abandoned(now: datetime, channels: list[str], limit: int) -> Select[Reminder]:
    """Reminders of ``channels`` that a worker was sending when its lease ran out."""
    return (
        select(Reminder)
        .where(Reminder.state == "sending", Reminder.lease_until < now, Reminder.channel.in_(channels))
        .order_by(Reminder.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def next_due(session: Session, after: datetime) -> datetime | None:
    """The next moment after ``after`` at which a step or a reminder is due; None when nothing waits."""
    step = session.scalar(
        select(func.min(FollowUp.due_at)).where(FollowUp.state == "armed", FollowUp.due_at > after)
    )
    reminder = session.scalar(
        select(func.min(Reminder.next_at)).where(Reminder.state == "planned", Reminder.next_at > after)
    )
    return min((moment for moment in (step, reminder) if moment), default=None)
