"""Calendar files (RFC 5545/5546): one event per person and meeting, the same UID for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final, Literal

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from duijie import __version__
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services.meetings import leads, people, slots
from duijie.services.meetings.own import Own
from duijie.services.reminders import Recipient
from duijie.services.work import Work
from duijie.storage.models import Meeting

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
NOBODY: Final = "noreply@duijie.invalid"  # RFC 2606: a domain that can never exist
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True, slots=True)
class Part:
    """One person's part in a meeting: who, under which UID, with which appointments, answered how.

    ``own`` decides the hours of a requester (from the first to the end of the last); everybody else's are the
    whole meeting's. ``asks``: an answer is wanted. ``delegated_from`` is the address of whoever sent them.
    """

    to: Recipient
    uid: str
    own: Sequence[Own] = ()
    sequence: int = 0
    partstat: str = "NEEDS-ACTION"
    asks: bool = False
    delegated_from: str = ""
    link: str = ""


def uid(meeting: Meeting, who: str) -> str:
    """The UID of one person's event. ``who``: ``u<user id>`` or ``i<invitation id>``."""
    return f"{meeting.uid}-{who}@duijie"


def file_of(work: Work, meeting: Meeting, part: Part, method: Method) -> str:
    """The calendar file of one person. Text, CRLF line ends, with its time zone."""
    calendar = Calendar()
    calendar.add("prodid", f"-//duijie//{__version__}//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(time_zone(work.office.zone.key))
    calendar.add_component(event_of(work, meeting, part, cancelled=method == "CANCEL", scheduling=True))
    return str(calendar.to_ical().decode())


def event_of(
    work: Work, meeting: Meeting, part: Part, *, cancelled: bool = False, scheduling: bool = False, stamp: datetime | None = None
) -> Event:
    """One person's event. ``scheduling``: with organizer and attendee, which only belong in a message between them.

    ``stamp`` is when it was last changed, where it is no message that is written now.
    """
    event = Event()
    event.add("uid", part.uid)
    event.add("sequence", part.sequence)
    event.add("dtstamp", stamp or work.now)
    begin, end = hours(meeting, part)
    event.add("dtstart", work.local(begin))
    event.add("dtend", work.local(end))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    event.add("description", _description(meeting, part.own).to(part.to.language))
    event.add("status", "CANCELLED" if cancelled else _status(meeting))
    if part.link and work.office.public_url:
        event.add("url", f"{work.office.public_url}{part.link}")
    if scheduling:
        event.add("organizer", _organizer(work, meeting))
        if attendee := _attendee(part):
            event.add("attendee", attendee)
    if not cancelled and (last := min(leads.of_meeting(work, meeting), default=None)):
        event.add_component(_alarm(meeting, last))
    return event


def marks(meeting: Meeting, part: Part) -> tuple[str, str]:
    """Digests of what an answer is about (time and place), and of all that the person reads in their calendar."""
    begin, end = hours(meeting, part)
    about = "|".join((begin.isoformat(), end.isoformat(), meeting.place))
    read = "|".join((about, meeting.title, _status(meeting), *(o.line.zh for o in part.own), part.to.email))
    return sha256(about.encode()).hexdigest(), sha256(read.encode()).hexdigest()


def hours(meeting: Meeting, part: Part) -> tuple[datetime, datetime]:
    """From when until when the person is expected."""
    if not part.own or part.to.user_id is not None:
        return meeting.starts_at, slots.ends(meeting)
    last = max(o.slot + o.length for o in part.own)
    return slots.starts(meeting, min(o.slot for o in part.own)), slots.starts(meeting, last)


@lru_cache(maxsize=4)
def time_zone(name: str) -> Timezone:
    """The zone's VTIMEZONE; searching its changes takes 60 ms, and a publication writes hundreds of files."""
    return Timezone.from_tzid(name)


def _status(meeting: Meeting) -> str:
    return "TENTATIVE" if meeting.state in (MeetingState.DRAFT, MeetingState.INVITING) else "CONFIRMED"


def _description(meeting: Meeting, own: Sequence[Own]) -> T:
    head = T(f"对接会 {meeting.number}", en=f"Meeting {meeting.number}")
    lines = [o.line for o in own]
    return T("\n".join([head.zh, *(x.zh for x in lines)]), en="\n".join([head.en, *(x.en for x in lines)]))


def _alarm(meeting: Meeting, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", meeting.title)
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm


def _organizer(work: Work, meeting: Meeting) -> vCalAddress:
    """Where answers go: to the mailbox that is read where there is one, else to a coordinator, who notes them."""
    known = next((user for user in people.coordinators(work, meeting) if user.email), None)
    address = vCalAddress(f"mailto:{work.office.reply_address or (known.email if known else NOBODY)}")
    address.params["CN"] = vText(known.name.to(known.language) if known else "duijie")
    return address


def _attendee(part: Part) -> vCalAddress | None:
    to = part.to
    where = f"mailto:{to.email}" if to.email else f"tel:{to.phone}" if to.phone else None
    if where is None:
        return None
    address = vCalAddress(where)
    address.params["CN"] = vText(to.name)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText(part.partstat)
    address.params["RSVP"] = vText("TRUE" if part.asks else "FALSE")
    if part.delegated_from:
        address.params["DELEGATED-FROM"] = vText(f"mailto:{part.delegated_from}")
    return address
