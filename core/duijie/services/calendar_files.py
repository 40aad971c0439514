"""Reads special days from a file: CSV as Excel writes it, or ICS as calendars publish it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Final

from icalendar import Calendar, Event

from duijie.domain.encodings import decoded
from duijie.domain.errors import Invalid, Problem
from duijie.domain.forms.reading import clean
from duijie.domain.text import T
from duijie.domain.working_days import DayKind

MOST_BYTES: Final = 512 * 1024
MOST_DAYS: Final = 1000
MOST_SPAN: Final = 60  # days of one entry; a longer one is a mistake
YEARS: Final = range(2000, 2101)  # a day outside of them is a typing error
_MOST_PROBLEMS: Final = 10
_KINDS: Final = {
    "holiday": DayKind.HOLIDAY, "节假日": DayKind.HOLIDAY, "放假": DayKind.HOLIDAY, "休": DayKind.HOLIDAY,
    "make_up": DayKind.MAKE_UP, "调休上班": DayKind.MAKE_UP, "调休": DayKind.MAKE_UP, "补班": DayKind.MAKE_UP,
    "班": DayKind.MAKE_UP,
    "closure": DayKind.CLOSURE, "本地休息": DayKind.CLOSURE, "停工": DayKind.CLOSURE,
}  # fmt: skip
_COLUMNS: Final = {
    "day": ("day", "date", "日期"), "kind": ("kind", "type", "类型", "安排"),
    "name": ("name", "名称", "节日"), "name_en": ("name_en", "英文名称"),
}  # fmt: skip
_WORK: Final = re.compile(r"补班|调休上班|上班|（班）|\(班\)|work(?:ing)?\s?day", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class FileDay:
    """One special day of a file."""

    day: date
    kind: DayKind
    name: T


def read(file_name: str, content: bytes) -> list[FileDay]:
    """The days of a CSV or ICS file, each once, in their order.

    Raises Invalid for ``file`` when it is neither, too large, empty, says two things of one day, or has lines
    that cannot be read: each is named with its number.
    """
    if len(content) > MOST_BYTES:
        raise _refused("文件超过 512 KB，不像是放假安排。", "The file is over 512 KB: this is no list of holidays.")
    ics = file_name.lower().endswith((".ics", ".ical")) or content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"BEGIN:")
    days: dict[date, FileDay] = {}
    for one in _ics(content) if ics else _csv(_text(content)):
        if days.setdefault(one.day, one).kind is not one.kind:
            raise _refused(f"{one.day} 在文件里出现多次，安排不一致，请只保留一个。",
                           f"The file says two things of {one.day}. Keep one of them.")
    if not days:
        raise _refused("文件里没有找到任何日期。", "No day was found in the file.")
    if len(days) > MOST_DAYS:
        raise _refused(f"一次最多导入 {MOST_DAYS} 天。", f"At most {MOST_DAYS} days at a time.")
    return [days[day] for day in sorted(days)]


def _text(content: bytes) -> str:
    if (text := decoded(content)) is not None:
        return text
    raise _refused("文件的文字编码无法识别，请另存为 UTF-8 再试。", "The file's encoding is not known; save it as UTF-8.")


def _csv(text: str) -> Iterator[FileDay]:
    rows = _rows(text)
    if not rows:
        return
    columns = _columns(rows[0][1])
    if "day" not in columns or "kind" not in columns:
        raise _refused("第一行应是表头，至少有“日期”和“类型”两列。",
                       "The first line must be a header with at least the columns day and kind.")
    problems: list[Problem] = []
    for number, row in rows[1:]:
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        day, kind = _day(cells["day"]), _KINDS.get(cells["kind"].lower())
        if day is None or kind is None:
            problems.append(Problem("file", _line_problem(number, cells, day)))
        else:
            zh = _name(cells.get("name", ""))
            yield FileDay(day, kind, T(zh, en=_name(cells.get("name_en", "")) or zh))
    if problems:
        raise Invalid(*problems[:_MOST_PROBLEMS])


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with the number of its line (its last one, where a cell has several)."""
    reader = csv.reader(StringIO(text, newline=""))
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise _refused(f"第 {reader.line_num} 行读不出来，请用 Excel 另存为 CSV 再试。",
                       f"Line {reader.line_num} cannot be read; save the file as CSV with Excel and try again.") from error


def _columns(header: list[str]) -> dict[str, int]:
    titles = [cell.strip().lower() for cell in header]
    return {
        name: next(at for at, title in enumerate(titles) if title in known)
        for name, known in _COLUMNS.items()
        if any(title in known for title in titles)
    }


def _line_problem(number: int, cells: dict[str, str], day: date | None) -> T:
    if day is None:
        return T("第 {n} 行：“{x}”不是日期，请写成 2027-02-05。", en="Line {n}: “{x}” is no date; write 2027-02-05.").fill(
            n=number, x=cells["day"][:40]
        )
    return T("第 {n} 行：“{x}”不是已知的类型，请写节假日、调休上班或本地休息。",
             en="Line {n}: “{x}” is no known kind; write holiday, make_up or closure.").fill(n=number, x=cells["kind"][:40])


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def _name(text: str) -> str:
    return clean(text, lines=False)[:200]


def _ics(content: bytes) -> Iterator[FileDay]:
    try:
        calendar = Calendar.from_ical(content)
    except ValueError as error:
        raise _refused("这个日历文件读不出来。", "This calendar file cannot be read.") from error
    for event in calendar.walk("VEVENT"):
        if isinstance(event, Event):
            try:
                yield from _of_event(event)
            except (ValueError, OverflowError) as error:
                name = _name(str(event.get("SUMMARY", "")))
                raise _refused(f"“{name}”的日期读不出来。", f"The day of “{name}” cannot be read.") from error


def _of_event(event: Event) -> Iterator[FileDay]:
    """The days of an entry; the last day of an all-day entry is the one before its end (RFC 5545)."""
    start, end = event.get("DTSTART"), event.get("DTEND")
    if start is None:
        return
    first = _plain(start.dt)
    last = _plain(end.dt) - timedelta(days=not isinstance(end.dt, datetime)) if end is not None else first
    name = _name(str(event.get("SUMMARY", "")))
    if not 0 <= (last - first).days < MOST_SPAN or not {first.year, last.year} <= set(YEARS):
        raise _refused(f"“{name}”的起止日期不合理。", f"“{name}” begins and ends on days that make no sense.")
    for n in range((last - first).days + 1):
        yield FileDay(first + timedelta(days=n), _kind_of(event, name), T.same(name))


def _kind_of(event: Event, name: str) -> DayKind:
    """Calendars say it in a property of Apple's, or in the entry's name."""
    special = str(event.get("X-APPLE-SPECIAL-DAY", ""))
    if special == "ALTERNATE-WORKDAY" or _WORK.search(name):
        return DayKind.MAKE_UP
    return DayKind.CLOSURE if "停工" in name or "本地休息" in name else DayKind.HOLIDAY


def _plain(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _refused(zh: str, en: str) -> Invalid:
    return Invalid.field("file", zh, en)
