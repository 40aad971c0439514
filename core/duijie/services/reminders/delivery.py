"""Delivers what is due: claim, mark, send outside any transaction, settle each message by its fence."""

from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import update

from duijie.domain.errors import Busy
from duijie.domain.roles import SYSTEM
from duijie.hooks.faults import Failed, Paused
from duijie.hooks.values import DeliveryOutcome, Message, Notifier, OutgoingFile, Receipt
from duijie.services.reminders import pacing, posting
from duijie.services.reminders.claims import LEASE, claim
from duijie.services.work import Office, Work
from duijie.storage.models import Delivery, Reminder

MOST_REFUSALS = 8
TRIES_TO_SETTLE = 6
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
_random = SystemRandom()


def deliver(office: Office, limit: int = 20, channels: list[str] | None = None) -> int:
    """Send up to ``limit`` due reminders of ``channels`` (default: all); answers how many were claimed.

    Any number of threads and processes may do this at once. A channel that fails costs only its own messages.
    """
    claimed = claim(office, limit, channels)
    for reminder in claimed:
        _deliver_one(office, reminder)
    return len(claimed)


def pause(refusals: int) -> timedelta:
    """How long to wait after so many refusals: exponential, with full jitter so that retries spread."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (refusals - 1))
    return timedelta(seconds=_random.uniform(1, longest.total_seconds()))


def _deliver_one(office: Office, reminder: Reminder) -> None:
    notifier = office.notifiers[reminder.channel]
    begun = _begin(office, reminder, notifier)
    if begun is None:
        return  # taken back, or another worker's by now
    message = posting.addressed(office, reminder, _message(office, reminder, begun))
    _keep(office, reminder, notifier, posting.discreet(message, send(office, notifier, message)))


def _keep(office: Office, reminder: Reminder, notifier: Notifier, receipt: Receipt) -> None:
    """Settle, also where another writer holds the database for a while: what was sent must not be forgotten."""
    for _ in range(TRIES_TO_SETTLE - 1):
        try:
            with office.write(SYSTEM) as work:
                settle(work, reminder, notifier, receipt)
            return
        except Busy:
            continue  # each try has waited for its turn already
    with office.write(SYSTEM) as work:
        settle(work, reminder, notifier, receipt)


def _begin(office: Office, reminder: Reminder, notifier: Notifier) -> datetime | None:
    """Commit "sending" first, with a lease that outlasts the send; None when it is no longer ours."""
    with office.write(SYSTEM) as work:
        mine = update(Reminder).where(
            Reminder.id == reminder.id, Reminder.fence == reminder.fence, Reminder.state == "planned"
        )
        lease = max(LEASE, timedelta(seconds=2 * notifier.timeout))
        changed = mine.values(state="sending", lease_until=work.now + lease).returning(Reminder.id)
        mine_now = work.session.execute(changed).first() is not None
        return work.now if mine_now and not pacing.hold_back(work, reminder, notifier) else None


def send(office: Office, notifier: Notifier, message: Message) -> Receipt:
    """Hand ``message`` to the channel, outside any transaction; whatever the channel does, this answers."""
    owner = office.catalogue.notifiers[notifier.key].plugin
    try:
        receipt = office.plugins.call(owner, "duijie_notifiers", notifier.send, message, office.context_of(owner),
                                      seconds=notifier.timeout)  # fmt: skip
    except Paused as error:
        return Receipt(DeliveryOutcome.REFUSED, str(error))
    except Failed as error:  # a channel is a plugin: what it raises tells nothing of what it sent
        return Receipt(DeliveryOutcome.AMBIGUOUS, str(error))
    if not isinstance(receipt, Receipt) or not isinstance(receipt.wait, int | float):
        return Receipt(DeliveryOutcome.AMBIGUOUS, f"answered {type(receipt).__name__}, not a sound Receipt")
    return receipt


def settle(work: Work, reminder: Reminder, notifier: Notifier, receipt: Receipt) -> bool:
    """Write down how an attempt ended; False (and nothing but the log) when the claim was lost meanwhile."""
    attempt = Delivery(
        reminder_id=reminder.id, fence=reminder.fence, outcome=receipt.outcome, detail=receipt.detail[:2000],
        at=work.now,
    )  # fmt: skip
    work.session.add(attempt)
    mine = update(Reminder).where(
        Reminder.id == reminder.id, Reminder.fence == reminder.fence, Reminder.state == "sending"
    )
    changed = mine.values(**_result(work, reminder, notifier, receipt)).returning(Reminder.id)
    return work.session.execute(changed).first() is not None


def _result(work: Work, reminder: Reminder, notifier: Notifier, receipt: Receipt) -> dict[str, object]:
    common: dict[str, object] = {"lease_until": None, "last_error": receipt.detail[:2000]}
    if receipt.outcome is DeliveryOutcome.ACCEPTED:
        return common | {"state": "sent", "sent_at": work.now, "last_error": ""}
    if receipt.outcome is DeliveryOutcome.AMBIGUOUS and not notifier.keyed:
        return common | {"state": "doubtful"}
    if receipt.wait > 0:
        return common | {"state": "planned", "next_at": pacing.shut(work, reminder, receipt)}
    refusals = reminder.attempts + 1
    if refusals >= MOST_REFUSALS:
        return common | {"state": "dead", "attempts": refusals}
    return common | {"state": "planned", "attempts": refusals, "next_at": work.now + pause(refusals)}


def _message(office: Office, reminder: Reminder, now: datetime) -> Message:
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
