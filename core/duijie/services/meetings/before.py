"""The reminders before a meeting: each person's own, at moments that differ from person to person.

Those that are days ahead come in the morning, the others before the person's own first appointment; none at the
full or half hour, where channels are crowded.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

from duijie.domain.leads import CHOICES, DAY, chosen
from duijie.domain.states import MeetingState
from duijie.services import reminders
from duijie.services.meetings import leads, people, sending, slots, wording
from duijie.services.meetings import own as appointments
from duijie.services.meetings.access import editable, touch
from duijie.services.meetings.own import Own
from duijie.services.reminders import Recipient
from duijie.services.work import Work
from duijie.storage.models import Invitation, Meeting, User

MORNING: Final = 9  # the local hour of reminders that are days ahead


def kind_of(lead: int) -> str:
    """The kind of the reminder that comes ``lead`` minutes before."""
    return f"meeting.before:{lead}"


KINDS: Final = tuple(kind_of(lead) for lead in CHOICES)


def arm(work: Work, meeting: Meeting, *, again: bool = False) -> None:
    """Arm everybody's reminders. Before the timetable is out only departments and coordinators have something to do.

    Arming the same twice arms nothing; ``again`` arms what was taken back under this revision of the meeting.
    """
    for invitation in meeting.invitations:
        if invitation.answer != "declined":
            arm_one(work, meeting, invitation, sending.anew(work, meeting, invitation) if again else "")
    for user in people.coordinators(work, meeting):
        _arm(work, meeting, None, reminders.of_user(user), (), sending.anew(work, meeting, None) if again else "")


def arm_one(work: Work, meeting: Meeting, invitation: Invitation, revision: str = "") -> None:
    """Arm the reminders of everybody who comes for one invitation."""
    mine = appointments.of_invitation(work, meeting, meeting.published, invitation)
    if invitation.department_id is not None or mine:
        for to in people.of_invitation(work, meeting, invitation):
            _arm(work, meeting, invitation, to, mine, revision)


def arm_alternates(work: Work, meeting: Meeting, invitation: Invitation, users: Iterable[User], revision: str) -> None:
    """Arm them for who was asked to step in, until somebody answers for the department."""
    for user in users:
        _arm(work, meeting, invitation, reminders.of_user(user), (), revision)


def retire(work: Work, meeting: Meeting, invitation: Invitation | None = None) -> None:
    """Take back what is armed, for everybody or for one invitation."""
    reminders.retire(work, "meeting", meeting.id, KINDS, ending=sending.own_ending(invitation) if invitation else "")


def choose(work: Work, meeting_id: int, version: int | None, minutes: Iterable[int], *, for_all: bool = False) -> Meeting:
    """Say how long before a meeting its people are reminded; what is armed is armed anew.

    ``for_all``: the group's later meetings in this area are reminded of like that, too. Raises Conflict, Refused.
    """
    meeting = editable(work, meeting_id, version)
    before = leads.of_meeting(work, meeting)
    meeting.reminders = chosen(minutes)
    if for_all:
        leads.keep_usual(work, meeting.group_key, meeting.area_id, meeting.reminders)
    touch(meeting)
    if meeting.reminders != before:
        work.record("meeting.changed", "meeting", meeting.id, what=wording.leads(meeting.reminders))
        if meeting.state is not MeetingState.DRAFT:
            retire(work, meeting)
            arm(work, meeting, again=True)
    work.session.flush()
    return meeting


def moment(work: Work, meeting: Meeting, to: Recipient, own_start: datetime, lead: int) -> datetime:
    """When ``to`` is reminded: the same every time it is asked."""
    if lead >= DAY:
        day = work.local(meeting.starts_at).date() - timedelta(days=lead // DAY)
        return work.at(day, MORNING, 2 + _jitter(meeting, to, 20))
    due = own_start - timedelta(minutes=lead + _jitter(meeting, to, max(2, min(14, lead // 3))))
    return due - timedelta(minutes=1) if due.minute % 30 == 0 else due


def _arm(
    work: Work, meeting: Meeting, invitation: Invitation | None, to: Recipient, mine: Sequence[Own], revision: str
) -> None:
    own_start = slots.starts(meeting, mine[0].slot) if mine and to.user_id is None else meeting.starts_at
    for lead in leads.of_meeting(work, meeting):
        due = moment(work, meeting, to, own_start, lead)
        if due > work.now:
            message = wording.reminder(work, meeting, invitation, mine, lead)
            sending.send(work, meeting, kind_of(lead), invitation, to, message, due_at=due, useful_until=own_start,
                         revision=revision)


def _jitter(meeting: Meeting, to: Recipient, most: int) -> int:
    """1 to ``most`` minutes, the same every time for one meeting and person."""
    return 1 + crc32(f"{meeting.uid}:{to.key}".encode()) % most
