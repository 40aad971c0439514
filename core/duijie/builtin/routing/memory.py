"""Remembers confirmed cases by their most telling features and lets the nearest of them vote.

A linear model forgets the single case; neighbours remember it. What is kept of a case is a handful of numbered
features, no text.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Final

KEPT: Final = 32          # features kept of a case
ASKED: Final = 90         # features of a new case that are looked up
NEIGHBOURS: Final = 15
MOST_CASES: Final = 5_000
CROWDED: Final = 120      # cases after which a feature no longer tells anything apart


@dataclass(frozen=True, slots=True)
class Remembered:
    """One confirmed case: its department and its features, each as heavy as it was then."""

    department: str
    features: tuple[str, ...]


@dataclass(slots=True)
class Memory:
    """The last confirmed cases, found by feature."""

    cases: dict[int, Remembered] = field(default_factory=dict)  # by number, oldest first
    found: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, unit: Mapping[str, float], department: str) -> None:
        """Remember a case by its normalised vector; the oldest is forgotten when there are too many."""
        kept = tuple(sorted(unit, key=unit.__getitem__, reverse=True)[:KEPT])
        self.remember(Remembered(department, kept))

    def remember(self, case: Remembered) -> None:
        """Put a case in at the end."""
        number = next(reversed(self.cases), 0) + 1
        self.cases[number] = case
        for key in case.features:
            self.found[key].append(number)
        if len(self.cases) > MOST_CASES:
            self._forget()

    def _forget(self) -> None:
        oldest = next(iter(self.cases))
        for key in self.cases.pop(oldest).features:
            self.found[key].remove(oldest)
            if not self.found[key]:
                del self.found[key]

    def votes(self, unit: Mapping[str, float]) -> dict[str, float]:
        """The departments of the nearest cases, as shares of 1; empty when no case is near."""
        likeness: defaultdict[int, float] = defaultdict(float)
        for key in sorted(unit, key=unit.__getitem__, reverse=True)[:ASKED]:
            numbers = self.found.get(key, ())
            if len(numbers) <= CROWDED:
                square = unit[key] ** 2
                for number in numbers:
                    likeness[number] += square
        votes: defaultdict[str, float] = defaultdict(float)
        for near, number in nlargest(NEIGHBOURS, zip(likeness.values(), likeness, strict=True)):
            votes[self.cases[number].department] += near * near
        total = sum(votes.values())
        return {department: share / total for department, share in votes.items()} if total else {}
