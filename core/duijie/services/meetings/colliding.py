"""Why not everything fits: the smallest set of wishes and limits that collide, in the words of the meeting."""

from dataclasses import dataclass, replace

from duijie.domain.text import T
from duijie.matchmaking.collisions import explain
from duijie.services.meetings import planning
from duijie.services.work import Work
from duijie.storage.models import Meeting


@dataclass(frozen=True, slots=True)
class Collision:
    """``said`` in one sentence; ``limits`` cannot all hold; giving way at any one of ``changes`` undoes it."""

    said: T
    limits: tuple[T, ...]
    changes: tuple[T, ...]


def of_meeting(work: Work, meeting: Meeting) -> Collision | None:
    """One collision, the most telling first; None when all fit, or nothing was found within a few seconds.

    It only reads, so the seconds hold nobody up.
    """
    found = explain(replace(planning.problem_of(work, meeting), complete=True))
    if found is None:
        return None

    def worded(text: T) -> T:
        return planning.worded(work, meeting, text)

    return Collision(
        worded(found.text),
        tuple(worded(limit.text) for limit in found.limits),
        tuple(worded(change.text) for change in found.relaxations),
    )
