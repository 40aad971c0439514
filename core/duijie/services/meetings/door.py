"""Who stands at the door: found by part of a name, never listed without one."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services.meetings import desk, naming
from duijie.services.work import Work
from duijie.storage.models import Desk, Invitation, Meeting

MOST: Final = 8
_HAN: Final = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True, slots=True)
class Time:
    """One appointment as its requester needs it: when, where."""

    at: datetime | None
    desks: tuple[Desk, ...]
    length_minutes: int
    done: bool


def too_short(typed: str) -> bool:
    """Whether too little was typed to look for: one Chinese character or two others are enough."""
    return len(typed.strip()) < (1 if _HAN.search(typed) else 2)


def search(work: Work, meeting: Meeting, typed: str) -> list[Invitation]:
    """At most `MOST` invitations whose name, contact or department holds ``typed``; those not here first."""
    typed = typed.strip().casefold()
    if too_short(typed):
        return []
    everybody = work.session.scalars(
        select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.answer != "declined")
    ).all()
    hits = [i for i in everybody if typed in _words(i)]
    return sorted(hits, key=lambda i: (i.signed_in_at is not None, len(i.name), i.id))[:MOST]


def shown(invitation: Invitation) -> T:
    """The name as a stranger at the door may read it."""
    if invitation.department:
        return invitation.department.name
    return T.same(naming.shown_name(invitation))


def times(work: Work, invitation: Invitation) -> list[Time]:
    """The appointments of an invitation in order of time; a department has its desk's times elsewhere."""
    meeting = invitation.meeting
    mine = [a for a in desk.published(work, meeting) if a.invitation_id == invitation.id]
    return [
        Time(
            desk.starts(meeting, a), tuple(link.desk for link in a.desks), a.length * meeting.slot_minutes,
            a.progress == "done",
        )
        for a in mine
    ]  # fmt: skip


def first(work: Work, invitation: Invitation) -> Time | None:
    """The first appointment: it tells two people of one masked name apart."""
    return next(iter(times(work, invitation)), None)


def is_open(work: Work, meeting: Meeting) -> bool:
    """Whether one can sign in now."""
    same_day = work.local(meeting.starts_at).date() == work.today
    return meeting.state is MeetingState.LIVE or (meeting.state is MeetingState.SCHEDULED and same_day)


def _words(invitation: Invitation) -> str:
    if invitation.department:
        return naming.plain(invitation.department.name).casefold()
    return f"{invitation.name}\n{invitation.contact}".casefold()
