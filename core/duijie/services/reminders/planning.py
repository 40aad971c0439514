"""Plans and retires reminders in the transaction of the record they are about."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from hashlib import sha256
from typing import Any

from sqlalchemy import func, not_, select, update

from duijie.domain.notices import Notice, notice_of
from duijie.domain.telling import INBOX, Telling
from duijie.domain.text import T
from duijie.services.reminders.posting import outlets_for
from duijie.services.reminders.records import where
from duijie.services.reminders.wishes import telling_of
from duijie.services.reminders.worded import worded
from duijie.services.work import Work
from duijie.storage.models import Case, Invitation, Outlet, Reminder, User
from duijie.storage.upsert import insert_new

__all__ = ["INBOX", "WAITING", "NewReminder", "Recipient", "arm", "of_requester", "of_user", "plan", "planned", "retire"]

WAITING = ("planned", "parked", "gathered")
NOTHING = T("", en="")
_A_PLAN = not_(Reminder.kind.startswith("event:"))  # what happened stays true, whatever becomes of the plans


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

    ``kind`` names the rule or occasion (``meeting.before:1440``, ``rule:commitment:1``); with ``about``,
    ``revision`` and the person it makes the key, so planning the same again plans nothing. ``why`` is the
    sentence that answers "why did I get this?". ``link`` is a path on this server. ``useful_until``: after it
    the reminder expires unsent. ``calendar``: an iCalendar text to attach to mail. ``notice`` is what kind of
    notice it is, where ``kind`` does not say so; ``original`` its words before the administrator's took their place.
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
    notice: Notice | None = None
    original: dict[str, Any] = field(default_factory=dict)

    @property
    def of_kind(self) -> Notice:
        """What kind of notice it is."""
        return self.notice or notice_of(self.kind)


def of_user(user: User) -> Recipient:
    """A user as a recipient."""
    return Recipient(user.name.to(user.language), user.id, user.email, user.phone, user.language)


def of_requester(record: Case | Invitation) -> Recipient:
    """The requester of a case or of an invitation as a recipient."""
    return Recipient(record.contact, None, record.email, record.mobile, record.language)


def plan(work: Work, new: NewReminder) -> int:
    """Arm ``new`` on every channel by which the person wants it, and on their groups' outlets.

    Answers how many rows it made (0: all stood). Runs in the caller's transaction: either the record and its
    reminders are there, or neither.
    """
    new, lies = worded(work, new), where(work, new.about_type, new.about_id)
    telling = telling_of(work, new.to.user_id, lies)
    wanted = {c: a for c, a in ways(work, new.to).items() if telling.wants(new.of_kind, c)}
    made = sum(arm(work, new, channel, address, telling) for channel, address in wanted.items())
    return made + sum(_post(work, new, outlet) for outlet in outlets_for(work, new.to.user_id, new.of_kind, lies))


def schedule(work: Work, telling: Telling, channel: str, new: NewReminder) -> tuple[str, datetime]:
    """(state, next_at) of ``new`` on ``channel``: at once, after the quiet hours, or with the daily list.

    An invitation's calendar file would be lost in a list, so it goes by itself.
    """
    due = work.local(new.due_at)
    if channel == INBOX:
        return "planned", new.due_at
    gathers = telling.gathers(new.of_kind) and not new.calendar
    digest = telling.next_digest(due) if gathers else None
    if digest is not None and (new.useful_until is None or digest < new.useful_until):
        return "gathered", digest
    return "planned", telling.moment(new.of_kind, due, new.useful_until)


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
    these = [Reminder.about_type == about_type, Reminder.about_id == about_id, _A_PLAN]
    if kinds is not None:
        these.append(Reminder.kind.in_(kinds))
    if ending:
        these.append(Reminder.revision.endswith(ending, autoescape=True))
    if keep is not None:
        these.append(Reminder.revision != keep)
    waiting = update(Reminder).where(*these, Reminder.state.in_(WAITING))
    taken = work.session.execute(waiting.values(state="retired").returning(Reminder.id)).all()
    under_way = update(Reminder).where(*these, Reminder.state == "sending")
    work.session.execute(under_way.values(useful_until=work.now))
    return len(taken)


def planned(work: Work, about_type: str, about_id: int) -> int:
    """How many reminders about a record still wait to be sent."""
    waiting = select(func.count(Reminder.id)).where(
        Reminder.about_type == about_type,
        Reminder.about_id == about_id,
        Reminder.state.in_(WAITING),
        _A_PLAN,
    )
    return int(work.session.scalar(waiting) or 0)


def ways(work: Work, to: Recipient) -> dict[str, str]:
    """``{channel: address}``; the inbox counts even while its plugin is out, so that nothing is lost."""
    kinds = {INBOX: "user"} | {n.key: n.address_of for n in work.office.notifiers.values()}
    found = {channel: to.address(kind) for channel, kind in kinds.items()}
    return {channel: address for channel, address in found.items() if address is not None}


def arm(work: Work, new: NewReminder, channel: str, address: str, telling: Telling) -> bool:
    """One row on one channel, unless it stands already."""
    state, next_at = schedule(work, telling, channel, new)
    return _insert(work, new, new.to.key, channel, state=state, next_at=next_at, user_id=new.to.user_id,
                   to_name=new.to.name, to_address=address, language=new.to.language, body=new.body)  # fmt: skip


def _post(work: Work, new: NewReminder, outlet: Outlet) -> bool:
    """One row for an outlet, however many of its people are told the same."""
    daily = time.fromisoformat(outlet.digest_at) if outlet.digest_at else None
    telling = Telling(digest_at=daily, digest=frozenset(Notice))
    state, next_at = schedule(work, telling, outlet.channel, replace(new, calendar=""))
    return _insert(work, new, f"o{outlet.id}", outlet.channel, state=state, next_at=next_at,
                   outlet_id=outlet.id, to_name=outlet.name, to_address="",
                   language=outlet.language, body=new.body if outlet.whole else NOTHING)  # fmt: skip


def _insert(work: Work, new: NewReminder, to: str, channel: str, **own: object) -> bool:
    values = {
        "key": f"{new.about_type}:{new.about_id}:{new.revision}:{new.kind}:{to}:{channel}",
        "about_type": new.about_type, "about_id": new.about_id, "revision": new.revision, "kind": new.kind,
        "channel": channel, "notice": new.of_kind.value, "subject": new.subject, "why": new.why, "link": new.link,
        "calendar": new.calendar, "due_at": new.due_at, "useful_until": new.useful_until, "created_at": work.now,
        "original": new.original,
    }  # fmt: skip
    return insert_new(work.session, Reminder, values | own) is not None
