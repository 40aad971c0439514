"""Finds cases that are alike: what they say altogether and what their titles say, compared apart.

Likeness is the mean of two cosines, 0 to 1, of pairs of characters. Apart, because a title names the problem and a
text tells a story: added up, a long story drowns its title. A first search finds the nearest cases, a second one
asks with what those have in common too, so that the same problem in other words is found. Words of two characters
are found.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Hashable, Mapping
from typing import Final, NamedTuple

import numpy as np

from duijie.likeness.field import Field, Floats, Vector, scaled
from duijie.likeness.grams import bigrams, folded, uncounted

MAX_TITLE: Final = 200
MAX_TEXT: Final = 400
TITLE_SHARE: Final = 0.25   # of the likeness; the rest is the whole, title and text
ALIKE_FROM: Final = 0.28    # likeness from which two cases seem to be about one problem
ECHOES: Final = 30          # nearest cases whose words join the second search, each by its likeness


class Match(NamedTuple):
    """A case that was found, and how like the query it is, 0 to 1."""

    key: Hashable
    likeness: float


class _Asked(NamedTuple):
    """The grams of a title, and of title and text."""

    title: Vector
    whole: Vector


class Similar:
    """Cases by what they say. ``key`` is anything hashable, a case's id for instance."""

    def __init__(self) -> None:
        self._titles, self._wholes = Field(), Field()
        self._keys: dict[int, Hashable] = {}
        self._numbers: dict[Hashable, int] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._numbers

    def add(self, key: Hashable, title: str, text: str) -> None:
        """Put a case in; one with the same key is replaced."""
        self.remove(key)
        number, self._next = self._next, self._next + 1
        self._keys[number], self._numbers[key] = key, number
        asked = _asked(title, text)
        self._titles.add(number, asked.title)
        self._wholes.add(number, asked.whole)

    def remove(self, key: Hashable) -> None:
        """Take a case out; one that is not in is no error."""
        number = self._numbers.pop(key, None)
        if number is not None:
            del self._keys[number]
            self._titles.remove(number)
            self._wholes.remove(number)

    def search(
        self, title: str, text: str = "", *, limit: int = 10, least: float = 0.05, without: Hashable = None
    ) -> list[Match]:
        """The ``limit`` most similar cases of at least this likeness, best first; equals newest first.

        The case ``without`` is left out, and has no say in the second search either.
        """
        return self._search(_asked(title, text), limit, least, self._numbers.get(without))

    def like(self, key: Hashable, *, limit: int = 10, least: float = 0.05) -> list[Match]:
        """The same for a case that is in the index, itself left out; unknown keys find nothing."""
        number = self._numbers.get(key)
        if number is None:
            return []
        return self._search(_Asked(self._titles.grams(number), self._wholes.grams(number)), limit, least, number)

    def nearest(self, title: str, text: str, limit: int) -> list[Match]:
        """The plain likeness, without the second search; what no case in the index says makes all of them less like."""
        self._refresh()
        asked = _asked(title, text)
        share = self._wholes.heard(asked.whole)
        found = self._scores(self._titles.vector(asked.title), self._wholes.vector(asked.whole))
        return [Match(match.key, match.likeness * share) for match in self._matches(found, limit, 0.0)]

    def _search(self, asked: _Asked, limit: int, least: float, without: int | None) -> list[Match]:
        self._refresh()
        title, whole = self._titles.vector(asked.title), self._wholes.vector(asked.whole)
        first = self._scores(title, whole, without)
        echoes = {number: float(first[number]) for number in _best(first, ECHOES)}
        title, whole = _widened(self._titles, title, echoes), _widened(self._wholes, whole, echoes)
        return self._matches(self._scores(title, whole, without), limit, least)

    def _scores(self, title: Vector, whole: Vector, without: int | None = None) -> Floats:
        """Likeness by number; 0 of ``without`` and of what is no longer in the index."""
        share = TITLE_SHARE if title else 0.0
        scores = share * self._titles.cosines(title, self._next) + (1 - share) * self._wholes.cosines(whole, self._next)
        if without is not None:
            scores[without] = 0.0
        return scores

    def _matches(self, scores: Floats, limit: int, least: float) -> list[Match]:
        found = ((number, float(scores[number])) for number in _best(scores, limit))
        return [Match(self._keys[number], min(score, 1.0)) for number, score in found if score >= least]

    def _refresh(self) -> None:
        self._titles.refresh()
        self._wholes.refresh()


def _best(scores: Floats, most: int) -> list[int]:
    """The numbers with the highest scores above 0, best first, equals newest first."""
    order = np.lexsort((np.arange(len(scores)), scores))[::-1][:most]
    return [int(number) for number in order if scores[number] > 0]


def _widened(field: Field, vector: Vector, echoes: Mapping[int, float]) -> dict[str, float]:
    """``vector`` with what at least two of the cases ``echoes`` say, each counted by its likeness."""
    said: defaultdict[str, float] = defaultdict(float)
    common = dict(vector)
    for number, likeness in echoes.items():
        for gram, weight in field.of(number).items():
            if gram in said:
                common.setdefault(gram, 0.0)
            said[gram] += likeness * weight
    return scaled({gram: weight + said[gram] for gram, weight in common.items()})


def _asked(title: str, text: str) -> _Asked:
    title = title[:MAX_TITLE]
    return _Asked(_grams(title), _grams(f"{title} {text[:MAX_TEXT]}"))


def _grams(text: str) -> dict[str, float]:
    counts = bigrams(uncounted(folded(text)))
    return {sys.intern(gram): 1 + math.log(times) for gram, times in counts.items()}  # one string for all cases
