"""A case's whole life in one call, step by step, each by whoever does it in a real office."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from duijie.domain.states import OutcomeKind
from duijie.services.meetings import live, outcomes
from duijie.testing.records import KitCase, KitMeeting, events_since

if TYPE_CHECKING:
    from duijie.testing.kit import Kit


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, when it was over, the case's state and lead department then, and what was recorded."""

    name: str
    at: datetime
    state: str
    lead: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class Loop:
    """What `Kit.live_through` did: ``loop["held"].events``, ``loop.states``."""

    case: KitCase
    meeting: KitMeeting
    steps: list[Step] = field(default_factory=list)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, name: str) -> Step:
        found = next((step for step in self.steps if step.name == name), None)
        if found is None:
            raise KeyError(f"there is no step {name!r}; there are {', '.join(step.name for step in self.steps)}")
        return found

    @property
    def states(self) -> list[str]:
        """The case's state after each step."""
        return [step.state for step in self.steps]

    @property
    def events(self) -> list[str]:
        """All that was recorded, in order."""
        return [kind for step in self.steps for kind in step.events]


class _Teller:
    """Writes the steps down."""

    def __init__(self, kit: "Kit", case: KitCase) -> None:
        self._kit, self._case, self._last = kit, case, 0
        self.steps: list[Step] = []

    def step(self, name: str, meeting: KitMeeting | None = None) -> None:
        """What happened since the last step is one step."""
        found = events_since(self._kit, self._last, self._case, meeting)
        self._last = max([self._last, *(number for number, _ in found)])
        now = self._case.facts
        self.steps.append(Step(name, self._kit.clock.now, now.state, now.lead, tuple(kind for _, kind in found)))


def live_through(
    kit: "Kit", case: KitCase, *, lead: str = "", co: Iterable[str] = (), working_days: int = 5, stars: int = 5
) -> Loop:
    """Let ``case`` live from its filing to its end; see `Kit.live_through`."""
    teller = _Teller(kit, case)
    teller.step("filed")
    case.assign(lead, co)
    teller.step("assigned")
    meeting = kit.meeting(case).invite()
    teller.step("called", meeting)
    meeting.publish()
    teller.step("published", meeting)
    meeting.begin()
    _promise(kit, case, meeting, working_days)
    teller.step("held", meeting)
    meeting.conclude().file()
    teller.step("minuted", meeting)
    kit.clock.move(working_days=1)
    case.keep()
    teller.step("kept", meeting)
    kit.clock.move(working_days=1)
    case.rate(stars)
    if case.state == "answered":
        case.close()
    teller.step("rated", meeting)
    return Loop(case, meeting, teller.steps)


def _promise(kit: "Kit", case: KitCase, meeting: KitMeeting, working_days: int) -> None:
    """The lead department's representative talks with the requester and promises something."""
    lead, talk = case.facts.lead, meeting.talk(case)
    with kit.work(f"rep_{lead}") as work:
        live.call(work, talk)
        live.begin(work, talk)
        outcomes.record_outcome(
            work, talk, kit.department_id(lead), OutcomeKind.COMMITTED, text="按期办结。", working_days=working_days,
            officer="经办人",
        )  # fmt: skip
    kit.clock.run()
