"""Draws a person's feeds (RFC 5545): their meetings as events, their department's promises as tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Todo
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from duijie import __version__
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services import accounts, reminders
from duijie.services.meetings import calendar_entries, calendar_files, own, people
from duijie.services.meetings.calendar_files import Part
from duijie.services.work import Work
from duijie.storage.models import Commitment, Event, Invitation, Meeting, User
from duijie.storage.queries.scope import meetings_open_to

PAST: Final = timedelta(days=90)
_ABOUT: Final = T("{number} {title}\n{department}，经办：{officer}", en="{number} {title}\n{department}, officer: {officer}")
_STATUS: Final = {"open": "NEEDS-ACTION", "kept": "COMPLETED", "withdrawn": "CANCELLED"}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as text with CRLF line ends, and when anything in it last changed. The same records draw the same text."""

    text: str
    changed_at: datetime


def meetings(work: Work, user: User) -> Feed:
    """The meetings that the person coordinates or goes to, with their own appointments; the last 90 days and on.

    Who declined, or for whom somebody else comes, does not see the meeting; a cancelled one says that it is.
    """
    actor = accounts.actor_of(work, user)
    wanted = (
        select(Meeting)
        .where(meetings_open_to(actor), Meeting.state != MeetingState.DRAFT, Meeting.starts_at > work.now - PAST)
        .options(selectinload(Meeting.invitations)).order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip
    mine = [(m, i) for m in work.session.scalars(wanted) for i in _places(work, user, m, actor.areas, actor.departments)]
    stamps = _changes(work, "meeting", {m.id for m, _ in mine})
    entries = calendar_entries.by_user(work, user.id, [m.id for m, _ in mine])
    calendar = _calendar(T("我的对接会", en="My meetings").to(user.language))
    if mine:
        calendar.add_component(calendar_files.time_zone(work.office.zone.key))
    for meeting, invitation in mine:
        entry, to = entries.get(meeting.id), reminders.of_user(user)
        part = Part(
            to, calendar_entries.who(meeting, invitation, to),
            own.of_invitation(work, meeting, meeting.published, invitation) if invitation else (),
            entry.sequence if entry else meeting.revision, link=f"/meetings/{meeting.id}",
        )  # fmt: skip
        cancelled, stamp = meeting.state is MeetingState.CANCELLED, stamps.get(meeting.id, meeting.created_at)
        calendar.add_component(calendar_files.event_of(work, meeting, part, cancelled=cancelled, stamp=stamp))
    return _feed(calendar, stamps.values(), user)


def commitments(work: Work, user: User) -> Feed:
    """What the person's departments promised: what is open, and what ended within the last 90 days."""
    departments = accounts.actor_of(work, user).departments
    recently = and_(Commitment.state != "open", Commitment.due_on > work.today - PAST)
    wanted = select(Commitment).where(
        Commitment.department_id.in_(departments), or_(Commitment.state == "open", recently)
    ).order_by(Commitment.due_on, Commitment.id)  # fmt: skip
    found = work.session.scalars(wanted).all()
    stamps = _changes(work, "case", {promise.case_id for promise in found})
    uids = _uids(work, user, {promise.meeting_id for promise in found if promise.meeting_id})
    calendar = _calendar(T("本部门的承诺事项", en="My department's commitments").to(user.language))
    for promise in found:
        calendar.add_component(_todo(work, promise, uids, stamps.get(promise.case_id), user.language))
    return _feed(calendar, stamps.values(), user)


def _places(
    work: Work, user: User, meeting: Meeting, areas: frozenset[int], departments: frozenset[int]
) -> list[Invitation | None]:
    """The invitation that the person goes by, or None for who coordinates; empty when they do not go."""
    for invitation in meeting.invitations:
        theirs = invitation.department_id in departments and invitation.answer != "declined"
        if theirs and any(to.user_id == user.id for to in people.of_invitation(work, meeting, invitation)):
            return [invitation]
    return [None] if meeting.area_id in areas else []


def _todo(work: Work, promise: Commitment, uids: dict[int, str], stamp: datetime | None, language: str) -> Todo:
    task, case = Todo(), promise.case
    task.add("uid", f"commitment-{promise.id}-{case.number}@duijie")
    task.add("dtstamp", stamp or work.at(promise.made_on))
    task.add("sequence", promise.version)
    task.add("summary", promise.text)
    task.add("description", _ABOUT.fill(number=case.number, title=case.title, department=promise.department.name,
                                        officer=promise.officer or "—").to(language))
    task.add("dtstart", promise.made_on)
    task.add("due", max(promise.due_on, promise.made_on + timedelta(days=1)))  # RFC 5545: later than its start
    task.add("status", _STATUS[promise.state])
    task.add("percent-complete", 100 if promise.state == "kept" else 0)
    if promise.state == "kept" and promise.kept_at:
        task.add("completed", promise.kept_at)
    if work.office.public_url:
        task.add("url", f"{work.office.public_url}/cases/{case.id}")
    if uid := uids.get(promise.meeting_id or 0):
        task.add("related-to", uid)
    return task


def _uids(work: Work, user: User, meeting_ids: Iterable[int]) -> dict[int, str]:
    """The UID under which the person's own calendar knows each meeting."""
    wanted = select(Meeting).where(Meeting.id.in_(list(meeting_ids)))
    return {m.id: calendar_files.uid(m, f"u{user.id}") for m in work.session.scalars(wanted)}


def _changes(work: Work, about: str, ids: Iterable[int]) -> dict[int, datetime]:
    """When something was last recorded about each."""
    wanted = select(Event.about_id, func.max(Event.at)).where(Event.about_type == about, Event.about_id.in_(list(ids)))
    rows = work.session.execute(wanted.group_by(Event.about_id)).all()
    return {number: moment for number, moment in rows if number is not None and moment is not None}


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//duijie//{__version__}//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _feed(calendar: Calendar, stamps: Iterable[Any], user: User) -> Feed:
    return Feed(str(calendar.to_ical().decode()), max(stamps, default=user.created_at))
