"""Calendar files (RFC 5545/5546): one event per person and meeting, the same UID for ever, SEQUENCE = revision."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from duijie import __version__
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services.meetings import people, slots
from duijie.services.meetings.own import Own
from duijie.services.reminders import Recipient
from duijie.services.work import Work
from duijie.storage.models import Meeting, User

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
NOBODY: Final = "mailto:noreply@duijie.invalid"  # RFC 2606: a domain that can never exist
Method = Literal["REQUEST", "CANCEL"]


def uid(meeting: Meeting, who: str) -> str:
    """The UID of one person's event. ``who``: ``u<user id>`` or ``i<invitation id>``."""
    return f"{meeting.uid}-{who}@duijie"


def file_for(
    work: Work, meeting: Meeting, to: Recipient, own: Sequence[Own], invitation_id: int | None = None
) -> str:
    """The calendar file of one person: REQUEST, or CANCEL for a cancelled meeting.

    ``own`` are the person's appointments. A requester's event lasts from their first to the end of their last;
    everybody else's lasts the whole meeting. Text, CRLF line ends, with its time zone.
    """
    cancelled = meeting.state is MeetingState.CANCELLED
    method: Method = "CANCEL" if cancelled else "REQUEST"
    calendar = Calendar()
    calendar.add("prodid", f"-//duijie//{__version__}//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", uid(meeting, f"u{to.user_id}" if to.user_id else f"i{invitation_id}"))
    event.add("sequence", meeting.revision)
    event.add("dtstamp", work.now)
    begin, end = _hours(meeting, own if to.user_id is None else ())
    event.add("dtstart", work.local(begin))
    event.add("dtend", work.local(end))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    event.add("description", _description(meeting, own).to(to.language))
    event.add("status", "CANCELLED" if cancelled else _status(meeting))
    event.add("organizer", _organizer(work, meeting))
    if attendee := _attendee(to):
        event.add("attendee", attendee)
    calendar.add_component(time_zone(work.office.zone.key))
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


@lru_cache(maxsize=4)
def time_zone(name: str) -> Timezone:
    """The zone's VTIMEZONE; searching its changes takes 60 ms, and a publication writes hundreds of files."""
    return Timezone.from_tzid(name)


def _hours(meeting: Meeting, own: Sequence[Own]) -> tuple[datetime, datetime]:
    if not own:
        return meeting.starts_at, slots.ends(meeting)
    last = max(o.slot + o.length for o in own)
    return slots.starts(meeting, min(o.slot for o in own)), slots.starts(meeting, last)


def _status(meeting: Meeting) -> str:
    return "TENTATIVE" if meeting.state in (MeetingState.DRAFT, MeetingState.INVITING) else "CONFIRMED"


def _description(meeting: Meeting, own: Sequence[Own]) -> T:
    head = T(f"对接会 {meeting.number}", en=f"Meeting {meeting.number}")
    lines = [o.line for o in own]
    return T("\n".join([head.zh, *(x.zh for x in lines)]), en="\n".join([head.en, *(x.en for x in lines)]))


def _organizer(work: Work, meeting: Meeting) -> vCalAddress:
    users = people.coordinators(work, meeting)
    known = next((user for user in users if user.email), None)
    address = vCalAddress(f"mailto:{known.email}" if known else NOBODY)
    address.params["CN"] = vText(_name(known) if known else "duijie")
    return address


def _attendee(to: Recipient) -> vCalAddress | None:
    where = f"mailto:{to.email}" if to.email else f"tel:{to.phone}" if to.phone else None
    if where is None:
        return None
    address = vCalAddress(where)
    address.params["CN"] = vText(to.name)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("NEEDS-ACTION")
    address.params["RSVP"] = vText("FALSE")
    return address


def _name(user: User) -> str:
    return user.name.to(user.language)
