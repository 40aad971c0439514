"""How long before a meeting people are reminded, in words."""

from collections.abc import Iterable, Mapping
from typing import Final

from duijie.domain.text import T, joined

DAY: Final = 24 * 60
CHOICES: Final[Mapping[int, T]] = {
    14 * DAY: T("14 天", en="14 days"),
    7 * DAY: T("7 天", en="7 days"),
    3 * DAY: T("3 天", en="3 days"),
    2 * DAY: T("2 天", en="2 days"),
    DAY: T("1 天", en="1 day"),
    4 * 60: T("4 小时", en="4 hours"),
    2 * 60: T("2 小时", en="2 hours"),
    60: T("1 小时", en="1 hour"),
    30: T("30 分钟", en="30 minutes"),
}
"""Minutes before a meeting → how people say it; the longest first. Whole days are counted as calendar days."""
USUAL: Final = (7 * DAY, DAY, 2 * 60)


def chosen(minutes: Iterable[int]) -> list[int]:
    """Those of ``minutes`` that are `CHOICES`, each once, the longest first."""
    wanted = set(minutes)
    return [lead for lead in CHOICES if lead in wanted]


def in_words(leads: Iterable[int]) -> T:
    """会前 7 天、1 天、2 小时 / 7 days, 1 day, 2 hours before; 会前不提醒 / no reminder before it."""
    named = joined([CHOICES[lead] for lead in chosen(leads)])
    if not named.zh:
        return T("会前不提醒", en="no reminder before it")
    return T("会前 {named}", en="{named} before").fill(named=named)
