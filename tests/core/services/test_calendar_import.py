"""Special days from files: as Excel and as calendars write them, looked at first, taken in as one change."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, promise, small_office
from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid
from duijie.domain.roles import SYSTEM
from duijie.domain.working_days import DayKind
from duijie.services import calendar_import, calendars, deadlines
from duijie.services.calendar_files import read
from duijie.services.work import Office
from duijie.storage.models import Case, Event, Reminder

YEAR = """日期,类型,名称
2027-01-01,节假日,元旦
2027-02-05,节假日,春节
2027-02-06,节假日,春节
2027-02-08,节假日,春节
2027-02-20,调休上班,春节
"""
ICS = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//x//\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:\xe6\x98\xa5\xe8\x8a\x82\r
DTSTART;VALUE=DATE:20270205\r
DTEND;VALUE=DATE:20270208\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
SUMMARY:\xe6\x98\xa5\xe8\x8a\x82\xe8\xa1\xa5\xe7\x8f\xad\r
DTSTART;VALUE=DATE:20270220\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:3\r
SUMMARY:Spring\r
X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\r
DTSTART;VALUE=DATE:20270227\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Office]:
    with at(START), small_office(tmp_path, f"sqlite:///{tmp_path}/d.db") as office:
        yield office


def test_csv_as_excel_saves_it() -> None:
    for content in (YEAR.encode("utf-8-sig"), YEAR.encode("gb18030")):
        days = read("放假.csv", content)
        assert [(d.day.isoformat()[5:], d.kind, d.name.zh) for d in days][-2:] == [
            ("02-08", DayKind.HOLIDAY, "春节"), ("02-20", DayKind.MAKE_UP, "春节"),
        ]  # fmt: skip


def test_ics_as_calendars_publish_it() -> None:
    days = {d.day.day: d.kind for d in read("x.ics", ICS)}
    off, work = DayKind.HOLIDAY, DayKind.MAKE_UP
    assert days == {5: off, 6: off, 7: off, 20: work, 27: work}, "an all-day entry ends the day before its end"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有找到任何日期"),
        ("日期,名称\n2027-01-01,元旦".encode(), "表头"),
        ("日期,类型\n2027-02-30,节假日".encode(), "第 2 行"),
        ("日期,类型\n2027-02-20,开会".encode(), "第 2 行"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "读不出来|没有找到"),
        (b"x" * 600_000, "512 KB"),
        ("日期,类型,名称\n2027-01-01,节假日,".encode() + b"x" * 200_000, "第 2 行读不出来"),
        ("日期,类型\n\n\n2027-02-30,节假日".encode(), "第 4 行"),
        ("日期,类型\n0001-01-01,节假日".encode(), "第 2 行"),
        ("日期,类型\n2027-02-06,节假日\n2027/2/6,补班".encode(), "2027-02-06 在文件里出现多次"),
        (ICS.replace(b"20270220", b"some day"), "“春节补班”的日期读不出来"),
        (ICS.replace(b"20270220", b"99991231"), "起止日期不合理"),
        (b"\xff\xfe\xfd\x81", "编码|表头"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read("x.csv", content)


def test_a_file_is_looked_at_and_then_taken_in_as_one_change(town: Office) -> None:
    with town.write(SYSTEM) as work:
        case = assigned_case(work, date(2026, 12, 1))
        made = promise(work, case, 32)
        ids, before = (case.id, made.id), made.due_on
        assert before == date(2027, 1, 7)
        assert work.calendar.note_on(before) is not None
    days = read("x.csv", (YEAR + "2027-01-04,本地休息,停电\n").encode())
    with town.write(actor(town, "administrator")) as work:
        seen = calendar_import.preview(work, days)
        assert (seen.years, seen.changes, seen.deadlines) == ((2027,), 6, 1)
        assert calendar_import.take_in(work, days, [2027]) == 6
    with town.write(actor(town, "administrator")) as work:
        assert calendar_import.take_in(work, days) == 0, "twice is once"
        with pytest.raises(Invalid):
            calendar_import.take_in(work, days, [2028])
        case = work.session.get_one(Case, ids[0])
        counted = deadlines.of_case(work, case)[-1]
        assert counted.due_on == date(2027, 1, 8)
        assert counted.count is not None
        assert counted.count.warning is None
        assert [s.number for s in counted.count.steps if s.day == date(2027, 1, 4)] == [0]
        assert len(work.session.scalars(select(Event).where(Event.kind == "calendar.changed")).all()) == 1
        told = work.session.scalars(select(Reminder).where(Reminder.kind.startswith("calendar."))).all()
        assert {r.kind for r in told} == {"calendar.recounted:coordinator", "calendar.recounted:department:small"}


def test_only_administrators_take_files_in(town: Office) -> None:
    days = read("x.csv", YEAR.encode())
    with town.write(actor(town, "coordinator")) as work, pytest.raises(Forbidden):
        calendar_import.take_in(work, days)


def test_the_library_alone_knows_the_known_answers() -> None:
    calendar = calendars.library()
    assert calendar.add(date(2026, 2, 11), 3).day == date(2026, 2, 14)
    assert calendar.add(date(2026, 9, 28), 7).day == date(2026, 10, 13)
    assert calendar.add(date(2026, 4, 29), 5).day == date(2026, 5, 9)


def test_names_come_without_what_a_screen_would_obey() -> None:
    (day,) = read("x.csv", "日期,类型,名称\n2027-02-06,节假日,春\x07\x1b[31m\u202e节\x00".encode())
    assert day.name.zh == "春[31m节"


def test_the_same_file_twice_changes_nothing_and_a_part_of_a_year_is_not_published(town: Office) -> None:
    days = read("2027.csv", YEAR.encode())
    with town.write(SYSTEM) as work:
        assert calendar_import.take_in(work, days, [2027]) == 5
        assert calendar_import.take_in(work, days, [2027]) == 0, "published already is no mistake"
        with pytest.raises(Invalid, match="2028 年只有 1 天"):
            calendar_import.take_in(work, read("x.csv", "日期,类型\n2028-01-01,节假日".encode()), [2028])
