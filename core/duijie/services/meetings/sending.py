"""Plans one message about a meeting to one person, with what goes into their calendar."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from duijie.services import reminders
from duijie.services.meetings import calendar_entries, people, slots
from duijie.services.meetings.own import Own
from duijie.services.meetings.wording import Message
from duijie.services.reminders import NewReminder, Recipient
from duijie.services.work import Work
from duijie.storage.models import Invitation, Meeting

Calendar = Literal["ask", "withdraw", ""]


def requester_link(work: Work, invitation: Invitation) -> str:
    """The requester's own page, without an account."""
    return f"/meetings/i/{work.office.sign('invitation', invitation.id)}"


def send(
    work: Work, meeting: Meeting, kind: str, invitation: Invitation | None, to: Recipient, message: Message,
    *, mine: Sequence[Own] = (), due_at: datetime | None = None, useful_until: datetime | None = None,
    revision: str = "", link: str = "", calendar: Calendar = "",
) -> int:
    """One message to one person; ``calendar`` says what it brings to their calendar. Answers how many ways it goes."""
    where = link or _link(work, meeting, invitation)
    file = ""
    if calendar == "ask":
        file = calendar_entries.ask(work, meeting, invitation, to, mine, where)
    elif calendar == "withdraw":
        file = calendar_entries.withdraw(work, meeting, invitation, to)
    new = NewReminder(
        kind=kind,
        about_type="meeting",
        about_id=meeting.id,
        revision=revision or revision_of(meeting, invitation),
        to=to,
        subject=message.subject,
        body=message.body,
        why=message.why,
        due_at=due_at or work.now,
        useful_until=useful_until or slots.ends(meeting),
        link=where,
        calendar=file,
    )
    return reminders.plan(work, new)


def send_to_all(
    work: Work, meeting: Meeting, kind: str, invitation: Invitation, message: Message, mine: Sequence[Own] = (),
    *, useful_until: datetime | None = None, calendar: Calendar = "", revision: str = "",
) -> int:
    """One message to everybody who comes for an invitation."""
    return sum(
        send(work, meeting, kind, invitation, to, message, mine=mine, useful_until=useful_until, calendar=calendar,
             revision=revision)
        for to in people.of_invitation(work, meeting, invitation)
    )


def send_to_coordinators(
    work: Work, meeting: Meeting, kind: str, message: Message, *, calendar: Calendar = "",
    useful_until: datetime | None = None, link: str = "", revision: str = "",
) -> None:
    """One message to every coordinator of the meeting's area."""
    for user in people.coordinators(work, meeting):
        send(work, meeting, kind, None, reminders.of_user(user), message, calendar=calendar, useful_until=useful_until,
             link=link, revision=revision)


def revision_of(meeting: Meeting, invitation: Invitation | None) -> str:
    """The revision of what is told because of the meeting's last change."""
    return f"{meeting.revision}{own_ending(invitation)}" if invitation else str(meeting.revision)


def own_ending(invitation: Invitation) -> str:
    """How the revisions of one invitation end."""
    return f":i{invitation.id}"


def anew(work: Work, meeting: Meeting, invitation: Invitation | None) -> str:
    """The revision of what is told between two changes of the meeting, since its keys must be new."""
    return f"{meeting.revision}+{work.now:%d%H%M%S%f}{own_ending(invitation) if invitation else ''}"


def _link(work: Work, meeting: Meeting, invitation: Invitation | None) -> str:
    if invitation is None:
        return f"/meetings/{meeting.id}"
    if invitation.department_id is None:
        return requester_link(work, invitation)
    return f"/meetings/invitation/{invitation.id}"
