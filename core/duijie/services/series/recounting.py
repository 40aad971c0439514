"""After a change of the working-day calendar: meetings of series that are not published yet go to their new day."""

from sqlalchemy import select

from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services.meetings import publishing, telling, wording
from duijie.services.meetings.sending import anew, send_to_coordinators
from duijie.services.series import dates
from duijie.services.work import Work
from duijie.storage.models import Meeting, SeriesDate

_MOVABLE = (MeetingState.DRAFT, MeetingState.INVITING)


def after_change(work: Work, what: T) -> int:
    """Move what the changed calendar puts elsewhere, and tell those concerned; answers how many meetings it touched.

    One that somebody moved by hand stays. One whose timetable is published stays too, and its coordinators are
    told that its day is none to work on any more. ``what`` names the change.
    """
    wanted = (
        select(SeriesDate, Meeting).join(Meeting, Meeting.id == SeriesDate.meeting_id)
        .where(Meeting.starts_at > work.now, Meeting.state.in_((*_MOVABLE, MeetingState.SCHEDULED)),
               SeriesDate.moved_to.is_(None), SeriesDate.planned_for.is_not(None))
        .order_by(Meeting.id)
    )  # fmt: skip
    system = work.as_system()
    found = [(row, meeting) for row, meeting in work.session.execute(wanted)]
    return sum(_recount(system, row, meeting, what) for row, meeting in found)


def _recount(work: Work, row: SeriesDate, meeting: Meeting, what: T) -> bool:
    here = work.local(meeting.starts_at)
    one = dates.occurrence(row.series, row.rule_day, work.calendar)
    if here.date() != row.planned_for or one.day == row.planned_for:
        return False
    reason = one.reason or T("恢复到原定日期", en="back to its usual day")
    if meeting.state is MeetingState.SCHEDULED:
        _tell(work, meeting, wording.calendar_asks(work, meeting, what, reason))
        return True
    drafted = meeting.state is MeetingState.DRAFT
    if one.day is None:
        publishing.cancel(work, meeting.id, None, f"{what.zh}：{reason.zh} {what.en}: {reason.en}")
    else:
        row.planned_for = one.day
        publishing.move(work, meeting.id, None, day=one.day, start=here.time(), place=meeting.place,
                        slot_minutes=meeting.slot_minutes, slots_=meeting.slots)
    if drafted:  # nobody else knows of it yet
        _tell(work, meeting, wording.calendar_moved(work, meeting, what, reason))
    return True


def _tell(work: Work, meeting: Meeting, message: wording.Message) -> None:
    send_to_coordinators(work, meeting, telling.RECOUNTED, message, revision=anew(work, meeting, None))
