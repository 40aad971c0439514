"""The dates of a series against the working-day calendar of 2026 as it was published."""

from dataclasses import dataclass
from datetime import date

import pytest

from duijie.domain.recurrence import Kind, Pattern, Shift
from duijie.services import calendars
from duijie.services.series import dates

CALENDAR = calendars.library()


@dataclass(frozen=True)
class Planned:
    rule: str
    shift: str
    first_on: date = date(2026, 1, 1)
    last_on: date | None = None


def held(pattern: Pattern, shift: Shift, since: str, until: str) -> dict[str, tuple[str | None, str]]:
    """The rule's date → the day it is held on, and the reason."""
    found = dates.upcoming(Planned(pattern.rule, shift), CALENDAR, date.fromisoformat(since), date.fromisoformat(until))
    return {f"{o.rule_day}": (o.day and f"{o.day}", o.reason.zh if o.reason else "") for o in found}


@pytest.mark.parametrize(("shift", "day"), [
    (Shift.AFTER, "2026-10-08"), (Shift.BEFORE, "2026-09-30"), (Shift.SKIP, None), (Shift.KEEP, "2026-10-01")])
def test_a_date_in_the_national_holiday_goes_where_it_was_said(shift: Shift, day: str | None) -> None:
    found = held(Pattern(Kind.MONTH_DAY, day=1), shift, "2026-09-15", "2026-10-15")["2026-10-01"]
    assert found[0] == day
    assert found[1].startswith("10月1日 周四 逢国庆节，")


def test_the_reason_says_where_the_date_went() -> None:
    found = held(Pattern(Kind.MONTH_DAY, day=18), Shift.AFTER, "2026-04-01", "2026-04-30")
    assert found == {"2026-04-18": ("2026-04-20", "4月18日 周六 逢周末，顺延至 4月20日 周一")}


def test_a_weekend_that_is_worked_is_a_working_day() -> None:
    found = held(Pattern(Kind.WEEKLY, weekday=5), Shift.SKIP, "2026-02-01", "2026-02-28")
    assert {day: held_on for day, (held_on, _) in found.items() if held_on} == {
        "2026-02-14": "2026-02-14", "2026-02-28": "2026-02-28"}


@pytest.mark.parametrize(("pattern", "expected"), [
    (Pattern(Kind.WEEKLY, 2, weekday=2), ["2026-01-07", "2026-01-21"]),
    (Pattern(Kind.MONTH_DAY, 3, day=18), ["2026-01-18", "2026-04-18"]),
    (Pattern(Kind.MONTH_WEEKDAY, 2, nth=1, weekday=3), ["2026-01-01", "2026-03-05"]),
])
def test_it_is_counted_from_the_first_day_that_fits(pattern: Pattern, expected: list[str]) -> None:
    found = held(pattern, Shift.KEEP, "2026-01-01", "2026-04-30")
    assert list(found)[:2] == expected


def test_a_year_that_is_not_published_says_so_and_a_last_day_ends_it() -> None:
    pattern = Pattern(Kind.MONTH_DAY, day=5)
    far = max(CALENDAR.published_years) + 1
    series = Planned(pattern.rule, Shift.AFTER, last_on=date(far, 2, 1))
    found = dates.upcoming(series, CALENDAR, date(far - 1, 11, 1), date(far, 12, 31))
    assert [o.rule_day.year for o in found] == [far - 1, far - 1, far]
    assert [o.note is None for o in found] == [True, True, False]
    assert found[-1].note is not None
    assert str(far) in found[-1].note.en


def test_one_that_was_moved_or_left_out_says_who_wanted_it() -> None:
    series = Planned(Pattern(Kind.MONTH_DAY, day=18).rule, Shift.AFTER)
    told = {date(2026, 3, 18): (date(2026, 3, 25), False), date(2026, 5, 18): (None, True)}
    found = dates.upcoming(series, CALENDAR, date(2026, 3, 1), date(2026, 5, 31), told)
    assert [o.day for o in found] == [date(2026, 3, 25), date(2026, 4, 20), None]
    assert all("协调员" in o.reason.zh for o in (found[0], found[2]) if o.reason)
