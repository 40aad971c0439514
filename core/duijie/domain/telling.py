"""How somebody wants to be told: by which ways, not at night, once a day in one list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from duijie.domain.notices import CHOSEN, Notice

INBOX: Final = "inbox"
ALWAYS: Final = frozenset({Notice.SUPERVISION, Notice.DIGEST})
"""Kinds that nobody can switch off, and that wait for nothing."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One person's wishes, or an administrator's for those who have none.

    ``off``: the channels that are not wanted, by kind. ``quiet``: from when to when (local) nothing is sent.
    ``digest_at``: the local time of the daily list; ``digest``: the kinds that wait for it.
    """

    off: Mapping[Notice, frozenset[str]] = field(default_factory=dict)
    quiet: tuple[time, time] | None = None
    digest_at: time | None = None
    digest: frozenset[Notice] = frozenset()

    def wants(self, notice: Notice, channel: str) -> bool:
        """Whether a notice of this kind goes by ``channel``. The inbox has everything; supervision goes everywhere."""
        return channel == INBOX or notice in ALWAYS or channel not in self.off.get(notice, frozenset())

    def gathers(self, notice: Notice) -> bool:
        """Whether notices of this kind wait for the daily list."""
        return self.digest_at is not None and notice in self.digest and notice not in ALWAYS

    def moment(self, notice: Notice, due: datetime, useful_until: datetime | None = None) -> datetime:
        """When a message due at ``due`` (local) may be sent: after the quiet hours, unless that would be too late."""
        if self.quiet is None or notice in ALWAYS:
            return due
        ends = end_of_quiet(self.quiet, due)
        return due if useful_until is not None and useful_until <= ends else ends

    def next_digest(self, due: datetime) -> datetime | None:
        """The first daily list (local) at or after ``due``; None where there is none."""
        if self.digest_at is None:
            return None
        today = datetime.combine(due.date(), self.digest_at, due.tzinfo)
        return today if today >= due else today + timedelta(days=1)

    def as_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return {
            "off": {kind.value: sorted(channels) for kind, channels in self.off.items() if channels},
            "quiet": [_hm(moment) for moment in self.quiet] if self.quiet else None,
            "digest_at": _hm(self.digest_at) if self.digest_at else None,
            "digest": sorted(kind.value for kind in self.digest),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Telling":
        """Read what `as_json` wrote; kinds of a later release are passed over."""
        quiet = data.get("quiet")
        return cls(
            {Notice(kind): frozenset(channels) for kind, channels in data.get("off", {}).items() if kind in _KNOWN},
            (time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
            time.fromisoformat(data["digest_at"]) if data.get("digest_at") else None,
            kinds_of(data.get("digest", ())),
        )


_KNOWN: Final = frozenset(CHOSEN)


def kinds_of(words: Collection[str]) -> frozenset[Notice]:
    """The kinds that these words name; others are passed over."""
    return frozenset(kind for kind in CHOSEN if kind.value in words)


def end_of_quiet(quiet: tuple[time, time], moment: datetime) -> datetime:
    """``moment`` itself where it is not in the quiet hours, else their end. They may go over midnight."""
    begins, ends = quiet
    at = moment.time()
    within = begins <= at < ends if begins <= ends else at >= begins or at < ends
    if not within:
        return moment
    end = datetime.combine(moment.date(), ends, moment.tzinfo)
    return end if end > moment else end + timedelta(days=1)


def _hm(moment: time) -> str:
    return moment.strftime("%H:%M")
