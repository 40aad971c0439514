"""What a timetable is asked for: plain frozen values, slots counted from 0."""

from dataclasses import dataclass, field
from typing import Final

PRIORITY_MAX: Final = 9
WAITED_MAX: Final = 180  # days; whoever waited longer weighs no more


@dataclass(frozen=True, slots=True)
class Staff:
    """One representative at a desk, by name. ``away`` are the slots in which this one cannot come."""

    key: str
    away: frozenset[int] = frozenset()
    name: str = ""

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name or self.key


@dataclass(frozen=True, slots=True)
class Desk:
    """A department's place in the room.

    ``capacity`` is how many representatives staff it, so how many appointments it holds at once (0: nobody
    staffs it). ``closed`` are the slots in which it takes none. ``staff`` names the representatives where
    that matters; whoever of them is away makes the desk so much smaller in that slot. ``room`` is where it
    stands (see `Way`). ``name`` is what reasons call it (the key if empty).
    """

    key: str
    capacity: int = 1
    closed: frozenset[int] = frozenset()
    name: str = ""
    room: str = ""
    staff: tuple[Staff, ...] = ()

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name or self.key

    def space(self, slot: int) -> int:
        """How many appointments it holds in ``slot``."""
        if slot in self.closed:
            return 0
        return max(0, self.capacity - sum(slot in one.away for one in self.staff))


@dataclass(frozen=True, slots=True)
class Party:
    """A requester, who can be in one place at a time.

    ``away`` are the slots in which it cannot come, ``unwelcome`` those in which it would rather not (a wish:
    see `Weights.unwelcome`).
    """

    key: str
    away: frozenset[int] = frozenset()
    name: str = ""
    unwelcome: frozenset[int] = frozenset()

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name or self.key


@dataclass(frozen=True, slots=True)
class Request:
    """An appointment that is wanted.

    ``desks`` is one desk, or several at one table at the same time (a joint talk takes one representative of
    each). ``others`` are further parties who must be there as well; with them ``desks`` may be empty (two
    parties meet). ``length`` is in slots. ``priority`` runs from 0 to 9 and decides, with the days ``waited``
    since filing, who is heard when not everything fits. ``slot`` is the first slot when a person fixed it
    (locked): it is kept exactly or reported as unplaced, never moved. ``within`` are the only first slots
    allowed (None: any), ``wished`` those that it would like best (a wish; empty: any). ``staff`` is the
    representative it would like to see again (a wish; a `Staff` key of one of its desks, empty: anyone).
    """

    key: str
    party: str
    desks: tuple[str, ...] = ()
    length: int = 1
    priority: int = 0
    slot: int | None = None
    others: tuple[str, ...] = ()
    within: frozenset[int] | None = None
    wished: frozenset[int] = frozenset()
    staff: str = ""
    waited: int = 0

    @property
    def parties(self) -> tuple[str, ...]:
        """Everyone who must be there."""
        return (self.party, *self.others)


@dataclass(frozen=True, slots=True)
class Before:
    """Request ``first`` must have ended when request ``then`` begins, if both are heard (keys)."""

    first: str
    then: str


@dataclass(frozen=True, slots=True)
class Way:
    """How many slots it takes to walk between two rooms (either direction); 0 without a `Way`."""

    one: str
    other: str
    slots: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What each unmet wish costs, in points; the timetable with the fewest points is the best.

    ``unheard``: a request without a place, times ten to the power of its priority; ``waited``: on top of it
    (times the same power) per day since filing; ``first``: on top of both for a party of which nothing is
    heard though it asked, times ten to the power of its highest priority: so everyone is heard once before
    anyone twice. ``waiting``: an idle slot between two talks of a party on one day; ``breaks``: a run of such
    slots, however long; ``days``: each further day on which a party must come; ``wished``: a talk that begins
    outside its wished slots; ``unwelcome``: a slot of a talk in which a party would rather not; ``staff``: a
    talk without the representative it asked for; ``urgent``: each slot that a talk begins after the first,
    times its priority; ``moved``: a talk that is not where the earlier timetable had it.
    """

    unheard: int = 1000
    waited: int = 5
    first: int = 1000
    waiting: int = 10
    breaks: int = 0
    days: int = 30
    wished: int = 10
    unwelcome: int = 5
    staff: int = 5
    urgent: int = 0
    moved: int = 1


BREAKS_ONLY: Final = Weights(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)  # the literature's aim


@dataclass(frozen=True, slots=True)
class Problem:
    """One meeting's timetable to be found.

    ``slots`` is how many units of time there are, over all days. ``breaks_after`` holds slots with a break
    behind them (noon, a change of room): no appointment of more than one slot may span such a boundary, and
    walking time passes in it. ``nights_after`` holds the last slots of days: besides, nobody waits overnight.
    ``tables`` limits the appointments at once in the whole room. ``order`` are the pairs that must follow
    one another, ``ways`` the distances between rooms. ``fair`` is the most by which the numbers of breaks of
    two parties may differ (None: by any). ``complete``: everything must be placed, or there is no timetable.
    """

    slots: int
    desks: tuple[Desk, ...]
    parties: tuple[Party, ...]
    requests: tuple[Request, ...]
    breaks_after: frozenset[int] = frozenset()
    nights_after: frozenset[int] = frozenset()
    tables: int | None = None
    order: tuple[Before, ...] = ()
    ways: tuple[Way, ...] = ()
    fair: int | None = None
    complete: bool = False
    weights: Weights = field(default_factory=Weights)

    def days(self) -> list[range]:
        """The slots of each day, in order; none when there are no slots."""
        ends = sorted({*self.nights_after, self.slots - 1} if self.slots else ())
        return [range(begin, end + 1) for begin, end in zip([0, *(e + 1 for e in ends)], ends, strict=False)]
