"""Dates of a series become meetings ahead of time, each once, whatever number of processes is at it."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from sqlalchemy import select, update

from duijie.domain.errors import DuijieError
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services.meetings import calling, slots, telling, wording
from duijie.services.meetings.sending import send_to_coordinators
from duijie.services.series import dates
from duijie.services.series.dates import Occurrence
from duijie.services.work import Office, Work
from duijie.storage.models import Meeting, MeetingSeries, SeriesDate
from duijie.storage.upsert import insert_new


def run_due(office: Office) -> int:
    """Draft every meeting whose time to be drafted has come, each in its own transaction; answers how many.

    One that cannot be drafted says why on the page of its series, and keeps no other from being drafted.
    """
    with office.read(SYSTEM) as work:
        due = [(series.id, one.rule_day) for series in _running(work) for one in wanted(work, series)]
    return sum(_draft(office, series_id, rule_day) for series_id, rule_day in due)


def wanted(work: Work, series: MeetingSeries) -> list[Occurrence]:
    """The occurrences within the time ahead that are no meeting yet."""
    known = rows(work, series)
    until = work.today + timedelta(days=series.ahead)
    found = dates.upcoming(series, work.calendar, work.today, until, exceptions(known))
    return [one for one in found if not _made(known, one) and _in_future(work, series, one.day)]


def rows(work: Work, series: MeetingSeries) -> dict[date, SeriesDate]:
    """What is known of single dates of a series, by the rule's date."""
    found = work.session.scalars(select(SeriesDate).where(SeriesDate.series_id == series.id))
    return {row.rule_day: row for row in found}


def exceptions(known: Mapping[date, SeriesDate]) -> dict[date, tuple[date | None, bool]]:
    """What somebody said about single dates, as `dates.upcoming` wants it."""
    return {day: (row.moved_to, row.skipped) for day, row in known.items()}


def new_meeting(series: MeetingSeries, day: date) -> calling.NewMeeting:
    """The meeting of a series on ``day``."""
    return calling.NewMeeting(
        group_key=series.group_key, area_id=series.area_id, title=series.title, place=series.place, day=day,
        start=time.fromisoformat(series.start), slot_minutes=series.slot_minutes, slots=series.slots,
        seats={int(department): number for department, number in series.seats.items()}, chair=series.chair,
    )


def _running(work: Work) -> list[MeetingSeries]:
    wanted_ = select(MeetingSeries).where(MeetingSeries.state == "active").order_by(MeetingSeries.id)
    return list(work.session.scalars(wanted_))


def _made(known: Mapping[date, SeriesDate], one: Occurrence) -> bool:
    row = known.get(one.rule_day)
    return row is not None and row.meeting_id is not None


def _in_future(work: Work, series: MeetingSeries, day: date | None) -> bool:
    start = time.fromisoformat(series.start)
    return day is not None and work.at(day, start.hour, start.minute) > work.now


def _draft(office: Office, series_id: int, rule_day: date) -> bool:
    try:
        with office.write(SYSTEM) as work:
            return _draft_once(work, series_id, rule_day)
    except DuijieError as error:
        _note(office, series_id, error.message)
        return False


def _draft_once(work: Work, series_id: int, rule_day: date) -> bool:
    """Whoever gets the row first makes the meeting; who waited for it sees that it is made."""
    insert_new(work.session, SeriesDate, {"series_id": series_id, "rule_day": rule_day, "skipped": False})
    mine = select(SeriesDate).where(SeriesDate.series_id == series_id, SeriesDate.rule_day == rule_day)
    row = work.session.scalars(mine.with_for_update()).one()
    series = row.series
    one = dates.occurrence(series, rule_day, work.calendar, row.moved_to, skipped=row.skipped)
    if row.meeting_id is not None or series.state != "active" or one.day is None:
        return False
    meeting = calling.create(work, new_meeting(series, one.day))
    row.meeting_id, row.planned_for = meeting.id, one.day
    _tell(work, meeting, one)
    settled = update(MeetingSeries).where(MeetingSeries.id == series_id, MeetingSeries.problem.is_not(None))
    work.session.execute(settled.values(problem=None))
    return True


def _tell(work: Work, meeting: Meeting, one: Occurrence) -> None:
    """Its coordinators learn that there is a draft, and why it is not on the usual day."""
    message = wording.drafted(work, meeting, [text for text in (one.reason, one.note) if text])
    send_to_coordinators(work, meeting, telling.DRAFTED, message, useful_until=slots.ends(meeting))


def _note(office: Office, series_id: int, problem: T) -> None:
    """Kept beside the version that people edit, so that nobody's editing is disturbed."""
    with office.write(SYSTEM) as work:
        work.session.execute(update(MeetingSeries).where(MeetingSeries.id == series_id).values(problem=problem))
