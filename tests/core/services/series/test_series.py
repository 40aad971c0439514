"""A series over its life: drafted once each, changed from now on, moved with the calendar, paused, ended."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from call_meeting import a_case
from sqlalchemy import func, select
from town import Town

from duijie.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from duijie.domain.recurrence import Kind, Pattern, Shift
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.domain.working_days import DayKind
from duijie.services import calendars
from duijie.services.meetings import agenda, publishing, telling
from duijie.services.series import drafting, planning
from duijie.services.series.planning import NewSeries
from duijie.services.work import Work
from duijie.storage.models import Meeting, MeetingSeries, PluginFault, Reminder, SeriesDate


def weekly(town: Town, work: Work, **more) -> NewSeries:
    """Every week on the weekday of tomorrow, from tomorrow on."""
    tomorrow = work.today + timedelta(days=1)
    new = NewSeries(
        group_key="enterprise", area_id=town.area_id, title="企业例会", place="社区二楼", shift=Shift.KEEP,
        pattern=Pattern(Kind.WEEKLY, weekday=tomorrow.weekday()), first_on=tomorrow, start=time(14), slot_minutes=12,
        slots=10, ahead=28, seats={town.department_id(key): 1 for key in ("hr", "economy")}, chair="周主任",
    )
    return replace(new, **more)


def set_up(town: Town, who: str = "coordinator", **more) -> int:
    with town.office.read(SYSTEM) as work:
        new = weekly(town, work, **more)
    with town.office.write(town.actor(who)) as work:
        return planning.create(work, new).id


def meetings(town: Town) -> list[Meeting]:
    with town.office.read(SYSTEM) as work:
        return list(work.session.scalars(select(Meeting).order_by(Meeting.starts_at)))


def days(town: Town, *states: MeetingState) -> list[date]:
    with town.office.read(SYSTEM) as work:
        return [work.local(m.starts_at).date() for m in meetings(town) if m.state in (states or tuple(MeetingState))]


def write(town: Town, act: Callable[[Work], object], who: str = "coordinator") -> object:
    with town.office.write(town.actor(who)) as work:
        return act(work)


def invite(town: Town, meeting_id: int) -> None:
    with town.office.write(SYSTEM) as work:
        case = a_case(work, town, "insurance", "91330000MA00000001", ("hr",))
        agenda.add(work, meeting_id, None, [case.id])
        publishing.invite(work, meeting_id, None)


def test_meetings_are_drafted_ahead_once_with_their_desks_and_the_coordinators_are_told(lite_town: Town) -> None:
    series_id = set_up(lite_town)
    assert drafting.run_due(lite_town.office) == 4
    assert drafting.run_due(lite_town.office) == 0
    found = meetings(lite_town)
    with lite_town.office.read(SYSTEM) as work:
        tomorrow = work.today + timedelta(days=1)
        first = work.session.get_one(Meeting, found[0].id)
        assert (first.title, first.place, first.chair, first.slots) == ("企业例会", "社区二楼", "周主任", 10)
        assert sorted(d.department.key for d in first.desks) == ["economy", "hr"]
        assert work.local(first.starts_at).time() == time(14)
        assert planning.of_meeting(work, first).id == series_id
        told = work.session.scalars(select(Reminder).where(Reminder.kind == telling.DRAFTED, Reminder.channel == "mail"))
        assert {r.to_address for r in told} == {"coordinator@example.test"}
    assert days(lite_town) == [tomorrow + timedelta(weeks=n) for n in range(4)]


def test_one_date_that_differs_is_drafted_so_and_one_left_out_is_not(lite_town: Town) -> None:
    series_id = set_up(lite_town, ahead=20)
    with lite_town.office.read(SYSTEM) as work:
        first = work.today + timedelta(days=1)
    write(lite_town, lambda work: planning.move_one(work, series_id, None, first, first + timedelta(days=2)))
    write(lite_town, lambda work: planning.skip_one(work, series_id, None, first + timedelta(weeks=1)))
    assert drafting.run_due(lite_town.office) == 2
    assert days(lite_town) == [first + timedelta(days=2), first + timedelta(weeks=2)]
    write(lite_town, lambda work: planning.restore_one(work, series_id, None, first + timedelta(weeks=1)))
    drafting.run_due(lite_town.office)
    assert first + timedelta(weeks=1) in days(lite_town)
    for wrong, error in ((first + timedelta(days=1), NotFound), (first, Invalid)):  # no date of it; a meeting already
        with pytest.raises(error):
            write(lite_town, lambda work, day=wrong: planning.skip_one(work, series_id, None, day))
    with pytest.raises(Invalid):
        write(lite_town, lambda work: planning.move_one(work, series_id, None, first, work.today))


def test_a_change_holds_from_now_on_for_drafts_and_leaves_who_was_invited_alone(lite_town: Town) -> None:
    series_id = set_up(lite_town)
    drafting.run_due(lite_town.office)
    invite(lite_town, meetings(lite_town)[0].id)
    before = days(lite_town)
    with lite_town.office.read(SYSTEM) as work:
        new = weekly(lite_town, work, title="新例会", place="街道三楼", start=time(9, 30),
                     seats={lite_town.department_id("power"): 2})
        other_day = replace(new, pattern=Pattern(Kind.WEEKLY, weekday=(work.today + timedelta(days=3)).weekday()))
    stay = write(lite_town, lambda work: planning.change(work, series_id, None, new))
    assert [m.id for m in stay] == [meetings(lite_town)[0].id]
    assert days(lite_town) == before
    with lite_town.office.read(SYSTEM) as work:
        first, *later = work.session.scalars(select(Meeting).order_by(Meeting.starts_at))
        assert (first.title, work.local(first.starts_at).time()) == ("企业例会", time(14))
        for one in later:
            assert (one.title, one.place, work.local(one.starts_at).time()) == ("新例会", "街道三楼", time(9, 30))
            assert [(d.department.key, d.capacity) for d in one.desks] == [("power", 2)]
    write(lite_town, lambda work: planning.change(work, series_id, None, other_day))  # another weekday: new dates
    assert days(lite_town, MeetingState.INVITING, MeetingState.DRAFT) == before[:1]
    assert drafting.run_due(lite_town.office) >= 3
    assert {day.weekday() for day in days(lite_town, MeetingState.DRAFT)} == {other_day.pattern.weekday}


def test_paused_drafts_nothing_resumed_goes_on_and_ended_takes_its_drafts_along(lite_town: Town) -> None:
    series_id = set_up(lite_town, ahead=6)
    write(lite_town, lambda work: planning.pause(work, series_id, None))
    assert drafting.run_due(lite_town.office) == 0
    write(lite_town, lambda work: planning.resume(work, series_id, None))
    assert drafting.run_due(lite_town.office) == 1
    assert write(lite_town, lambda work: planning.end(work, series_id, None)) == 1
    assert [m.state for m in meetings(lite_town)] == [MeetingState.CANCELLED]
    with lite_town.office.read(SYSTEM) as work:  # nobody was invited, so nobody hears of it but who coordinates
        assert {r.user_id for r in work.session.scalars(select(Reminder))} == {lite_town.actor("coordinator").user_id}
    assert drafting.run_due(lite_town.office) == 0
    with pytest.raises(Refused):
        write(lite_town, lambda work: planning.resume(work, series_id, None))


def test_who_may_set_up_and_change_a_series_and_that_two_editors_meet(lite_town: Town) -> None:
    with pytest.raises(NotFound):
        set_up(lite_town, "other_coordinator")
    series_id = set_up(lite_town)
    for who, error in (("other_coordinator", NotFound), ("area_admin", Forbidden), ("rep_hr", NotFound)):
        with pytest.raises(error):
            write(lite_town, lambda work: planning.pause(work, series_id, None), who)
    with lite_town.office.read(SYSTEM) as work:
        seen = work.session.get_one(MeetingSeries, series_id).version
    write(lite_town, lambda work: planning.pause(work, series_id, seen))
    with pytest.raises(Conflict):
        write(lite_town, lambda work: planning.resume(work, series_id, seen))


def test_everything_wrong_is_said_at_once_beside_its_field(lite_town: Town) -> None:
    with pytest.raises(Invalid) as caught:
        set_up(lite_town, title=" ", place="", slots=0, ahead=0, seats={}, last_on=date(2020, 1, 1))
    assert {p.field for p in caught.value.problems} == {"title", "place", "slots", "ahead", "desks", "last_on"}


def test_what_cannot_be_drafted_is_said_on_the_series_and_holds_up_no_other(lite_town: Town) -> None:
    broken, sound = set_up(lite_town, ahead=6), set_up(lite_town, ahead=6)
    with lite_town.office.write(SYSTEM) as work:
        work.session.get_one(MeetingSeries, broken).group_key = "gone"
    assert drafting.run_due(lite_town.office) == 1
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.get_one(MeetingSeries, broken).problem is not None
        assert work.session.get_one(MeetingSeries, sound).problem is None
    with lite_town.office.write(SYSTEM) as work:
        work.session.get_one(MeetingSeries, broken).group_key = "enterprise"
    assert drafting.run_due(lite_town.office) == 1
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.get_one(MeetingSeries, broken).problem is None


def working_day(work: Work) -> date:
    """A working day in two or three weeks, followed by another."""
    day = work.today + timedelta(days=14)
    while not (work.calendar.is_working(day) and work.calendar.is_working(day + timedelta(days=1))):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("invited", [False, True])
def test_a_day_that_becomes_a_holiday_moves_what_is_not_published_and_tells_those_concerned(
    lite_town: Town, invited: bool
) -> None:
    with lite_town.office.read(SYSTEM) as work:
        day = working_day(work)
    set_up(lite_town, shift=Shift.AFTER, pattern=Pattern(Kind.WEEKLY, weekday=day.weekday()), first_on=day, ahead=30, last_on=day)
    drafting.run_due(lite_town.office)
    if invited:
        invite(lite_town, meetings(lite_town)[0].id)
    games = T("全市运动会", en="City games")
    write(lite_town, lambda work: calendars.set_day(work, day, DayKind.CLOSURE, games), "district_admin")
    assert days(lite_town) == [day + timedelta(days=1)]
    kind = telling.MOVED if invited else telling.RECOUNTED
    with lite_town.office.read(SYSTEM) as work:
        told = list(work.session.scalars(select(Reminder).where(Reminder.kind == kind, Reminder.channel == "mail")))
    expected = {"rep_hr@example.test", "rep_economy@example.test", "01@firm.test", "coordinator@example.test"}
    assert {r.to_address for r in told} == (expected if invited else {"coordinator@example.test"})
    write(lite_town, lambda work: calendars.remove_day(work, day), "district_admin")
    assert days(lite_town) == [day]


def test_what_somebody_moved_by_hand_stays_where_it_is(lite_town: Town) -> None:
    with lite_town.office.read(SYSTEM) as work:
        day = working_day(work)
    set_up(lite_town, shift=Shift.SKIP, pattern=Pattern(Kind.WEEKLY, weekday=day.weekday()), first_on=day, ahead=30, last_on=day)
    drafting.run_due(lite_town.office)
    meeting = meetings(lite_town)[0]
    elsewhere = day + timedelta(days=1)
    write(lite_town, lambda work: publishing.move(
        work, meeting.id, None, day=elsewhere, start=time(14), place="别处", slot_minutes=12, slots_=10))
    write(lite_town, lambda work: calendars.set_day(work, day, DayKind.CLOSURE, T("停电", en="No power")), "district_admin")
    assert days(lite_town, MeetingState.DRAFT) == [elsewhere]


RACE = """
import sys, time
from pathlib import Path
from duijie.bootstrap import open_office
from duijie.services.series import drafting
from duijie.settings import Settings
office = open_office(Settings.from_environment())
with office.database.read():
    pass
print("ready", flush=True)
while not Path(sys.argv[1]).exists():
    time.sleep(0.005)
print(drafting.run_due(office))
"""


@pytest.mark.slow
@pytest.mark.both_databases
def test_six_processes_at_once_draft_each_meeting_once_and_none_complains(town: Town, tmp_path: Path) -> None:
    for _ in range(3):
        set_up(town)
    go = tmp_path / "go"
    url = town.office.database.url.render_as_string(hide_password=False)
    known = os.environ | {"DUIJIE_DATABASE_URL": url, "DUIJIE_DATA_DIR": str(tmp_path), "DUIJIE_PLUGINS": "bundled"}
    racers = [
        subprocess.Popen([sys.executable, "-c", RACE, str(go)], env=known, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    try:
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        go.touch()
        said = [racer.communicate(timeout=120) for racer in racers]
    finally:
        for racer in racers:
            racer.kill()
            racer.wait()
    assert [errors for _, errors in said] == [""] * 6
    assert sum(int(out) for out, _ in said) == 3 * 4
    with town.office.read(SYSTEM) as work:
        rows = work.session.execute(select(SeriesDate.series_id, func.count(), func.count(SeriesDate.meeting_id.distinct()))
                                    .group_by(SeriesDate.series_id)).all()
        assert [tuple(row)[1:] for row in rows] == [(4, 4)] * 3
        assert work.session.scalar(select(func.count(Meeting.id))) == 12
        assert not work.session.scalar(select(func.count(PluginFault.id)))
