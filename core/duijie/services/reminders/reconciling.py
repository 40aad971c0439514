"""Asks channels that can look it up what became of messages of which nobody knows whether they arrived."""

from datetime import timedelta
from typing import Final

from sqlalchemy import update

from duijie.domain.roles import SYSTEM
from duijie.hooks.faults import Failed
from duijie.hooks.values import DeliveryOutcome, Receipt
from duijie.services.reminders.claims import MOST_RECOVERIES
from duijie.services.reminders.delivery import MOST_REFUSALS, message_of
from duijie.services.work import Office
from duijie.storage.models import Delivery, Reminder
from duijie.storage.queries.due import doubtful_since

EVERY: Final = timedelta(seconds=20)
SETTLED: Final = timedelta(seconds=60)  # the other side has written its log by then


def reconcile(office: Office, limit: int = 100) -> int:
    """Look up to ``limit`` doubtful messages up; answers how many were settled. What stays open is for a person."""
    able = [key for key, notifier in office.notifiers.items() if notifier.look_up]
    if not able:
        return 0
    with office.read(SYSTEM) as work:
        found = work.session.scalars(doubtful_since(work.now - SETTLED, able, limit)).all()
    return sum(_look_up(office, reminder) for reminder in found)


def _look_up(office: Office, reminder: Reminder) -> bool:
    notifier, last = office.notifier(reminder.channel), reminder.deliveries[-1]
    owner = office.catalogue.notifiers[notifier.key].plugin
    message = message_of(office, reminder, last.at)
    try:
        said = office.plugins.call(owner, "duijie_notifiers", notifier.look_up or notifier.send, message,
                                   office.context_of(owner), seconds=notifier.timeout)  # fmt: skip
    except Failed:  # recorded by then, and a person can still settle it
        return False
    if said.outcome is DeliveryOutcome.AMBIGUOUS:
        return False
    return _settle(office, reminder, said)


def _settle(office: Office, reminder: Reminder, said: Receipt) -> bool:
    """It arrived, or it is sent again; False when a person was quicker."""
    arrived, detail = said.outcome is DeliveryOutcome.ACCEPTED, said.detail[:2000]
    tries = reminder.attempts + (not arrived)
    hopeless = tries >= MOST_REFUSALS or reminder.recoveries >= MOST_RECOVERIES
    with office.write(SYSTEM) as work:
        open_one = update(Reminder).where(
            Reminder.id == reminder.id, Reminder.fence == reminder.fence, Reminder.state == "doubtful"
        )
        result: dict[str, object] = (
            {"state": "sent", "sent_at": work.now, "last_error": ""}
            if arrived
            else {"state": "dead" if hopeless else "planned", "next_at": work.now, "attempts": tries, "last_error": detail}
        )
        if work.session.scalar(open_one.values(**result).returning(Reminder.id)) is None:
            return False
        work.session.add(
            Delivery(reminder_id=reminder.id, fence=reminder.fence, outcome=said.outcome, detail=detail, at=work.now)
        )
        return True
