"""What people's calendars are told about a meeting: asked, told of changes under a higher SEQUENCE, withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from duijie.domain.states import MeetingState
from duijie.services.meetings import calendar_files
from duijie.services.meetings.calendar_files import Part
from duijie.services.meetings.own import Own
from duijie.services.reminders import Recipient
from duijie.services.work import Work
from duijie.storage.models import CalendarEntry, Invitation, Meeting

_ANSWERED: Final = {"accepted": "ACCEPTED", "declined": "DECLINED"}
_BY_CALENDAR: Final = ("TENTATIVE", "ACCEPTED", "DECLINED")


def ask(work: Work, meeting: Meeting, invitation: Invitation | None, to: Recipient, own: Sequence[Own], link: str) -> str:
    """A REQUEST for one person: the first, or one that tells of a change under a higher SEQUENCE."""
    part = _part(meeting, invitation, to, own, link)
    hours, told = calendar_files.marks(meeting, part)
    entry = _find(work, part.uid)
    if entry is None:
        entry = CalendarEntry(uid=part.uid, meeting_id=meeting.id, user_id=to.user_id, name=to.name[:200], state="asked",
                              sequence=meeting.revision, since=meeting.revision, told=told, hours=hours)
        work.session.add(entry)
    elif entry.told != told or entry.state != "asked":
        entry.sequence = max(entry.sequence + 1, meeting.revision)
        if entry.hours != hours or entry.state != "asked":
            entry.since, entry.partstat = entry.sequence, "NEEDS-ACTION"
        entry.told, entry.hours, entry.state = told, hours, "asked"
    entry.name, entry.email = to.name[:200], to.email
    entry.invitation_id = invitation.id if invitation else None
    work.session.flush()
    return calendar_files.file_of(work, meeting, _answered(work, part, entry, invitation), "REQUEST")


def withdraw(work: Work, meeting: Meeting, invitation: Invitation | None, to: Recipient) -> str:
    """A CANCEL for one person, whose calendar then forgets the meeting; empty when it was never told of it."""
    part = _part(meeting, invitation, to, (), "")
    entry = _find(work, part.uid)
    if entry is None:
        return ""
    if entry.state == "asked":
        entry.sequence = max(entry.sequence + 1, meeting.revision)
        entry.since, entry.state, entry.told = entry.sequence, "withdrawn", ""
        work.session.flush()
    return calendar_files.file_of(work, meeting, _answered(work, part, entry, invitation), "CANCEL")


def download(work: Work, meeting: Meeting, invitation: Invitation | None, to: Recipient, own: Sequence[Own]) -> str:
    """The file as it stands, for who fetches it themselves; nothing is noted."""
    part = _part(meeting, invitation, to, own, "")
    entry = _find(work, part.uid)
    shown = _answered(work, part, entry, invitation) if entry else replace(part, sequence=meeting.revision)
    cancelled = meeting.state is MeetingState.CANCELLED
    return calendar_files.file_of(work, meeting, shown, "CANCEL" if cancelled else "REQUEST")


def asked(work: Work, invitation: Invitation) -> list[CalendarEntry]:
    """The entries of people with an account who were asked for ``invitation`` and not released."""
    wanted = select(CalendarEntry).where(
        CalendarEntry.invitation_id == invitation.id, CalendarEntry.state == "asked", CalendarEntry.user_id.is_not(None)
    )
    return list(work.session.scalars(wanted.order_by(CalendarEntry.id)))


def left_over(work: Work, invitation: Invitation, coming: Collection[Recipient]) -> list[CalendarEntry]:
    """Those of `asked` who are not among ``coming`` any more."""
    ids = {to.user_id for to in coming}
    return [entry for entry in asked(work, invitation) if entry.user_id not in ids]


def by_user(work: Work, user_id: int, meeting_ids: Collection[int]) -> dict[int, CalendarEntry]:
    """A person's entries by meeting."""
    wanted = select(CalendarEntry).where(CalendarEntry.user_id == user_id, CalendarEntry.meeting_id.in_(meeting_ids))
    return {entry.meeting_id: entry for entry in work.session.scalars(wanted)}


def tentative(work: Work, meeting: Meeting) -> set[int]:
    """The invitations whose people's calendars said "perhaps" to the meeting as it stands."""
    wanted = select(CalendarEntry.invitation_id).where(
        CalendarEntry.meeting_id == meeting.id, CalendarEntry.partstat == "TENTATIVE", CalendarEntry.state == "asked"
    )
    return {found for found in work.session.scalars(wanted) if found is not None}


def who(meeting: Meeting, invitation: Invitation | None, to: Recipient) -> str:
    """The UID of a person's event: by account, else by invitation."""
    return calendar_files.uid(meeting, f"u{to.user_id}" if to.user_id else f"i{invitation.id if invitation else 0}")


def _find(work: Work, uid: str) -> CalendarEntry | None:
    return work.session.scalar(select(CalendarEntry).where(CalendarEntry.uid == uid))


def _part(meeting: Meeting, invitation: Invitation | None, to: Recipient, own: Sequence[Own], link: str) -> Part:
    return Part(to, who(meeting, invitation, to), own, link=link)


def _answered(work: Work, part: Part, entry: CalendarEntry, invitation: Invitation | None) -> Part:
    """How the person stands to it: coordinators call it and are not asked; who was delegated to has to say so."""
    if invitation is None:
        return replace(part, sequence=entry.sequence, partstat="ACCEPTED")
    said = _ANSWERED.get(invitation.answer, "NEEDS-ACTION")
    if said == "NEEDS-ACTION" and entry.partstat in _BY_CALENDAR:
        said = entry.partstat
    asks = said in ("NEEDS-ACTION", "TENTATIVE")
    sent_by = _delegator(work, invitation) if invitation.answer == "delegated" else ""
    return replace(part, sequence=entry.sequence, partstat=said, asks=asks, delegated_from=sent_by)


def _delegator(work: Work, invitation: Invitation) -> str:
    """The address of whoever delegated by calendar; empty when it was done on a page."""
    wanted = select(CalendarEntry.email).where(
        CalendarEntry.invitation_id == invitation.id, CalendarEntry.partstat == "DELEGATED"
    )
    return work.session.scalar(wanted.order_by(CalendarEntry.id.desc()).limit(1)) or ""
