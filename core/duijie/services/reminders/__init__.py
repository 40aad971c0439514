"""Reminders: planned in the transaction of their record, delivered later by whoever claims them."""

from duijie.services.reminders.claims import claim
from duijie.services.reminders.delivery import deliver
from duijie.services.reminders.digests import gather_due
from duijie.services.reminders.doubts import OPEN, doubtful, given_up, send_all_again, settle_doubtful
from duijie.services.reminders.inbox import inbox, mark_read, total, unread
from duijie.services.reminders.planning import NewReminder, Recipient, of_requester, of_user, plan, retire
from duijie.services.reminders.reconciling import reconcile

__all__ = [
    "OPEN",
    "NewReminder",
    "Recipient",
    "claim",
    "deliver",
    "doubtful",
    "gather_due",
    "given_up",
    "inbox",
    "mark_read",
    "of_requester",
    "of_user",
    "plan",
    "reconcile",
    "retire",
    "send_all_again",
    "settle_doubtful",
    "total",
    "unread",
]
