"""A timetable as files to take along: a workbook, and a calendar with every appointment."""

from typing import Any

from icalendar import Calendar, Event

from duijie import __version__
from duijie.domain.text import T
from duijie.services import documents
from duijie.services.documents import MadeFile
from duijie.services.meetings import calendar_files, naming, own, slots
from duijie.services.work import Work
from duijie.storage.models import Appointment, Desk, Meeting, Timetable


def workbook(work: Work, meeting: Meeting, timetable: Timetable, language: str) -> MadeFile:
    """The timetable for the wall, per desk and per requester, in one Excel file."""
    name = f"{meeting.number}-{timetable.number}"
    return documents.make(work, "timetable", _data(work, meeting, timetable, language), language, name, meeting.group_key)


def calendar(work: Work, meeting: Meeting, timetable: Timetable, language: str) -> str:
    """Every appointment as an event of its own, for whoever runs the meeting.

    An appointment keeps its UID in every version of the timetable, so that importing a later file moves the events
    that are there instead of adding new ones; SEQUENCE is the timetable's number.
    """
    calendar_ = Calendar()
    calendar_.add("prodid", f"-//duijie//{__version__}//ZH")
    calendar_.add("version", "2.0")
    calendar_.add("method", "PUBLISH")
    calendar_.add("x-wr-calname", meeting.title)
    calendar_.add_component(calendar_files.time_zone(work.office.zone.key))
    for a in _placed(timetable):
        event = Event()
        begins = slots.starts(meeting, a.slot or 0)
        event.add("uid", f"{meeting.uid}-{a.key}@duijie")
        event.add("sequence", timetable.number)
        event.add("dtstamp", work.now)
        event.add("dtstart", work.local(begins))
        event.add("dtend", work.local(slots.starts(meeting, (a.slot or 0) + a.length)))
        event.add("summary", f"{naming.party(a.case).to(language)} — {own.desks_of(a).to(language)}")
        event.add("description", f"{a.case.number} {a.case.title}")
        event.add("location", meeting.place)
        event.add("status", "CONFIRMED" if timetable.published_at else "TENTATIVE")
        calendar_.add_component(event)
    return str(calendar_.to_ical().decode())


def wall_name(appointment: Appointment) -> T:
    """What strangers may read on a wall: organisations in full, private persons masked, nobody who asked not to be named."""
    if appointment.case.anonymous:
        return naming.ANONYMOUS
    return T.same(naming.shown_name(appointment.invitation))


def _data(work: Work, meeting: Meeting, timetable: Timetable, language: str) -> dict[str, Any]:
    placed = _placed(timetable)
    desks = [d for d in meeting.desks if d.capacity or any(_at(a, d) for a in placed)]
    head = T("{when} · {place} · {number} · 时间表第 {version} 版{note}",
             en="{when} · {place} · {number} · timetable {version}{note}").fill(
        when=slots.when(work, meeting), place=meeting.place, number=meeting.number, version=timetable.number,
        note=T("", en="") if timetable.published_at else T("（未公布）", en=" (not published)"))
    return {
        "title": meeting.title,
        "subtitle": head.to(language),
        "desks": [f"{d.label} {d.department.name.to(language)}" for d in desks],
        "wall": [[slots.span(work, meeting, slot), *(_cell(placed, d, slot, language) for d in desks)]
                 for slot in range(meeting.slots)],
        "by_desk": [{"name": f"{d.label} {d.department.name.to(language)}",
                     "rows": [_at_desk(work, meeting, a, d, language) for a in placed if _at(a, d)]} for d in desks],
        "requesters": [_of_requester(work, meeting, a, language)
                       for a in sorted(placed, key=lambda a: (a.invitation.name, a.invitation_id, a.slot or 0))],
        "left": [[naming.party(a.case).to(language), own.desks_of(a).to(language), a.case.title,
                  a.unplaced_reason.to(language) if a.unplaced_reason else ""]
                 for a in timetable.appointments if a.slot is None],
    }  # fmt: skip


def _placed(timetable: Timetable) -> list[Appointment]:
    return sorted((a for a in timetable.appointments if a.slot is not None), key=lambda a: (a.slot or 0, a.id))


def _at(appointment: Appointment, desk: Desk) -> bool:
    return any(link.desk_id == desk.id for link in appointment.desks)


def _cell(placed: list[Appointment], desk: Desk, slot: int, language: str) -> str:
    here = [a for a in placed if _at(a, desk) and (a.slot or 0) <= slot < (a.slot or 0) + a.length]
    return "\n".join(wall_name(a).to(language) for a in here)


def _at_desk(work: Work, meeting: Meeting, a: Appointment, desk: Desk, language: str) -> list[str]:
    others = [link.desk.department.name.to(language) for link in a.desks if link.desk_id != desk.id]
    contact = "" if a.case.anonymous else a.invitation.contact
    return [slots.span(work, meeting, a.slot or 0, a.length), naming.party(a.case).to(language), contact, a.case.title,
            a.case.number, ("、" if language == "zh" else ", ").join(others), ""]  # fmt: skip


def _of_requester(work: Work, meeting: Meeting, a: Appointment, language: str) -> list[str]:
    hours = slots.span(work, meeting, a.slot or 0, a.length)
    return [a.invitation.name, a.invitation.contact, a.invitation.mobile, hours, own.desks_of(a).to(language), a.case.title]
