"""Delivers what is due: claim, mark, send outside any transaction, settle each message by its fence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from time import monotonic, sleep
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from duijie.domain.errors import Busy
from duijie.domain.roles import SYSTEM
from duijie.hooks.faults import Failed, Paused
from duijie.hooks.values import DeliveryOutcome, Message, Notifier, OutgoingFile, Receipt
from duijie.services.reminders import pacing, posting
from duijie.services.reminders.claims import LEASE, claim, lease_of
from duijie.services.work import Office, Work
from duijie.storage.models import Delivery, Reminder
from duijie.storage.queries.delivering import BEGIN, LOG, SETTLE

MOST_REFUSALS = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
_BREATH = 0.5  # seconds before a database that was not to be had is tried again
_RESTING = 60.0  # seconds until a channel that is paused after failures is asked again
_random = SystemRandom()


class Begun(NamedTuple):
    """When an attempt began: ``at`` by the office's clock, which a demo moves; ``real`` by one that nobody moves."""

    at: datetime
    real: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message that was sent and how it ended; not yet written down."""

    reminder: Reminder
    receipt: Receipt


def deliver(office: Office, limit: int = 20, channels: list[str] | None = None) -> int:
    """Send up to ``limit`` due reminders of ``channels`` (default: all); answers how many were claimed.

    Any number of threads and processes may do this at once. A channel that fails costs only its own messages.
    """
    claimed = claim(office, limit, channels)
    made: Attempt | None = None
    for reminder in claimed:
        begun = _turn(office, made, reminder)
        made = _attempt(office, reminder, begun) if begun else None
    if made:
        _turn(office, made, None)
    return len(claimed)


def pause(refusals: int) -> timedelta:
    """How long to wait after so many refusals: exponential, with full jitter so that retries spread."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (refusals - 1))
    return timedelta(seconds=_random.uniform(1, longest.total_seconds()))


def _turn(office: Office, made: Attempt | None, coming: Reminder | None) -> Begun | None:
    """Settle the attempt just made and begin the next, in one transaction: one wait for the disk instead of two.

    The moment at which it began; None when ``coming`` is not ours any more. What was sent must not be forgotten:
    while its lease lasts, settling is tried again where the database is held by others or down.
    """
    end, again = monotonic() + LEASE.total_seconds(), False
    while True:
        try:
            with office.write(SYSTEM) as work:
                if made and not (again and _is_logged(work, made)):
                    settle(work, made.reminder, office.notifier(made.reminder.channel), made.receipt)
                return _begin(work, coming) if coming else None
        except (Busy, OperationalError):
            if made is None or monotonic() >= end:
                raise
            again = True
            sleep(_BREATH)


def _is_logged(work: Work, made: Attempt) -> bool:
    """Whether settling it was done, though the answer got lost on the way."""
    same = select(Delivery.id).where(
        Delivery.reminder_id == made.reminder.id, Delivery.fence == made.reminder.fence,
        Delivery.outcome == made.receipt.outcome,
    )  # fmt: skip
    return work.session.scalar(same.limit(1)) is not None


def _begin(work: Work, reminder: Reminder) -> Begun | None:
    """Commit "sending" before the message leaves; None when it was taken back, or is another worker's by now.

    One whose channel has been switched off meanwhile is left to be parked.
    """
    if reminder.channel not in work.office.notifiers:
        return None
    notifier = work.office.notifier(reminder.channel)
    mine = {"reminder": reminder.id, "held": reminder.fence, "lease": work.now + lease_of(notifier)}
    is_mine = work.session.connection().execute(BEGIN, mine).first() is not None
    if not is_mine or pacing.hold_back(work, reminder, notifier):
        return None
    return Begun(work.now, work.office.clock.now())


def _attempt(office: Office, reminder: Reminder, begun: Begun) -> Attempt | None:
    """Send it. A process that was stopped meanwhile for longer than its lease does not: another has it by now."""
    notifier = office.notifier(reminder.channel)
    if office.clock.now() - begun.real > lease_of(notifier):
        return None
    message = posting.addressed(office, reminder, message_of(office, reminder, begun.at))
    return Attempt(reminder, posting.discreet(message, send(office, notifier, message)))


def send(office: Office, notifier: Notifier, message: Message) -> Receipt:
    """Hand ``message`` to the channel, outside any transaction; whatever the channel does, this answers."""
    owner = office.catalogue.notifiers[notifier.key].plugin
    try:
        receipt = office.plugins.call(owner, "duijie_notifiers", notifier.send, message, office.context_of(owner),
                                      seconds=notifier.timeout)  # fmt: skip
    except Paused as error:  # nothing was tried, so it is no failed try
        return Receipt(DeliveryOutcome.REFUSED, str(error), wait=_RESTING)
    except Failed as error:  # a channel is a plugin: what it raises tells nothing of what it sent
        return Receipt(DeliveryOutcome.AMBIGUOUS, str(error))
    if not isinstance(receipt, Receipt) or not isinstance(receipt.wait, int | float):
        return Receipt(DeliveryOutcome.AMBIGUOUS, f"answered {type(receipt).__name__}, not a sound Receipt")
    return receipt


def settle(work: Work, reminder: Reminder, notifier: Notifier, receipt: Receipt) -> bool:
    """Write down how an attempt ended; False (and nothing but the log) when the claim was lost meanwhile."""
    line, said = work.session.connection(), receipt.detail[:2000]
    line.execute(LOG, {"reminder_id": reminder.id, "fence": reminder.fence, "outcome": receipt.outcome, "detail": said,
                       "at": work.now})  # fmt: skip
    accepted = receipt.outcome is DeliveryOutcome.ACCEPTED
    unclear = receipt.outcome is DeliveryOutcome.AMBIGUOUS and not notifier.keyed
    too_much = receipt.wait > 0 and not accepted and not unclear  # the other side's limit is no failed try
    refusals = reminder.attempts + (not accepted and not unclear and not too_much)
    state = "sent" if accepted else "doubtful" if unclear else "dead" if refusals >= MOST_REFUSALS else "planned"
    again = pacing.shut(work, reminder, receipt) if too_much else work.now + pause(max(1, refusals))
    result = {
        "becomes": state, "sent": work.now if accepted else None, "said": "" if accepted else said, "refusals": refusals,
        "again_at": again if state == "planned" else reminder.next_at,
    }  # fmt: skip
    mine = {"reminder": reminder.id, "held": reminder.fence}
    return line.execute(SETTLE, mine | result).first() is not None


def message_of(office: Office, reminder: Reminder, now: datetime) -> Message:
    """The reminder as its channel gets it."""
    calendar = OutgoingFile("invite.ics", "text/calendar", reminder.calendar.encode())
    return Message(
        key=reminder.key,
        to_name=reminder.to_name,
        to_address=reminder.to_address,
        subject=reminder.subject.to(reminder.language),
        body=reminder.body.to(reminder.language),
        language=reminder.language,
        sent_at=now,
        files=(calendar,) if reminder.calendar else (),
        link=f"{office.public_url}{reminder.link}" if reminder.link else "",
        why=reminder.why.to(reminder.language),
    )
