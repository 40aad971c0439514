"""What is due."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from duijie.storage.models import Case, Delivery, FollowUp, Meeting, Reminder


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


def cases_to_lock(follow_ups: Collection[int]) -> Select[Case]:
    """The cases of these steps, locked until the transaction ends; those that others have locked are passed over."""
    theirs = select(FollowUp.case_id).where(FollowUp.id.in_(follow_ups))
    return select(Case).where(Case.id.in_(theirs)).order_by(Case.id).with_for_update(skip_locked=True, of=Case)


def steps(follow_ups: Collection[int]) -> Select[FollowUp]:
    """These steps, in the order in which they came due."""
    return select(FollowUp).where(FollowUp.id.in_(follow_ups)).order_by(FollowUp.due_at, FollowUp.id)


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


def anything_to_do(now: datetime, channels: list[str]) -> Select[bool]:
    """Whether any reminder is due, was abandoned, or waits for one of ``channels``, which are here.

    Asked one by one, so that each finds its way through the index whatever the database's statistics say.
    """
    due = exists().where(Reminder.state == "planned", Reminder.next_at <= now)
    left = exists().where(Reminder.state == "sending", Reminder.lease_until < now)
    back = exists().where(Reminder.state == "parked", Reminder.channel.in_(channels))
    late = exists().where(Reminder.state == "parked", Reminder.useful_until <= now)
    return select(or_(due, left, back, late))


def abandoned(now: datetime, channels: list[str], limit: int) -> Select[Reminder]:
    """Reminders of ``channels`` that a worker was sending when its lease ran out."""
    return (
        select(Reminder)
        .where(Reminder.state == "sending", Reminder.lease_until < now, Reminder.channel.in_(channels))
        .order_by(Reminder.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def doubtful_since(before: datetime, channels: list[str], limit: int) -> Select[Reminder]:
    """Doubtful reminders of ``channels`` whose last attempt ended before ``before``, with their attempts."""
    last = select(func.max(Delivery.at)).where(Delivery.reminder_id == Reminder.id).scalar_subquery()
    found = select(Reminder).where(Reminder.state == "doubtful", Reminder.channel.in_(channels), last <= before)
    return found.order_by(Reminder.id).limit(limit).options(selectinload(Reminder.deliveries))


def given_up(since: datetime) -> Select[int, Reminder]:
    """(area, reminder) of the reminders about cases and meetings that were given up since, with their attempts."""
    last = select(func.max(Delivery.at)).where(Delivery.reminder_id == Reminder.id).scalar_subquery()
    area = func.coalesce(Case.area_id, Meeting.area_id)
    return (
        select(area, Reminder)
        .outerjoin(Case, and_(Reminder.about_type == "case", Case.id == Reminder.about_id))
        .outerjoin(Meeting, and_(Reminder.about_type == "meeting", Meeting.id == Reminder.about_id))
        .where(Reminder.state == "dead", area.is_not(None), last >= since)
        .options(selectinload(Reminder.deliveries))
    )
