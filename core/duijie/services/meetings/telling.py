"""Arms what people are told about a meeting: at once when something happens, and before it begins."""

from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

from sqlalchemy import select

from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services import reminders
from duijie.services.meetings import calendar_files, people, slots, wording
from duijie.services.meetings import own as appointments
from duijie.services.meetings.own import Own
from duijie.services.meetings.wording import Message
from duijie.services.reminders import NewReminder, Recipient
from duijie.services.work import Work
from duijie.storage.models import Invitation, Meeting, Reminder, Timetable

INVITED: Final = "meeting.invited"
PUBLISHED: Final = "meeting.published"
CHANGED: Final = "meeting.changed"
MOVED: Final = "meeting.moved"
CANCELLED: Final = "meeting.cancelled"
DAY_BEFORE: Final = "meeting.day_before"
TWO_HOURS: Final = "meeting.two_hours"
SUBSTITUTE: Final = "meeting.substitute_wanted"
DECLINED: Final = "meeting.declined"
TAKEN_OFF: Final = "meeting.taken_off"
NEWS: Final = (INVITED, PUBLISHED, CHANGED, MOVED)  # overtaken by whatever is told next
TIMED: Final = (DAY_BEFORE, TWO_HOURS)


def requester_link(work: Work, invitation: Invitation) -> str:
    """The requester's own page, without an account."""
    return f"/meetings/i/{work.office.sign('invitation', invitation.id)}"


def invite(work: Work, meeting: Meeting, invitations: list[Invitation]) -> int:
    """Send invitations; one that was sent before is not sent again, unless its requester had been taken off meanwhile.

    Answers how many messages were armed.
    """
    again = _taken_off_before(work, meeting)
    return sum(
        _tell(work, meeting, INVITED, invitation, to, wording.invited(work, meeting, invitation),
              revision=f"{meeting.revision if invitation.id in again else 0}:i{invitation.id}")
        for invitation in invitations
        for to in people.of_invitation(work, meeting, invitation)
    )


def invite_new(work: Work, meeting: Meeting) -> None:
    """Once invitations are out, whoever joins later gets one too."""
    if meeting.state in (MeetingState.INVITING, MeetingState.SCHEDULED):
        invite(work, meeting, [i for i in meeting.invitations if i.answer == "pending"])


def published(work: Work, meeting: Meeting, timetable: Timetable, before: Timetable | None) -> int:
    """Tell everybody their appointments, on a later publication only those whose appointments changed.

    Takes back all older news and arms the reminders before the meeting anew. Answers how many were told.
    """
    news = to_tell(work, meeting, timetable, before)
    reminders.retire(work, "meeting", meeting.id, (*NEWS, *TIMED))
    told, first = 0, before is None
    for invitation, mine in news:
        message = wording.published(work, meeting, invitation, mine, first=first)
        told += _tell_all(work, meeting, PUBLISHED if first else CHANGED, invitation, message, mine)
    if before is None:
        _tell_coordinators(work, meeting, PUBLISHED, wording.published_coordinator(work, meeting))
    arm(work, meeting, timetable)
    return told


def to_tell(
    work: Work, meeting: Meeting, timetable: Timetable, before: Timetable | None
) -> list[tuple[Invitation, list[Own]]]:
    """Who must be told when ``timetable`` takes the place of ``before``, each with their appointments in it."""
    waiting, old = _waiting(work, meeting), appointments.by_invitation(work, meeting, before)
    found = []
    for invitation in concerned(meeting):
        mine = appointments.of_invitation(work, meeting, timetable, invitation)
        changed = appointments.marks(mine) != appointments.marks(old[invitation.id])
        if before is None or changed or invitation.id in waiting:
            found.append((invitation, mine))
    return found


def moved(work: Work, meeting: Meeting, was: T, timetable: Timetable | None) -> None:
    """Tell everybody the new time and place, and arm the reminders before the meeting anew."""
    reminders.retire(work, "meeting", meeting.id, (*NEWS, *TIMED))
    for invitation in concerned(meeting):
        mine = appointments.of_invitation(work, meeting, timetable, invitation)
        message = wording.moved(work, meeting, invitation, was, mine)
        _tell_all(work, meeting, MOVED, invitation, message, mine)
    _tell_coordinators(work, meeting, MOVED, wording.moved(work, meeting, None, was, []))
    if timetable is not None:
        arm(work, meeting, timetable)


def cancelled(work: Work, meeting: Meeting) -> None:
    """Take back everything planned and tell everybody at once that the meeting is off."""
    reminders.retire(work, "meeting", meeting.id)
    for invitation in concerned(meeting):
        message = wording.cancelled(work, meeting, invitation)
        _tell_all(work, meeting, CANCELLED, invitation, message, [], useful_until=slots.ends(meeting))


def taken_off(work: Work, meeting: Meeting, invitation: Invitation) -> None:
    """Tell a requester that the meeting will not hear them after all; nothing else is told them."""
    reminders.retire(work, "meeting", meeting.id, (*NEWS, *TIMED), ending=_own(invitation))
    _tell_all(work, meeting, TAKEN_OFF, invitation, wording.taken_off(work, meeting, invitation), [], calendar=False)


def substitute_wanted(work: Work, meeting: Meeting, invitation: Invitation) -> int:
    """Ask the alternates of a department whose representative declined; answers how many messages were armed."""
    if invitation.department_id is None:
        return 0
    message = wording.substitute_wanted(work, meeting, invitation)
    return sum(
        _tell(work, meeting, SUBSTITUTE, invitation, reminders.of_user(user), message, revision=_revision(meeting, invitation))
        for user in people.seated(work, meeting, invitation.department_id, "alternate")
        if user.id != work.actor.user_id
    )


def declined(work: Work, meeting: Meeting, invitation: Invitation) -> None:
    """Tell the coordinators that somebody is not coming."""
    for user in people.coordinators(work, meeting):
        _tell(work, meeting, DECLINED, invitation, reminders.of_user(user), wording.declined(work, meeting, invitation),
              revision=_revision(meeting, invitation), link=f"/meetings/{meeting.id}/invitations")


def others_come(work: Work, meeting: Meeting, invitation: Invitation) -> None:
    """After publication somebody declined, came back or named another: the reminders follow whoever comes now.

    Who comes instead learns the appointments at once; a requester knows them already.
    """
    if meeting.state is not MeetingState.SCHEDULED or meeting.published is None:
        return
    reminders.retire(work, "meeting", meeting.id, TIMED, ending=_own(invitation))
    if invitation.answer == "declined":
        return
    mine = appointments.of_invitation(work, meeting, meeting.published, invitation)
    if invitation.department_id is not None:
        message = wording.published(work, meeting, invitation, mine, first=False)
        for to in people.of_invitation(work, meeting, invitation):
            if to.user_id is None or to.user_id != work.actor.user_id:
                _tell(work, meeting, CHANGED, invitation, to, message, mine=mine, revision=_anew(work, meeting, invitation))
    _arm_one(work, meeting, invitation, mine, _anew(work, meeting, invitation))


def arm(work: Work, meeting: Meeting, timetable: Timetable) -> None:
    """Arm the reminders one day and two hours before, for everybody who has something to do there."""
    for invitation in meeting.invitations:
        mine = appointments.of_invitation(work, meeting, timetable, invitation)
        if invitation.answer != "declined":
            _arm_one(work, meeting, invitation, mine)
    for user in people.coordinators(work, meeting):
        _arm_both(work, meeting, None, reminders.of_user(user), [])


def _arm_one(work: Work, meeting: Meeting, invitation: Invitation, mine: list[Own], revision: str = "") -> None:
    if invitation.department_id is not None or mine:
        for to in people.of_invitation(work, meeting, invitation):
            _arm_both(work, meeting, invitation, to, mine, revision)


def _arm_both(
    work: Work, meeting: Meeting, invitation: Invitation | None, to: Recipient, mine: list[Own], revision: str = ""
) -> None:
    own_start = slots.starts(meeting, mine[0].slot) if mine and to.user_id is None else meeting.starts_at
    for kind, due in (
        (DAY_BEFORE, _day_before(work, meeting, to)),
        (TWO_HOURS, own_start - timedelta(hours=2, minutes=_jitter(meeting, to, 14))),
    ):
        if due > work.now:
            message = wording.reminder(work, meeting, invitation, mine, kind == DAY_BEFORE)
            _tell(work, meeting, kind, invitation, to, message, due_at=due, useful_until=own_start, revision=revision)


def _day_before(work: Work, meeting: Meeting, to: Recipient) -> datetime:
    """The morning before, some minutes past nine: never on the full hour, where channels are crowded."""
    eve = work.local(meeting.starts_at).date() - timedelta(days=1)
    return work.at(eve, 9, 2 + _jitter(meeting, to, 20))


def _jitter(meeting: Meeting, to: Recipient, most: int) -> int:
    """1 to ``most`` minutes, the same every time for one meeting and person."""
    return 1 + crc32(f"{meeting.uid}:{to.key}".encode()) % most


def _waiting(work: Work, meeting: Meeting) -> set[int]:
    """The invitations with news that has not been sent yet: taken back now, they must hear the newest."""
    wanted = select(Reminder.revision).where(
        Reminder.about_type == "meeting", Reminder.about_id == meeting.id,
        Reminder.kind.in_((PUBLISHED, CHANGED, MOVED)), Reminder.state.in_(("planned", "parked")),
    )
    marks = [revision.partition(":i")[2] for revision in work.session.scalars(wanted)]
    return {int(mark) for mark in marks if mark.isdigit()}


def concerned(meeting: Meeting) -> list[Invitation]:
    """Everybody who is invited: without the requesters whose last case was taken off, who know it."""
    heard = {item.invitation_id for item in meeting.agenda}
    return [i for i in meeting.invitations if i.department_id is not None or i.id in heard]


def _taken_off_before(work: Work, meeting: Meeting) -> set[int]:
    wanted = select(Reminder.revision).where(
        Reminder.about_type == "meeting", Reminder.about_id == meeting.id, Reminder.kind == TAKEN_OFF
    )
    return {int(revision.partition(":i")[2]) for revision in work.session.scalars(wanted)}


def _revision(meeting: Meeting, invitation: Invitation | None) -> str:
    return f"{meeting.revision}{_own(invitation)}" if invitation else str(meeting.revision)


def _own(invitation: Invitation) -> str:
    """How the revisions of one invitation end."""
    return f":i{invitation.id}"


def _anew(work: Work, meeting: Meeting, invitation: Invitation) -> str:
    """The revision of what is told between two publications, since its keys must be new."""
    return f"{meeting.revision}+{work.now:%d%H%M%S%f}{_own(invitation)}"


def _tell_coordinators(work: Work, meeting: Meeting, kind: str, message: Message) -> None:
    for user in people.coordinators(work, meeting):
        _tell(work, meeting, kind, None, reminders.of_user(user), message)


def _tell_all(
    work: Work, meeting: Meeting, kind: str, invitation: Invitation, message: Message, mine: list[Own],
    *, useful_until: datetime | None = None, calendar: bool = True,
) -> int:
    return sum(
        _tell(work, meeting, kind, invitation, to, message, mine=mine, useful_until=useful_until, calendar=calendar)
        for to in people.of_invitation(work, meeting, invitation)
    )


def _tell(
    work: Work, meeting: Meeting, kind: str, invitation: Invitation | None, to: Recipient, message: Message,
    *, mine: list[Own] | None = None, due_at: datetime | None = None, useful_until: datetime | None = None,
    revision: str = "", link: str = "", calendar: bool = True,
) -> int:
    """One message to one person; the calendar file goes with news of time and place."""
    with_file = calendar and kind in (INVITED, PUBLISHED, CHANGED, MOVED, CANCELLED)
    new = NewReminder(
        kind=kind,
        about_type="meeting",
        about_id=meeting.id,
        revision=revision or _revision(meeting, invitation),
        to=to,
        subject=message.subject,
        body=message.body,
        why=message.why,
        due_at=due_at or work.now,
        useful_until=useful_until or slots.ends(meeting),
        link=link or _link(work, meeting, invitation),
        calendar=calendar_files.file_for(work, meeting, to, mine or [], invitation.id if invitation else None)
        if with_file else "",
    )
    return reminders.plan(work, new)


def _link(work: Work, meeting: Meeting, invitation: Invitation | None) -> str:
    if invitation is None:
        return f"/meetings/{meeting.id}"
    if invitation.department_id is None:
        return requester_link(work, invitation)
    return f"/meetings/invitation/{invitation.id}"
