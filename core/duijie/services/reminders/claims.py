"""Claims reminders for one worker: a short transaction, a fencing number, a lease (docs/reliability.md)."""

from datetime import timedelta

from sqlalchemy import update

from duijie.domain.roles import SYSTEM
from duijie.hooks.values import Notifier
from duijie.services.work import Office, Work
from duijie.storage.models import Delivery, Reminder
from duijie.storage.queries.due import abandoned, anything_to_do, claimable

LEASE = timedelta(seconds=60)  # of a message that is being sent
CLAIM = timedelta(seconds=2)  # of one that waits for its turn: what a dead worker held goes out soon
MOST_RECOVERIES = 5


def claim(office: Office, limit: int = 20, channels: list[str] | None = None) -> list[Reminder]:
    """Take up to ``limit`` due reminders of ``channels`` (default: all there are); nobody else gets the same.

    They come back detached, each with the ``fence`` that the later steps must show.
    """
    known = list(office.notifiers) if channels is None else [c for c in channels if c in office.notifiers]
    with office.read(SYSTEM) as work:  # a tick with nothing to do must not make writers wait
        if not work.session.scalar(anything_to_do(work.now, list(office.notifiers))):
            return []
    with office.write(SYSTEM) as work:
        _expire(work)
        _park(work)
        _recover(work, known)
        taken = list(work.session.scalars(claimable(work.now, known, limit)))
        for reminder in taken:
            reminder.fence += 1
            reminder.lease_until = work.now + CLAIM
    return sorted(taken, key=lambda r: r.recoveries)  # what killed a worker goes last: it takes nothing with it


def lease_of(notifier: Notifier) -> timedelta:
    """How long a message of this channel counts as being sent: longer than sending it may take."""
    return max(LEASE, timedelta(seconds=2 * notifier.timeout))


def _expire(work: Work) -> None:
    """What came too late to be of use is not sent; the row stays and says so."""
    late = update(Reminder).where(
        Reminder.state.in_(("planned", "parked")),
        Reminder.next_at <= work.now,
        Reminder.useful_until <= work.now,
    )
    work.session.execute(late.values(state="expired", last_error="not sent in time to be of use"))


def _park(work: Work) -> None:
    """Reminders whose channel is gone wait, and come back with it."""
    here = list(work.office.notifiers)
    gone = update(Reminder).where(
        Reminder.state == "planned", Reminder.next_at <= work.now, Reminder.channel.not_in(here)
    )
    work.session.execute(gone.values(state="parked", last_error="the channel is missing"))
    back = update(Reminder).where(Reminder.state == "parked", Reminder.channel.in_(here))
    work.session.execute(back.values(state="planned", last_error=""))


def _recover(work: Work, channels: list[str]) -> None:
    for reminder in work.session.scalars(abandoned(work.now, channels, 100)):
        _recover_one(work, reminder)


def _recover_one(work: Work, reminder: Reminder) -> None:
    """A worker died while sending: made again where the channel knows the key, else left for a person."""
    notifier = work.office.notifier(reminder.channel)
    began = (reminder.lease_until or work.now) - lease_of(notifier)
    reminder.recoveries += 1
    reminder.lease_until = None
    reminder.last_error = "a worker stopped while sending"
    outcome = Delivery(fence=reminder.fence, outcome="ambiguous", detail=reminder.last_error, at=began)
    reminder.deliveries.append(outcome)
    reminder.fence += 1  # the dead worker may yet wake: its fence no longer fits
    if not notifier.keyed:
        reminder.state = "doubtful"
    else:
        reminder.state = "dead" if reminder.recoveries >= MOST_RECOVERIES else "planned"
