"""Who may see a meeting and who may change it, and until when."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from duijie.domain.errors import Forbidden, NotFound, Refused
from duijie.domain.roles import Role
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services import find
from duijie.services.work import Work
from duijie.storage.models import Invitation, Meeting

BEFORE: Final = (MeetingState.DRAFT, MeetingState.INVITING, MeetingState.SCHEDULED)


def manages(work: Work, meeting: Meeting) -> bool:
    """Whether the actor is a coordinator of the meeting's area."""
    actor = work.actor
    return actor.kind == "system" or (actor.has(Role.COORDINATOR) and meeting.area_id in actor.areas)


def opened(work: Work, meeting_id: int) -> Meeting:
    """The meeting if the actor may see it; those who are only invited do not see a draft. Raises NotFound."""
    meeting = find.meeting(work, meeting_id)
    of_area = work.actor.kind == "system" or meeting.area_id in work.actor.areas
    if meeting.state is MeetingState.DRAFT and not of_area:
        raise NotFound
    return meeting


def managed(work: Work, meeting_id: int, version: int | None = None) -> Meeting:
    """The meeting for its coordinator. Raises NotFound, Conflict, or Forbidden for those who only see it."""
    meeting = find.meeting(work, meeting_id, version)
    if not manages(work, meeting):
        raise Forbidden
    return meeting


def editable(work: Work, meeting_id: int, version: int | None = None) -> Meeting:
    """Like `managed`, but only before the meeting opens. Raises Refused afterwards."""
    # Whoever edits first holds the row: the other waits here and then sees the new version, not an error at commit.
    work.session.execute(select(Meeting.id).where(Meeting.id == meeting_id).with_for_update())
    meeting = managed(work, meeting_id, version)
    if meeting.state not in BEFORE:
        raise Refused(
            T("对接会“{state}”，不能再修改安排。", en="The meeting is “{state}”; its arrangements can no longer change.")
            .fill(state=meeting.state.label)
        )
    return meeting


def touch(meeting: Meeting) -> None:
    """Count a change of what hangs on the meeting as a change of the meeting, so that two editors meet."""
    flag_modified(meeting, "title")


def by_link(work: Work, meeting_id: int) -> Meeting:
    """The meeting of a signed link, whoever opens it: the board, the door. Raises NotFound."""
    found = work.session.get(Meeting, meeting_id)
    if found is None:
        raise NotFound
    return found


def invitation_by_link(work: Work, invitation_id: int) -> Invitation:
    """The invitation of a signed link, whoever opens it. Raises NotFound."""
    found = work.session.get(Invitation, invitation_id)
    if found is None:
        raise NotFound
    return found
