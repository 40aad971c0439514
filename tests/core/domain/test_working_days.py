"""Working days: the known answers of the notices of 2026, and what must hold for every calendar."""

from datetime import date, timedelta

import pytest
from chinese_calendar.constants import holidays, workdays
from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.text import T
from duijie.domain.working_days import DayKind, WorkingCalendar, calendar_of

NO_NAME = T("", en="")
CHINA = calendar_of(
    [(day, DayKind.HOLIDAY, T.same(name)) for day, name in holidays.items() if day.year >= 2024]
    + [(day, DayKind.MAKE_UP, T.same(name)) for day, name in workdays.items() if day.year >= 2024],
    (2024, 2025, 2026),
)
DAYS = st.dates(date(2025, 1, 1), date(2027, 6, 30))
KINDS = st.sampled_from([DayKind.HOLIDAY, DayKind.MAKE_UP, DayKind.CLOSURE])
CALENDARS = st.dictionaries(DAYS, KINDS, max_size=60).map(
    lambda days: calendar_of([(day, kind, NO_NAME) for day, kind in days.items()], (2025, 2026))
)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 2, 11), 3, date(2026, 2, 14)),    # a make-up Saturday before the Spring Festival counts
        (date(2026, 9, 28), 7, date(2026, 10, 13)),   # National Day with its make-up Saturday
        (date(2026, 4, 29), 5, date(2026, 5, 9)),     # Labour Day
        (date(2026, 11, 27), 3, date(2026, 12, 2)),
        (date(2026, 11, 27), 7, date(2026, 12, 8)),
    ],
)  # fmt: skip
def test_deadlines_of_2026_follow_the_notice(start: date, days: int, end: date) -> None:
    deadline = CHINA.add(start, days)
    assert deadline.day == end
    assert deadline.warning is None


def test_a_deadline_in_an_unpublished_year_says_so() -> None:
    deadline = CHINA.add(date(2026, 11, 27), 25)
    assert deadline.day == date(2027, 1, 4)
    assert deadline.assumed_years == (2027,)
    assert deadline.warning is not None
    assert "2027" in deadline.warning.zh
    assert "2027" in deadline.warning.en
    assert "尚未公布" in deadline.warning.zh


def test_every_day_of_a_calculation_is_listed() -> None:
    steps = CHINA.add(date(2026, 9, 28), 7).steps
    assert [s.day for s in steps] == [date(2026, 9, 28) + timedelta(days=n) for n in range(1, 16)]
    assert steps[-1].number == 7
    assert next(s for s in steps if s.day == date(2026, 10, 10)).kind is DayKind.MAKE_UP


def test_too_long_a_term_is_refused() -> None:
    with pytest.raises(ValueError, match="2000"):
        CHINA.add(date(2026, 1, 5), 2001)


@given(CALENDARS, DAYS, st.integers(1, 120))
def test_between_undoes_add(calendar: WorkingCalendar, start: date, days: int) -> None:
    end = calendar.add(start, days).day
    assert calendar.is_working(end)
    assert calendar.between(start, end) == days
    assert calendar.between(end, start) == -days


@given(CALENDARS, DAYS, st.integers(1, 60), st.integers(1, 60))
def test_terms_add_up(calendar: WorkingCalendar, start: date, first: int, then: int) -> None:
    middle = calendar.add(start, first).day
    assert calendar.add(middle, then).day == calendar.add(start, first + then).day


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_back_from_a_working_day_is_where_one_came_from(
    calendar: WorkingCalendar, start: date, days: int
) -> None:
    working = calendar.add(start, 1).day
    assert calendar.add(calendar.add(working, days).day, -days).day == working


@given(CALENDARS, DAYS, st.integers(0, 60))
def test_more_days_never_end_earlier(calendar: WorkingCalendar, start: date, days: int) -> None:
    assert calendar.add(start, days + 1).day > calendar.add(start, days).day


@given(CALENDARS, DAYS)
def test_zero_days_is_the_day_itself(calendar: WorkingCalendar, start: date) -> None:
    assert calendar.add(start, 0).day == start
    assert calendar.between(start, start) == 0


@given(CALENDARS, DAYS, st.integers(-60, 60))
def test_the_short_way_ends_where_the_long_one_does(calendar: WorkingCalendar, start: date, days: int) -> None:
    assert calendar.day_after(start, days) == calendar.add(start, days).day
