"""A series in words and as RRULE: both say the same dates."""

from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.recurrence import DAYS, LAST, NTHS, Kind, Pattern, pattern_of

PATTERNS = st.builds(
    Pattern, st.sampled_from(Kind), st.integers(1, 12), st.sampled_from(DAYS), st.sampled_from(NTHS), st.integers(0, 6)
)


@pytest.mark.parametrize(("pattern", "zh", "en", "first"), [
    (Pattern(Kind.MONTH_DAY, day=18), "每月 18 日", "monthly on the 18th", "2026-01-18"),
    (Pattern(Kind.MONTH_DAY, 3, day=LAST), "每 3 个月的最后一天", "every 3 months on the last day", "2026-01-31"),
    (Pattern(Kind.MONTH_WEEKDAY, nth=LAST, weekday=4), "每月最后一个周五", "monthly on the last Friday", "2026-01-30"),
    (Pattern(Kind.MONTH_WEEKDAY, nth=2, weekday=2), "每月第二个周三", "monthly on the second Wednesday", "2026-01-14"),
    (Pattern(Kind.WEEKLY, 2, weekday=2), "每 2 周的周三", "every 2 weeks on Wednesday", "2026-01-14"),
    (Pattern(Kind.WEEKLY, weekday=0), "每周一", "every Monday", "2026-01-05"),
])
def test_the_words_and_the_rule_of_a_pattern(pattern: Pattern, zh: str, en: str, first: str) -> None:
    assert (pattern.words.zh, pattern.words.en) == (zh, en)
    assert rrulestr(pattern.rule, dtstart=datetime(2026, 1, 1))[0].date() == date.fromisoformat(first)  # noqa: DTZ001


@given(PATTERNS)
def test_a_rule_reads_back_as_its_pattern_and_is_never_without_a_date(pattern: Pattern) -> None:
    again = pattern_of(pattern.rule)
    assert (again.rule, again.words) == (pattern.rule, pattern.words)
    found = rrulestr(pattern.rule, dtstart=datetime(2026, 1, 31))[:3]  # noqa: DTZ001
    assert len(found) == 3
    if pattern.kind is not Kind.MONTH_DAY:
        assert {moment.weekday() for moment in found} == {pattern.weekday}


@pytest.mark.parametrize("wrong", [{"day": 31}, {"nth": 5}, {"weekday": 7}, {"every": 0}, {"every": 13}])
def test_what_no_calendar_has_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no such date"):
        Pattern(Kind.MONTH_DAY, **wrong)
