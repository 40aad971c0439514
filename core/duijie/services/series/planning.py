"""Sets up a series, changes it from now on, pauses it, ends it; and says what one date does differently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import select

from duijie.domain.errors import Invalid, NotFound, Problem
from duijie.domain.recurrence import Pattern, Shift, pattern_of
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services import offers
from duijie.services.meetings import calling, desks, publishing, slots
from duijie.services.series import dates, drafting
from duijie.services.series.access import managed
from duijie.services.work import Work
from duijie.storage.models import Area, Meeting, MeetingSeries, SeriesDate

AHEAD: Final = (1, 180)  # days
SHOWN: Final = 12        # dates and months of the preview
_OTHERWISE: Final = "例会安排已调整 The series has changed"


@dataclass(frozen=True, slots=True)
class NewSeries:
    """What a coordinator says of a series. ``start`` is local; ``seats`` maps department ids to representatives."""

    group_key: str
    area_id: int
    title: str
    place: str
    pattern: Pattern
    shift: Shift
    first_on: date
    start: time
    slot_minutes: int
    slots: int
    last_on: date | None = None
    ahead: int = 30
    chair: str = ""
    seats: Mapping[int, int] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The RRULE, as a series has it."""
        return self.pattern.rule


def preview(work: Work, series: dates.Repeating, known: Mapping[date, SeriesDate] | None = None) -> list[dates.Occurrence]:
    """The dates of the next twelve months."""
    since = max(series.first_on, work.today)
    told = drafting.exceptions(known or {})
    return dates.upcoming(series, work.calendar, since, since + timedelta(days=31 * SHOWN), told)[:SHOWN]


def create(work: Work, new: NewSeries) -> MeetingSeries:
    """Set up a series. Raises Invalid with every problem, NotFound for a foreign area or a group not offered there."""
    parts, area = work.parts(new.group_key), work.session.get(Area, new.area_id)
    mine = work.actor.kind == "system" or new.area_id in work.actor.areas
    if parts is None or area is None or not mine or not offers.offered(work, parts, area):
        raise NotFound
    _check(work, new)
    series = MeetingSeries(group_key=new.group_key, area_id=new.area_id, by=work.actor.name[:100], created_at=work.now,
                           seats={}, rule=new.rule, first_on=new.first_on)
    _fill(series, new)
    work.session.add(series)
    work.session.flush()
    work.record("series.created", "series", series.id, title=series.title, what=new.pattern.words)
    return series


def change(work: Work, series_id: int, version: int | None, new: NewSeries) -> list[Meeting]:
    """Change a series from now on. Meetings that are only drafted follow; those that somebody was invited to stay.

    Answers those that stay as they were. Raises Invalid, NotFound, Forbidden, Conflict, Refused.
    """
    series = managed(work, series_id, version)
    _check(work, new, series)
    _fill(series, new)
    work.session.flush()
    work.record("series.changed", "series", series.id, title=series.title, what=new.pattern.words)
    stay = []
    for row, meeting in _ahead(work, series):
        if meeting.state is MeetingState.DRAFT:
            _follow(work, series, row, meeting)
        else:
            stay.append(meeting)
    work.session.flush()
    return stay


def pause(work: Work, series_id: int, version: int | None) -> None:
    """Draft no more meetings until it is resumed; those that are there stay. Raises like `change`."""
    _turn(work, managed(work, series_id, version), "paused")


def resume(work: Work, series_id: int, version: int | None) -> None:
    """Draft meetings again. Raises like `change`."""
    _turn(work, managed(work, series_id, version), "active")


def end(work: Work, series_id: int, version: int | None) -> int:
    """End it for good; drafts that nobody was invited to are called off. Answers how many. Raises like `change`."""
    series = managed(work, series_id, version)
    drafts = [meeting for _, meeting in _ahead(work, series) if meeting.state is MeetingState.DRAFT]
    for meeting in drafts:
        publishing.cancel(work, meeting.id, None, "例会已结束 The series has ended")
    _turn(work, series, "ended")
    return len(drafts)


def move_one(work: Work, series_id: int, version: int | None, rule_day: date, to: date) -> None:
    """Hold one date on another day. Raises Invalid for a day that is past, NotFound for a date that is none, and others."""
    if to <= work.today:
        raise Invalid.field("to", "请选今后的日期。", "Choose a date to come.")
    row = _row(work, series_id, version, rule_day)
    row.moved_to, row.skipped = to, False
    _note_date(work, row, slots.day_words(to))


def skip_one(work: Work, series_id: int, version: int | None, rule_day: date) -> None:
    """Leave one date out. Raises like `move_one`."""
    row = _row(work, series_id, version, rule_day)
    row.moved_to, row.skipped = None, True
    _note_date(work, row, T("不开", en="left out"))


def restore_one(work: Work, series_id: int, version: int | None, rule_day: date) -> None:
    """Let one date be as the rule has it. Raises like `move_one`."""
    row = _row(work, series_id, version, rule_day)
    row.moved_to, row.skipped = None, False
    _note_date(work, row, T("按例会安排", en="as usual"))


def of_meeting(work: Work, meeting: Meeting) -> MeetingSeries | None:
    """The series that a meeting belongs to."""
    wanted = select(MeetingSeries).join(SeriesDate, SeriesDate.series_id == MeetingSeries.id)
    return work.session.scalar(wanted.where(SeriesDate.meeting_id == meeting.id))


def _check(work: Work, new: NewSeries, series: MeetingSeries | None = None) -> None:
    tomorrow = work.at(work.today + timedelta(days=1))
    found: list[Problem] = []
    try:
        calling.check(work, new.title, new.place, tomorrow, new.slot_minutes, new.slots)
    except Invalid as error:
        found += error.problems
    found += _problems(work, new, series)
    if found:
        raise Invalid(*found)


def _problems(work: Work, new: NewSeries, series: MeetingSeries | None) -> Iterator[Problem]:
    if new.first_on < work.today and (series is None or series.first_on != new.first_on):
        yield Problem("first_on", T("开始日期不能早于今天。", en="It cannot begin before today."))
    if new.last_on is not None and new.last_on < new.first_on:
        yield Problem("last_on", T("结束日期不能早于开始日期。", en="It cannot end before it begins."))
    if not AHEAD[0] <= new.ahead <= AHEAD[1]:
        yield Problem("ahead", T("请填写 1 至 180 天。", en="Write 1 to 180 days."))
    if not new.seats or any(not 1 <= number <= desks.MOST_SEATS for number in new.seats.values()):
        yield Problem("desks", T(f"请至少勾选一个部门，每个席位 1 至 {desks.MOST_SEATS} 人。",
                                 en=f"Tick at least one department, each with 1 to {desks.MOST_SEATS} people."))


def _fill(series: MeetingSeries, new: NewSeries) -> None:
    series.title, series.place, series.chair = new.title.strip(), new.place.strip(), new.chair.strip()[:100]
    series.rule, series.shift = new.rule, new.shift.value
    series.first_on, series.last_on, series.ahead = new.first_on, new.last_on, new.ahead
    series.start, series.slot_minutes, series.slots = f"{new.start:%H:%M}", new.slot_minutes, new.slots
    series.seats = {str(department): number for department, number in new.seats.items()}


def _ahead(work: Work, series: MeetingSeries) -> list[tuple[SeriesDate, Meeting]]:
    """The dates whose meeting is still to come."""
    wanted = (
        select(SeriesDate, Meeting).join(Meeting, Meeting.id == SeriesDate.meeting_id)
        .where(SeriesDate.series_id == series.id, Meeting.starts_at > work.now,
               Meeting.state.in_((MeetingState.DRAFT, MeetingState.INVITING, MeetingState.SCHEDULED)))
        .order_by(Meeting.starts_at)
    )  # fmt: skip
    return [(row, meeting) for row, meeting in work.session.execute(wanted)]


def _follow(work: Work, series: MeetingSeries, row: SeriesDate, meeting: Meeting) -> None:
    """Make a draft what the series says now; a date that the series has no more is called off and forgotten."""
    still = row.rule_day in set(dates.days(series, row.rule_day, row.rule_day))
    day = dates.occurrence(series, row.rule_day, work.calendar, row.moved_to, skipped=row.skipped).day if still else None
    if day is None:
        publishing.cancel(work, meeting.id, None, _OTHERWISE)
        work.session.delete(row)
        return
    new = drafting.new_meeting(series, day)
    if work.local(meeting.starts_at).date() != row.planned_for:
        new = drafting.new_meeting(series, work.local(meeting.starts_at).date())  # somebody moved this one: it stays there
    else:
        row.planned_for = day
    meeting.title, meeting.chair = new.title, new.chair
    as_it_is = (meeting.starts_at, meeting.place, meeting.slot_minutes, meeting.slots)
    if as_it_is != (work.at(new.day, new.start.hour, new.start.minute), new.place, new.slot_minutes, new.slots):
        publishing.move(work, meeting.id, None, day=new.day, start=new.start, place=new.place,
                        slot_minutes=new.slot_minutes, slots_=new.slots)
    desks.arrange(work, meeting, new.seats)


def _turn(work: Work, series: MeetingSeries, state: str) -> None:
    series.state = state
    work.record(f"series.{state}", "series", series.id, title=series.title)
    work.session.flush()


def _row(work: Work, series_id: int, version: int | None, rule_day: date) -> SeriesDate:
    """The row of a date that is no meeting yet."""
    series = managed(work, series_id, version)
    if rule_day not in set(dates.days(series, rule_day, rule_day)):
        raise NotFound
    row = drafting.rows(work, series).get(rule_day)
    if row is None:
        row = SeriesDate(series_id=series.id, rule_day=rule_day, skipped=False)
        work.session.add(row)
    elif row.meeting_id is not None:
        raise Invalid.field("to", "这一次已经拟定，请直接修改那场对接会。",
                            "This one is a meeting already; change the meeting itself.")
    return row


def _note_date(work: Work, row: SeriesDate, what: T) -> None:
    work.session.flush()
    series = work.session.get_one(MeetingSeries, row.series_id)
    work.record("series.date_changed", "series", series.id, title=series.title, day=slots.day_words(row.rule_day), what=what)


def words(series: MeetingSeries) -> T:
    """How the series comes again, in words."""
    return pattern_of(series.rule).words
