"""The calendar in the database: seeded once, edited by administrators, and deadlines that follow it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import chinese_calendar
import pytest
from small_group import START, actor, assigned_case, at, promise, small_office
from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid, NotFound
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, Rule, Step, Who, WorkingDays
from duijie.domain.text import T
from duijie.domain.working_days import DayKind
from duijie.services import calendars, follow_up
from duijie.services.work import Office
from duijie.storage.models import CalendarDay, CalendarYear, Case, Commitment, Event, FollowUp, Reminder
from duijie.storage.queries.calendar import load_calendar

NAME = T("运动会", en="Games")
RULES = [
    Rule("due", NAME, Anchor.LEAD_DUE, (Step(WorkingDays(-1), Act.REMIND, (Who.LEAD,)),)),
    Rule("open", NAME, Anchor.OPEN, (Step(WorkingDays(3), Act.REMIND, (Who.LEAD,)),)),
    Rule("promise", NAME, Anchor.COMMITMENT_DUE, (Step(WorkingDays(-1), Act.REMIND, (Who.PROMISER,)),)),
]


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with at(START), small_office(tmp_path, database_url, RULES) as office:
        yield office


def day_of(office: Office, day: date) -> CalendarDay | None:
    with office.read(SYSTEM) as work:
        return work.session.get(CalendarDay, day)


def test_every_day_of_the_published_years_is_what_the_notice_says(town: Office) -> None:
    with town.read(SYSTEM) as work:
        years = sorted(work.session.scalars(select(CalendarYear.year)))
        calendar = load_calendar(work.session, date(2024, 1, 1), {})
    assert years == [2024, 2025, 2026]
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            assert calendar.is_working(day) == chinese_calendar.is_workday(day), day
            day = date.fromordinal(day.toordinal() + 1)


def test_a_year_without_a_notice_stays_unpublished() -> None:
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(2027, 1, 4))
    assert 2027 not in calendars.known_years()


def test_seeding_again_adds_nothing_and_keeps_what_was_edited(town: Office) -> None:
    with town.write(actor(town, "administrator")) as work:
        calendars.set_day(work, date(2026, 10, 10), DayKind.CLOSURE, NAME)
        calendars.remove_day(work, date(2026, 10, 7))
    with town.write(SYSTEM) as work:
        before = len(work.session.scalars(select(CalendarDay)).all())
        assert calendars.seed(work) == []
        assert len(work.session.scalars(select(CalendarDay)).all()) == before
    assert day_of(town, date(2026, 10, 7)) is None  # an administrator took it out
    edited = day_of(town, date(2026, 10, 10))
    assert edited is not None
    assert (edited.kind, edited.source) == (DayKind.CLOSURE, "edited")


def test_a_day_that_was_edited_before_its_notice_came_stays(town: Office) -> None:
    with town.write(SYSTEM) as work:
        work.session.delete(work.session.get_one(CalendarYear, 2026))
        row = work.session.get_one(CalendarDay, date(2026, 10, 1))
        row.kind, row.source = DayKind.CLOSURE, "edited"
    with town.write(SYSTEM) as work:
        assert calendars.seed(work) == [2026]
    kept = day_of(town, date(2026, 10, 1))
    assert kept is not None
    assert kept.kind is DayKind.CLOSURE


def test_a_new_holiday_moves_every_open_deadline_and_tells_whom_it_concerns(town: Office) -> None:
    with town.write(SYSTEM) as work:
        case = assigned_case(work, date(2026, 12, 1))  # six working days from Monday 23 November
        made = promise(work, case, 6)
        by_hand = assigned_case(work, date(2026, 12, 5), number="S-2")  # a Saturday: somebody chose it
        follow_up.sync(work, case)
        ids = case.id, made.id, by_hand.id
    with town.write(actor(town, "administrator")) as work:
        calendars.set_day(work, date(2026, 11, 25), DayKind.CLOSURE, NAME)
    with town.read(SYSTEM) as work:
        case = work.session.get_one(Case, ids[0])
        assert case.due_on == date(2026, 12, 2)
        assert case.lead is not None
        assert case.lead.due_on == date(2026, 12, 2)
        assert work.session.get_one(Commitment, ids[1]).due_on == date(2026, 12, 2)
        assert work.session.get_one(Case, ids[2]).due_on == date(2026, 12, 5)
        armed = {
            (r.case_id, r.rule_key): r.due_at.date()
            for r in work.session.scalars(select(FollowUp).where(FollowUp.state == "armed"))
        }
        assert armed[ids[0], "due"] == armed[ids[0], "promise"] == date(2026, 12, 1)
        assert armed[ids[0], "open"] == armed[ids[2], "open"] == date(2026, 11, 27)
        inbox = {r.to_name: r for r in work.session.scalars(select(Reminder).where(Reminder.channel == "inbox"))}
        assert set(inbox) == {"coordinator同志", "rep同志"}
        for told in inbox.values():
            assert "S-1：12月1日 → 12月2日" in told.body.zh
            assert "S-1: 1 December → 2 December" in told.body.en
        waiting = work.session.scalars(select(Reminder).where(Reminder.user_id.is_(None))).one()
        assert (waiting.to_name, waiting.kind) == ("王大爷", "calendar.recounted")
        assert "由 12月1日 调整为 12月2日" in waiting.body.zh
        (event,) = work.session.scalars(select(Event).where(Event.kind == "calendar.changed"))
        assert event.actor == "administrator同志"


def test_taking_the_day_out_again_moves_them_back(town: Office) -> None:
    with town.write(SYSTEM) as work:
        case_id = assigned_case(work, date(2026, 12, 1)).id
    for change in ("set", "remove"):
        with town.write(actor(town, "administrator")) as work:
            if change == "set":
                calendars.set_day(work, date(2026, 11, 25), DayKind.CLOSURE, NAME)
            else:
                calendars.remove_day(work, date(2026, 11, 25))
    with town.read(SYSTEM) as work:
        assert work.session.get_one(Case, case_id).due_on == date(2026, 12, 1)
        armed = select(FollowUp).where(FollowUp.state == "armed", FollowUp.rule_key == "due")
        assert work.session.scalars(armed).one().due_at == datetime(2026, 11, 30, 1, tzinfo=UTC)


def test_publishing_the_next_year_ends_the_assumption(town: Office) -> None:
    with town.write(SYSTEM) as work:
        case = assigned_case(work, date(2026, 12, 1))
        made = promise(work, case, 32)
        assert made.due_on == date(2027, 1, 7)
        days = [(date(2027, 1, 1), DayKind.HOLIDAY, NAME), (date(2027, 1, 4), DayKind.HOLIDAY, NAME)]
        calendars.publish_year(work, 2027, days)
        assert made.due_on == date(2027, 1, 8)
        assert work.calendar.add(work.today, 32).warning is None
        with pytest.raises(Invalid):
            calendars.publish_year(work, 2027, days)


@pytest.mark.parametrize("who", ["coordinator", "rep"])
def test_only_administrators_edit_the_calendar(town: Office, who: str) -> None:
    with town.write(actor(town, who)) as work:
        with pytest.raises(Forbidden):
            calendars.set_day(work, date(2026, 11, 25), DayKind.CLOSURE, NAME)
        with pytest.raises(Forbidden):
            calendars.remove_day(work, date(2026, 10, 1))
        with pytest.raises(Forbidden):
            calendars.publish_year(work, 2027, [])


def test_what_makes_no_sense_is_refused_in_words(town: Office) -> None:
    with town.write(actor(town, "administrator")) as work:
        with pytest.raises(Invalid, match="节假日"):
            calendars.set_day(work, date(2026, 11, 25), DayKind.WEEKEND, NAME)
        with pytest.raises(NotFound):
            calendars.remove_day(work, date(2026, 11, 25))
