"""Keeps the limits of the other side. What is over them waits for its turn; it is not lost and not a failed try.

What was sent to a place stands in the database, so that any number of workers keep one limit together.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from zlib import crc32

from sqlalchemy import func, select, update

from duijie.hooks.values import Notifier, Pace, Receipt
from duijie.services.work import Work
from duijie.storage.models import ChannelPace, Reminder
from duijie.storage.upsert import ensure

LONGEST_WAIT: Final = 24 * 3600.0
_SPREAD: Final = 50  # seconds over which those spread that waited for the hour to be over


def hold_back(work: Work, reminder: Reminder, notifier: Notifier) -> bool:
    """Whether ``reminder``, which its holder was about to send, has to wait; then it is planned anew for its turn.

    Otherwise the sending is noted. To be called in the transaction that marks it as being sent.
    """
    turn = wait_for(work, reminder, notifier)
    if turn is None:
        return False
    mine = update(Reminder).where(Reminder.id == reminder.id, Reminder.fence == reminder.fence)
    work.session.execute(mine.values(state="planned", next_at=turn, lease_until=None))
    return True


def wait_for(work: Work, reminder: Reminder, notifier: Notifier) -> datetime | None:
    """When ``reminder`` may go, if it has to wait; None when it may go now, and then its sending is noted."""
    if not _is_paced(reminder, notifier):
        return None
    bucket = _bucket(work, reminder)
    turn = _turn(work, reminder, notifier, bucket)
    if turn > work.now:
        return turn
    longest = max((pace.seconds for pace in notifier.paces), default=0.0)
    now = work.now.timestamp()
    bucket.sent = [*(at for at in bucket.sent if at > now - longest), now] if notifier.paces else []
    return None


def shut(work: Work, reminder: Reminder, receipt: Receipt) -> datetime:
    """The other side said that it was too much: nothing goes there until the moment this answers."""
    until = work.now + timedelta(seconds=min(max(receipt.wait, 1.0), LONGEST_WAIT))
    bucket = _bucket(work, reminder)
    bucket.closed_until = max(until, bucket.closed_until or until)
    return bucket.closed_until


def free_at(sent: list[float], paces: tuple[Pace, ...], now: float) -> tuple[float, Pace | None]:
    """When the next one may be sent (seconds since 1970) after ``sent`` (in order), and the limit that says so."""
    turn, binding = now, None
    for pace in paces:
        lately = [at for at in sent if at > now - pace.seconds]
        if len(lately) >= pace.most and lately[-pace.most] + pace.seconds > turn:
            turn, binding = lately[-pace.most] + pace.seconds, pace
    return turn, binding


def _is_paced(reminder: Reminder, notifier: Notifier) -> bool:
    return bool(notifier.paces or notifier.off_the_hour or reminder.outlet_id)


def _bucket(work: Work, reminder: Reminder) -> ChannelPace:
    """What is known of the place, locked until the transaction ends."""
    name = reminder.channel if reminder.outlet_id is None else f"{reminder.channel}:{reminder.outlet_id}"
    ensure(work.session, ChannelPace, bucket=name, sent=[])
    one = select(ChannelPace).where(ChannelPace.bucket == name).with_for_update()
    return work.session.scalars(one.execution_options(populate_existing=True)).one()


def _turn(work: Work, reminder: Reminder, notifier: Notifier, bucket: ChannelPace) -> datetime:
    if bucket.closed_until and bucket.closed_until > work.now:
        return bucket.closed_until
    turn, binding = free_at(bucket.sent, notifier.paces, work.now.timestamp())
    moment = datetime.fromtimestamp(turn, UTC)
    if binding:  # those that wait already go first, as many at a time as the limit lets through
        rounds = _waiting(work, reminder) // binding.most
        moment += timedelta(seconds=rounds * binding.seconds)
    return _off_the_hour(work, reminder, moment) if notifier.off_the_hour else max(moment, work.now)


def _waiting(work: Work, reminder: Reminder) -> int:
    """How many wait for their turn there."""
    moved = select(func.count(Reminder.id)).where(
        Reminder.outlet_id == reminder.outlet_id if reminder.outlet_id else Reminder.channel == reminder.channel,
        Reminder.state == "planned", Reminder.next_at > work.now, Reminder.next_at > Reminder.due_at,
    )  # fmt: skip
    return int(work.session.scalar(moved) or 0)


def _off_the_hour(work: Work, reminder: Reminder, moment: datetime) -> datetime:
    """``moment``, or somewhat later where it is in the first minute of a full or half hour."""
    local = work.local(max(moment, work.now))
    if local.minute not in (0, 30):
        return local.astimezone(UTC)
    after = local.replace(second=0, microsecond=0) + timedelta(minutes=1, seconds=crc32(reminder.key.encode()) % _SPREAD)
    return after.astimezone(UTC)
