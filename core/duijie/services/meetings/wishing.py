"""What matters to a meeting's timetable, in the coordinator's words, and what a choice would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from duijie.domain.text import T
from duijie.matchmaking.values import Weights
from duijie.matchmaking.wishes import GOALS, Goal, Level, weights
from duijie.services.meetings.access import editable, touch
from duijie.services.work import Work
from duijie.storage.models import Meeting

SHOWN: Final = ("waiting", "urgent", "first", "waited", "moved")
"""The wishes that a meeting of one day, with desks that have no named representatives, can have."""

_WORDS: Final[Mapping[str, tuple[T, T]]] = {
    "waiting": (
        T("没有人干等", en="Nobody waits"),
        T("同一家的几场对接尽量连着排，中间不空等。", en="The talks of one requester follow one another without a gap."),
    ),
    "urgent": (
        T("急的先谈", en="Urgent first"),
        T("优先级高的、上次没谈成的诉求排在前面的时段。",
          en="Cases of high priority, and those carried over, get the early slots."),
    ),
    "first": (
        T("人人先谈一次，再谈第二次", en="Everyone heard once before anyone twice"),
        T("时段不够时，先保证每家至少谈一场，再给同一家排第二场。",
          en="When there is not room for all, every requester gets one talk before any gets a second."),
    ),
    "waited": (
        T("等得久的优先", en="Whoever waited longest goes first"),
        T("时段不够时，提交得早的诉求先排上。", en="When there is not room for all, the cases filed earliest get a place."),
    ),
    "moved": (
        T("少改动已有安排", en="Change little"),
        T("重新排时，已有的时间能不动就不动，少打扰各方。",
          en="Solving again leaves the present times as they are where it can, so that few people are told anew."),
    ),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One setting as the page shows it."""

    goal: Goal
    label: T
    explained: T
    level: Level

    @property
    def levels(self) -> tuple[Level, ...]:
        """From not at all to very much."""
        return tuple(self.goal.points)


def of_meeting(meeting: Meeting, chosen: Mapping[str, str] | None = None) -> list[Wish]:
    """The settings of a meeting, or as ``chosen`` would have them."""
    levels = _known(meeting.wishes if chosen is None else chosen)
    goals = {goal.key: goal for goal in GOALS}
    return [
        Wish(goals[key], *_WORDS[key], Level(levels.get(key, goals[key].usual)))
        for key in SHOWN if key in goals
    ]  # fmt: skip


def points(meeting: Meeting) -> Weights:
    """What the solver is told; what a later release does not know any more counts as usual."""
    return weights(_known(meeting.wishes))


def change(work: Work, meeting_id: int, version: int | None, chosen: Mapping[str, str]) -> Meeting:
    """Keep what matters to a meeting's timetable. Raises Invalid for a level that there is not, Conflict, Refused."""
    meeting = editable(work, meeting_id, version)
    weights(chosen)
    usual = {goal.key: goal.usual.value for goal in GOALS}
    kept = {key: level for key, level in chosen.items() if key in SHOWN and level != usual[key]}
    if kept != meeting.wishes:
        meeting.wishes = kept
        touch(meeting)
        words = [T("{label}：{level}", en="{label}: {level}").fill(label=w.label, level=w.level.label)
                 for w in of_meeting(meeting)]
        what = T("；".join(w.zh for w in words), en="; ".join(w.en for w in words))
        work.record("meeting.changed", "meeting", meeting.id, what=what)
        work.session.flush()
    return meeting


def _known(chosen: Mapping[str, str]) -> dict[str, str]:
    levels, keys = set(Level), {goal.key for goal in GOALS}
    return {key: level for key, level in chosen.items() if key in keys and level in levels}
