"""What goes wrong with plugins, and when one that keeps failing gets a rest."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

MOST: Final = 5
WITHIN: Final = timedelta(minutes=1)
REST: Final = timedelta(minutes=5)


class Failed(Exception):
    """A plugin did not do what it was asked; it is recorded already. ``str()`` says what was wrong."""


class Stopped(Failed):
    """A plugin's own process took too long and was killed, or ended by itself."""


class Paused(Failed):
    """The plugin rests after too many failures; it was not asked."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A plugin's failure: where it was, and what it said."""

    plugin: str
    hook: str
    error: str
    trace: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Pause:
    """A plugin is asked nothing until ``until``; then once, and that decides. ``reason`` is its last failure."""

    plugin: str
    until: datetime
    reason: str


class Quarantine:
    """Pauses a plugin after five failures within a minute, for five minutes; then one call may try it.

    Kept in memory here; `changed` holds what a database should be told (a `Pause`, or None for "it is over").
    """

    def __init__(self) -> None:
        self._recent: dict[str, deque[datetime]] = {}
        self._pauses: dict[str, Pause] = {}
        self.changed: dict[str, Pause | None] = {}

    def allows(self, plugin: str) -> bool:
        """Whether the plugin may be asked now. After its rest one caller gets a yes, the others wait for how that ends."""
        pause = self._pauses.get(plugin)
        if pause is None:
            return True
        now = datetime.now(UTC)
        if now < pause.until:
            return False
        self._pauses[plugin] = Pause(plugin, now + REST, pause.reason)
        return True

    def failed(self, plugin: str, reason: str) -> None:
        """Count a failure; the fifth within a minute pauses the plugin, and so does any after a rest."""
        now = datetime.now(UTC)
        recent = self._recent.setdefault(plugin, deque(maxlen=MOST))
        recent.append(now)
        again = plugin in self._pauses
        if again or (len(recent) == MOST and now - recent[0] <= WITHIN):
            self.pause(Pause(plugin, now + REST, reason))
            self.changed[plugin] = self._pauses[plugin]

    def succeeded(self, plugin: str) -> None:
        """A call that tried the plugin after its rest ended well: the pause is over."""
        if plugin in self._pauses:
            self.release(plugin)
            self.changed[plugin] = None

    def pause(self, pause: Pause) -> None:
        """Take over a pause, such as one that another process wrote down."""
        self._pauses[pause.plugin] = pause

    def release(self, plugin: str) -> None:
        """End a pause and forget the failures before it."""
        self._pauses.pop(plugin, None)
        self._recent.pop(plugin, None)

    def rests(self, plugin: str) -> bool:
        """Whether the plugin is in the middle of a rest: nobody may ask it yet."""
        pause = self._pauses.get(plugin)
        return pause is not None and datetime.now(UTC) < pause.until

    def of(self, plugin: str) -> Pause | None:
        """The plugin's pause, if it has one."""
        return self._pauses.get(plugin)

    def take_over(self, kept: Iterable[Pause]) -> None:
        """Bring this process to what the database says: pauses that are there begin, others end."""
        told = {pause.plugin: pause for pause in kept}
        for plugin in set(self._pauses) - set(told) - set(self.changed):
            self.release(plugin)
        for plugin, pause in told.items():
            mine = self._pauses.get(plugin)
            if plugin not in self.changed and (mine is None or mine.until < pause.until):
                self._pauses[plugin] = pause


@dataclass(slots=True)
class Spent:
    """Time that a plugin's hook took: calls, seconds in all, the slowest, how many failed."""

    calls: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: int = 0

    def add(self, seconds: float) -> None:
        """Count one call."""
        self.calls += 1
        self.seconds += seconds
        if seconds > self.slowest:
            self.slowest = seconds
