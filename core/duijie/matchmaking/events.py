"""What can happen on the day, and what replanning answers: the new timetable and the list of moves."""

from dataclasses import dataclass

from duijie.domain.text import T
from duijie.matchmaking.results import Solution
from duijie.matchmaking.values import Desk, Party, Problem, Request


@dataclass(frozen=True, slots=True)
class DeskClosed:
    """Desk ``desk`` takes nobody in ``slots``: it starts late, pauses, or goes home."""

    desk: str
    slots: frozenset[int]


@dataclass(frozen=True, slots=True)
class DeskAdded:
    """A further desk (a new key), or the same desk (a known key) with other staff or hours."""

    desk: Desk


@dataclass(frozen=True, slots=True)
class PartyAway:
    """Requester ``party`` cannot come in ``slots``: late, gone early, or not coming at all."""

    party: str
    slots: frozenset[int]


@dataclass(frozen=True, slots=True)
class PartyAdded:
    """A requester who came unannounced (or is known already), with what it asks for."""

    party: Party
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Request ``request`` is no longer wanted."""

    request: str


@dataclass(frozen=True, slots=True)
class Overrun:
    """Talk ``request`` takes ``slots`` slots in all."""

    request: str
    slots: int


Event = DeskClosed | DeskAdded | PartyAway | PartyAdded | Withdrawn | Overrun


@dataclass(frozen=True, slots=True)
class Move:
    """One change that somebody must be told: slots before and after (None: no place), and the sentence."""

    request: str
    before: int | None
    after: int | None
    text: T


@dataclass(frozen=True, slots=True)
class Replanned:
    """``problem`` after the events, its ``solution``, the ``moves``; ``least``: no answer has fewer moves."""

    problem: Problem
    solution: Solution
    moves: tuple[Move, ...]
    least: int
