"""What the pages of one meeting share: finding it for those who oversee it, its head, and problems of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template

from duijie.domain.errors import DuijieError, Invalid, NotFound
from duijie.services import find
from duijie.services.meetings import access, planning, slots, steps
from duijie.services.work import Work
from duijie.storage.queries.meetings import readiness

if TYPE_CHECKING:
    from duijie.storage.models import Meeting


def overseen(work: Work, meeting_id: int) -> Meeting:
    """The meeting for coordinators and administrators of its area. Raises NotFound."""
    meeting = find.meeting(work, meeting_id)
    if meeting.area_id not in work.actor.areas:
        raise NotFound
    return meeting


def problems_of(error: DuijieError | None) -> tuple[Any, ...]:
    """The problems beside fields that an error brings."""
    return error.problems if isinstance(error, Invalid) else ()


def meeting_page(template: str, work: Work, meeting: Meeting, error: DuijieError | None = None, **values: Any) -> str:
    """A page under the meeting's head. Render inside the piece of work."""
    planning.load(work, meeting)
    return render_template(
        template,
        meeting=meeting,
        steps=steps.of_meeting(work, meeting),
        figures=readiness(work.session, [meeting.id])[meeting.id],
        when=slots.when(work, meeting),
        manages=access.manages(work, meeting),
        editable=access.manages(work, meeting) and meeting.state in access.BEFORE,
        error=error,
        problems=problems_of(error),
        **values,
    )
