"""Plans and retires reminders in the transaction of the record they are about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select, update

from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Case, Invitation, Reminder, User
from duijie.storage.upsert import insert_new

INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who can be told something. ``user_id`` is empty for requesters, who have no account."""

    name: str
    user_id: int | None = None
    email: str = ""
    phone: str = ""
    language: str = "zh"

    @property
    def key(self) -> str:
        """The person's part of a reminder's key; an address is not readable in it."""
        if self.user_id is not None:
            return f"u{self.user_id}"
        return sha256(f"{self.name}|{self.email}|{self.phone}".encode()).hexdigest()[:16]

    def address(self, kind: str) -> str | None:
        """The address of ``kind`` (``user``, ``email``, ``phone``), or None when this person has none."""
        if kind == "user":
            return None if self.user_id is None else str(self.user_id)
        return {"email": self.email, "phone": self.phone}.get(kind) or None


@dataclass(frozen=True, slots=True)
class NewReminder:
    """One thing to tell one person at one time, by every channel that reaches them.

    ``kind`` names the rule or occasion (``meeting.day_before``, ``rule:commitment:1``); with ``about``,
    ``revision`` and the person it makes the key, so planning the same again plans nothing. ``why`` is the
    sentence that answers "why did I get this?". ``link`` is a path on this server. ``useful_until``: after it
    the reminder expires unsent. ``calendar``: an iCalendar text to attach to mail.
    """

    kind: str
    about_type: str
    about_id: int
    revision: str
    to: Recipient
    subject: T
    body: T
    why: T
    due_at: datetime
    useful_until: datetime | None = None
    link: str = ""
    calendar: str = ""


def of_user(user: User) -> Recipient:
    """A user as a recipient."""
    return Recipient(user.name.to(user.language), user.id, user.email, user.phone, user.language)


def of_requester(record: Case | Invitation) -> Recipient:
    """The requester of a case or of an invitation as a recipient."""
    return Recipient(record.contact, None, record.email, record.mobile, record.language)


def plan(work: Work, new: NewReminder) -> int:
    """Arm ``new`` on every channel that reaches the person; answers how many rows it made (0: all stood).

    Runs in the caller's transaction: either the record and its reminders are there, or neither.
    """
    return sum(_arm(work, new, channel, address) for channel, address in _ways(work, new.to).items())


def retire(
    work: Work,
    about_type: str,
    about_id: int,
    kinds: Collection[str] | None = None,
    *,
    keep: str | None = None,
    ending: str = "",
) -> int:
    """Take back what is planned about a record; answers how many.

    ``kinds`` narrows it, and so does the ``ending`` of a revision; what carries the revision ``keep`` stays. One
    that is being sent this moment cannot be called back, but is not tried again either.
    """
    these = [Reminder.about_type == about_type, Reminder.about_id == about_id]
    if kinds is not None:
        these.append(Reminder.kind.in_(kinds))
    if ending:
        these.append(Reminder.revision.endswith(ending, autoescape=True))
    if keep is not None:
        these.append(Reminder.revision != keep)
    waiting = update(Reminder).where(*these, Reminder.state.in_(("planned", "parked")))
    taken = work.session.execute(waiting.values(state="retired").returning(Reminder.id)).all()
    under_way = update(Reminder).where(*these, Reminder.state == "sending")
    work.session.execute(under_way.values(useful_until=work.now))
    return len(taken)


def planned(work: Work, about_type: str, about_id: int) -> int:
    """How many reminders about a record still wait to be sent."""
    waiting = select(func.count(Reminder.id)).where(
        Reminder.about_type == about_type,
        Reminder.about_id == about_id,
        Reminder.state.in_(("planned", "parked")),
    )
    return int(work.session.scalar(waiting) or 0)


def _ways(work: Work, to: Recipient) -> dict[str, str]:
    """``{channel: address}``; the inbox counts even while its plugin is out, so that nothing is lost."""
    kinds = {INBOX: "user"} | {n.key: n.address_of for n in work.office.notifiers.values()}
    found = {channel: to.address(kind) for channel, kind in kinds.items()}
    return {channel: address for channel, address in found.items() if address is not None}


def _arm(work: Work, new: NewReminder, channel: str, address: str) -> bool:
    key = f"{new.about_type}:{new.about_id}:{new.revision}:{new.kind}:{new.to.key}:{channel}"
    values = {
        "key": key, "about_type": new.about_type, "about_id": new.about_id, "revision": new.revision,
        "kind": new.kind, "channel": channel, "user_id": new.to.user_id, "to_name": new.to.name,
        "to_address": address, "language": new.to.language, "subject": new.subject, "body": new.body,
        "why": new.why, "link": new.link, "calendar": new.calendar, "due_at": new.due_at,
        "next_at": new.due_at, "useful_until": new.useful_until, "created_at": work.now,
    }  # fmt: skip
    return insert_new(work.session, Reminder, values) is not None
