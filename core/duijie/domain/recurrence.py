"""How a meeting comes again: what a coordinator says in words, and the RRULE (RFC 5545) it stands for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from duijie.domain.text import T

LAST: Final = -1
DAYS: Final = (*range(1, 29), LAST)  # every month has these
NTHS: Final = (1, 2, 3, 4, LAST)
MOST_WEEKS: Final = 12
MOST_MONTHS: Final = 12
WEEKDAYS: Final = (
    T("周一", en="Monday"), T("周二", en="Tuesday"), T("周三", en="Wednesday"), T("周四", en="Thursday"),
    T("周五", en="Friday"), T("周六", en="Saturday"), T("周日", en="Sunday"),
)  # fmt: skip
NTH_WORDS: Final = {
    1: T("第一个", en="first"), 2: T("第二个", en="second"), 3: T("第三个", en="third"), 4: T("第四个", en="fourth"),
    LAST: T("最后一个", en="last"),
}  # fmt: skip
_CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Shift(StrEnum):
    """What becomes of a date that is no working day. Make-up workdays (调休上班) are working days."""

    AFTER = "after"
    BEFORE = "before"
    SKIP = "skip"
    KEEP = "keep"

    @property
    def label(self) -> T:
        """What the form calls it."""
        return _SHIFTS[self]


_SHIFTS = {
    Shift.AFTER: T("顺延到下一个工作日", en="Hold it on the next working day"),
    Shift.BEFORE: T("提前到上一个工作日", en="Hold it on the working day before"),
    Shift.SKIP: T("这一次不开", en="Leave it out that time"),
    Shift.KEEP: T("照常召开", en="Hold it all the same"),
}


class Kind(StrEnum):
    """The three ways in which people say it."""

    MONTH_DAY = "month_day"          # monthly on the 18th
    MONTH_WEEKDAY = "month_weekday"  # every last Friday of the month
    WEEKLY = "weekly"                # every Wednesday, every second Wednesday


@dataclass(frozen=True, slots=True)
class Pattern:
    """When a meeting comes again. ``every`` counts months, or weeks for `Kind.WEEKLY`; ``weekday``: Monday is 0.

    ``day`` (1 to 28, or `LAST`) is for `Kind.MONTH_DAY`, ``nth`` (1 to 4, or `LAST`) for `Kind.MONTH_WEEKDAY`.
    Raises ValueError for numbers that no calendar has.
    """

    kind: Kind
    every: int = 1
    day: int = 1
    nth: int = 1
    weekday: int = 0

    def __post_init__(self) -> None:
        most = MOST_WEEKS if self.kind is Kind.WEEKLY else MOST_MONTHS
        good = self.day in DAYS and self.nth in NTHS and 0 <= self.weekday < 7 and 1 <= self.every <= most
        if not good:
            raise ValueError(f"no such date: {self}")

    @property
    def rule(self) -> str:
        """The RRULE, without its DTSTART."""
        if self.kind is Kind.WEEKLY:
            return f"FREQ=WEEKLY;INTERVAL={self.every};WKST=MO;BYDAY={_CODES[self.weekday]}"
        months = f"FREQ=MONTHLY;INTERVAL={self.every}"
        if self.kind is Kind.MONTH_DAY:
            return f"{months};BYMONTHDAY={self.day}"
        return f"{months};BYDAY={self.nth}{_CODES[self.weekday]}"

    @property
    def words(self) -> T:
        """每月 18 日 / monthly on the 18th; 每 2 周的周三 / every 2 weeks on Wednesday."""
        weekday = WEEKDAYS[self.weekday]
        if self.kind is Kind.WEEKLY:
            often = T("每", en="every ") if self.every == 1 else T(f"每 {self.every} 周的", en=f"every {self.every} weeks on ")
            return T("{often}{day}", en="{often}{day}").fill(often=often, day=weekday)
        often = T("每月", en="monthly") if self.every == 1 else T(f"每 {self.every} 个月的", en=f"every {self.every} months")
        if self.kind is Kind.MONTH_WEEKDAY:
            return T("{often}{nth}{day}", en="{often} on the {nth} {day}").fill(
                often=often, nth=NTH_WORDS[self.nth], day=weekday)
        day = T("最后一天", en="last day") if self.day == LAST else T(f" {self.day} 日", en=_nth(self.day))
        return T("{often}{day}", en="{often} on the {day}").fill(often=often, day=day)


def pattern_of(rule: str) -> Pattern:
    """The pattern that wrote ``rule``. Raises ValueError for any other RRULE."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    every, by_day = int(parts["INTERVAL"]), parts.get("BYDAY", "MO")
    weekday = _CODES.index(by_day[-2:])
    if parts["FREQ"] == "WEEKLY":
        return Pattern(Kind.WEEKLY, every, weekday=weekday)
    if "BYMONTHDAY" in parts:
        return Pattern(Kind.MONTH_DAY, every, day=int(parts["BYMONTHDAY"]))
    return Pattern(Kind.MONTH_WEEKDAY, every, nth=int(by_day[:-2]), weekday=weekday)


def _nth(n: int) -> str:
    """1st, 2nd, 3rd, 4th … 11th, 12th, 13th."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
