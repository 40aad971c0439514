"""Settings in words: how much each wish matters, turned into the points of `Weights`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from duijie.domain.errors import Invalid
from duijie.domain.text import T
from duijie.matchmaking.values import Weights


class Level(StrEnum):
    """How much a wish matters."""

    OFF = "off"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def label(self) -> T:
        """What the screen calls it."""
        return _LEVELS[self]


@dataclass(frozen=True, slots=True)
class Goal:
    """One wish that can be weighted: its `Weights` field, its name, what one unmet wish costs per level."""

    key: str
    label: T
    points: Mapping[Level, int]
    usual: Level


def _goal(key: str, label: T, low: int, medium: int, high: int, usual: Level = Level.MEDIUM) -> Goal:
    return Goal(key, label, {Level.OFF: 0, Level.LOW: low, Level.MEDIUM: medium, Level.HIGH: high}, usual)


_LEVELS: Final = {
    Level.OFF: T("不考虑", en="Not at all"),
    Level.LOW: T("略微", en="A little"),
    Level.MEDIUM: T("一般", en="Normally"),
    Level.HIGH: T("非常重要", en="Very much"),
}

GOALS: Final = (
    _goal("waiting", T("减少诉求人的等待", en="Little waiting between two talks"), 3, 10, 40),
    _goal("breaks", T("减少中断次数", en="Few interruptions, however long"), 3, 10, 40, Level.OFF),
    _goal("days", T("尽量一天办完", en="Everything of a requester on one day"), 10, 30, 100),
    _goal("wished", T("照顾希望的时间", en="Talks at the wished time"), 3, 10, 40),
    _goal("unwelcome", T("避开不太方便的时间", en="Avoid times that suit badly"), 2, 5, 20),
    _goal("staff", T("尽量由上次的代表接待", en="The same representative as last time"), 2, 5, 20),
    _goal("urgent", T("紧急的先谈", en="Urgent cases early"), 1, 2, 5, Level.OFF),
    _goal("first", T("人人先谈一次", en="Everyone heard once before anyone twice"), 200, 1000, 2000),
    _goal("waited", T("等得久的优先", en="Whoever waited longer goes first"), 1, 5, 10),
    _goal("moved", T("少改动已有安排", en="Few changes to the earlier timetable"), 1, 5, 20, Level.LOW),
)


def weights(settings: Mapping[str, str] | None = None) -> Weights:
    """The points for settings such as ``{"waiting": "high", "staff": "off"}``; what is not named is as usual.

    Raises `Invalid` for a wish or a level that does not exist. Without settings: ``Weights()``.
    """
    chosen, known = dict(settings or {}), {goal.key: goal for goal in GOALS}
    found: dict[str, int] = {}
    for key, goal in known.items():
        found[key] = goal.points[_level(key, chosen.pop(key, goal.usual))]
    if chosen:
        raise Invalid.field(next(iter(chosen)), "没有这项设置，请重新选择。",
                            "There is no such setting; choose again.")
    return replace(Weights(), **found)


def _level(key: str, word: str) -> Level:
    try:
        return Level(word)
    except ValueError as wrong:
        raise Invalid.field(key, "请选择：不考虑、略微、一般或非常重要。",
                            "Choose one of: off, low, medium, high.") from wrong
