"""Arms what people are told about a meeting when something happens, and brings their calendars up to date."""

from typing import Final

from sqlalchemy import select

from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services import reminders
from duijie.services.meetings import before as timed
from duijie.services.meetings import calendar_entries, people, sending, slots, wording
from duijie.services.meetings import own as appointments
from duijie.services.meetings.own import Own
from duijie.services.meetings.sending import (
    Calendar,
    anew,
    own_ending,
    send,
    send_to_all,
    send_to_coordinators,
)
from duijie.services.work import Work
from duijie.storage.models import Invitation, Meeting, Reminder, Timetable

INVITED: Final = "meeting.invited"
PUBLISHED: Final = "meeting.published"
CHANGED: Final = "meeting.changed"
MOVED: Final = "meeting.moved"
CANCELLED: Final = "meeting.cancelled"
SUBSTITUTE: Final = "meeting.substitute_wanted"
REPLACED: Final = "meeting.replaced"
DECLINED: Final = "meeting.declined"
UNCLEAR: Final = "meeting.reply_unclear"
TAKEN_OFF: Final = "meeting.taken_off"
DRAFTED: Final = "meeting.drafted"
RECOUNTED: Final = "meeting.recounted"
NEWS: Final = (INVITED, PUBLISHED, CHANGED, MOVED)  # overtaken by whatever is told next


def invite(work: Work, meeting: Meeting, invitations: list[Invitation]) -> int:
    """Send invitations; one that was sent before is not sent again, unless its requester had been taken off meanwhile.

    Answers how many messages were armed.
    """
    again = _taken_off_before(work, meeting)
    told = 0
    for invitation in invitations:
        message = wording.invited(work, meeting, invitation)
        revision = f"{meeting.revision if invitation.id in again else 0}{own_ending(invitation)}"
        told += send_to_all(work, meeting, INVITED, invitation, message, calendar="ask", revision=revision)
    timed.arm(work, meeting)
    return told


def invite_new(work: Work, meeting: Meeting) -> None:
    """Once invitations are out, whoever joins later gets one too."""
    if meeting.state in (MeetingState.INVITING, MeetingState.SCHEDULED):
        invite(work, meeting, [i for i in meeting.invitations if i.answer == "pending"])


def published(work: Work, meeting: Meeting, timetable: Timetable, before: Timetable | None) -> int:
    """Tell everybody their appointments, on a later publication only those whose appointments changed.

    Takes back all older news and arms the reminders before the meeting anew. Answers how many were told.
    """
    news = to_tell(work, meeting, timetable, before)
    reminders.retire(work, "meeting", meeting.id, (*NEWS, *timed.KINDS))
    told, first = 0, before is None
    for invitation, mine in news:
        message = wording.published(work, meeting, invitation, mine, first=first)
        told += send_to_all(work, meeting, PUBLISHED if first else CHANGED, invitation, message, mine,
                            calendar=_calendar(invitation, mine))
    if before is None:
        send_to_coordinators(work, meeting, PUBLISHED, wording.published_coordinator(work, meeting), calendar="ask")
    timed.arm(work, meeting)
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
    reminders.retire(work, "meeting", meeting.id, (*NEWS, *timed.KINDS))
    for invitation in concerned(meeting):
        mine = appointments.of_invitation(work, meeting, timetable, invitation)
        message = wording.moved(work, meeting, invitation, was, mine)
        send_to_all(work, meeting, MOVED, invitation, message, mine,
                    calendar=_calendar(invitation, mine) if timetable else "ask")
    send_to_coordinators(work, meeting, MOVED, wording.moved(work, meeting, None, was, []), calendar="ask")
    timed.arm(work, meeting)


def cancelled(work: Work, meeting: Meeting) -> None:
    """Take back everything planned and tell everybody at once that the meeting is off."""
    reminders.retire(work, "meeting", meeting.id)
    end = slots.ends(meeting)
    for invitation in concerned(meeting):
        message = wording.cancelled(work, meeting, invitation)
        send_to_all(work, meeting, CANCELLED, invitation, message, calendar="withdraw", useful_until=end)
    send_to_coordinators(work, meeting, CANCELLED, wording.cancelled(work, meeting, None), calendar="withdraw",
                         useful_until=end)


def taken_off(work: Work, meeting: Meeting, invitation: Invitation) -> None:
    """Tell a requester that the meeting will not hear them after all; nothing else is told them."""
    reminders.retire(work, "meeting", meeting.id, (*NEWS, *timed.KINDS), ending=own_ending(invitation))
    message = wording.taken_off(work, meeting, invitation)
    send_to_all(work, meeting, TAKEN_OFF, invitation, message, calendar="withdraw")


def substitute_wanted(work: Work, meeting: Meeting, invitation: Invitation) -> int:
    """Invite the alternates of a department whose representative declined, and remind them; answers how many messages.

    Who of them accepts, on the page or in their calendar, is the one who comes.
    """
    if invitation.department_id is None:
        return 0
    users = [u for u in people.seated(work, meeting, invitation.department_id, "alternate") if u.id != work.actor.user_id]
    message = wording.substitute_wanted(work, meeting, invitation)
    told = sum(
        send(work, meeting, SUBSTITUTE, invitation, reminders.of_user(user), message, calendar="ask",
             revision=anew(work, meeting, invitation))
        for user in users
    )
    timed.arm_alternates(work, meeting, invitation, users, anew(work, meeting, invitation))
    return told


def declined(work: Work, meeting: Meeting, invitation: Invitation) -> None:
    """Tell the coordinators that somebody is not coming."""
    send_to_coordinators(work, meeting, DECLINED, wording.declined(work, meeting, invitation),
                         link=f"/meetings/{meeting.id}/invitations", revision=sending.revision_of(meeting, invitation))


def unclear(work: Work, meeting: Meeting, invitation: Invitation, what: T, key: str) -> None:
    """Tell the coordinators of an answer by calendar that a person has to follow up. ``key`` names the mail."""
    send_to_coordinators(work, meeting, UNCLEAR, wording.unclear(work, meeting, invitation, what),
                         link=f"/meetings/{meeting.id}/invitations", revision=key)


def others_come(work: Work, meeting: Meeting, invitation: Invitation) -> None:
    """Somebody declined, came back or named another: reminders and calendars follow whoever comes now.

    Who comes instead is invited or learns the appointments at once, and who was asked before need not come any
    more; a requester knows it all already.
    """
    if meeting.state not in (MeetingState.INVITING, MeetingState.SCHEDULED):
        return
    timed.retire(work, meeting, invitation)
    if invitation.answer == "declined":
        return
    if invitation.department_id is not None:
        _tell_newcomers(work, meeting, invitation)
        _release_others(work, meeting, invitation)
    timed.arm_one(work, meeting, invitation, anew(work, meeting, invitation))


def concerned(meeting: Meeting) -> list[Invitation]:
    """Everybody who is invited: without the requesters whose last case was taken off, who know it."""
    heard = {item.invitation_id for item in meeting.agenda}
    return [i for i in meeting.invitations if i.department_id is not None or i.id in heard]


def _tell_newcomers(work: Work, meeting: Meeting, invitation: Invitation) -> None:
    mine = appointments.of_invitation(work, meeting, meeting.published, invitation)
    if meeting.published is None:
        kind, message = INVITED, wording.invited(work, meeting, invitation)
    else:
        kind, message = CHANGED, wording.published(work, meeting, invitation, mine, first=False)
    known = {e.user_id for e in calendar_entries.asked(work, invitation)} if meeting.published is None else set()
    for to in people.of_invitation(work, meeting, invitation):
        if to.user_id is None or (to.user_id != work.actor.user_id and to.user_id not in known):
            send(work, meeting, kind, invitation, to, message, mine=mine, calendar="ask",
                 revision=anew(work, meeting, invitation))


def _release_others(work: Work, meeting: Meeting, invitation: Invitation) -> None:
    """Who was asked and does not come any more is told who does, and their calendar forgets the meeting."""
    coming = people.of_invitation(work, meeting, invitation)
    for entry in calendar_entries.left_over(work, invitation, coming):
        if entry.user is not None and entry.user.active:
            message = wording.replaced(work, meeting, invitation, coming)
            send(work, meeting, REPLACED, invitation, reminders.of_user(entry.user), message, calendar="withdraw",
                 revision=anew(work, meeting, invitation))


def _calendar(invitation: Invitation, mine: list[Own]) -> Calendar:
    """A requester for whom there was no room need not come; a department always has its desk."""
    return "ask" if invitation.department_id is not None or mine else "withdraw"


def _waiting(work: Work, meeting: Meeting) -> set[int]:
    """The invitations with news that has not been sent yet: taken back now, they must hear the newest."""
    wanted = select(Reminder.revision).where(
        Reminder.about_type == "meeting", Reminder.about_id == meeting.id,
        Reminder.kind.in_((PUBLISHED, CHANGED, MOVED)), Reminder.state.in_(("planned", "parked")),
    )
    marks = [revision.partition(":i")[2] for revision in work.session.scalars(wanted)]
    return {int(mark) for mark in marks if mark.isdigit()}


def _taken_off_before(work: Work, meeting: Meeting) -> set[int]:
    wanted = select(Reminder.revision).where(
        Reminder.about_type == "meeting", Reminder.about_id == meeting.id, Reminder.kind == TAKEN_OFF
    )
    return {int(revision.partition(":i")[2]) for revision in work.session.scalars(wanted)}
