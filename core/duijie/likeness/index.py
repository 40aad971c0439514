"""Finds cases that are alike: an inverted index of character bigrams, the title weighted.

Likeness is the cosine of two cases, 0 to 1. A first search finds the nearest cases, a second one asks with what
those have in common too, so that the same problem in other words is found. Words of two characters are found.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Final, NamedTuple

from duijie.likeness.grams import bigrams, folded, uncounted

MAX_TITLE: Final = 200
MAX_TEXT: Final = 400
TITLE_COUNTS: Final = 4
ASKED: Final = 240       # bigrams of a query that are looked up: the most telling ones
ECHOES: Final = 5        # nearest cases whose words join the second search
FEW: Final = 31          # so many cases without a bigram are thought to be there: in a small index all would be common
STALE: Final = 1.1       # growth of the index after which all lengths are measured again


class Match(NamedTuple):
    """A case that was found, and how like the query it is, 0 to 1."""

    key: Hashable
    likeness: float


@dataclass(frozen=True, slots=True)
class _Entry:
    key: Hashable
    grams: Mapping[str, float]


@dataclass(slots=True)
class _Postings:
    numbers: array[int] = field(default_factory=lambda: array("L"))
    weights: array[float] = field(default_factory=lambda: array("f"))


class Similar:
    """Cases by what they say. ``key`` is anything hashable, a case's id for instance."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._numbers: dict[Hashable, int] = {}
        self._postings: defaultdict[str, _Postings] = defaultdict(_Postings)
        self._lengths: dict[int, float] = {}
        self._measured = 0
        self._next = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._numbers

    def add(self, key: Hashable, title: str, text: str) -> None:
        """Put a case in; one with the same key is replaced."""
        self.remove(key)
        grams = {sys.intern(gram): weight for gram, weight in _grams(title, text).items()}  # one string for all cases
        number, self._next = self._next, self._next + 1
        self._entries[number], self._numbers[key] = _Entry(key, grams), number
        for gram, weight in grams.items():
            postings = self._postings[gram]
            postings.numbers.append(number)
            postings.weights.append(weight)
        self._lengths[number] = self._length(grams)

    def remove(self, key: Hashable) -> None:
        """Take a case out; one that is not in is no error."""
        number = self._numbers.pop(key, None)
        if number is None:
            return
        for gram in self._entries.pop(number).grams:
            postings = self._postings[gram]
            at = postings.numbers.index(number)
            del postings.numbers[at], postings.weights[at]
            if not postings.numbers:
                del self._postings[gram]
        del self._lengths[number]

    def search(self, title: str, text: str = "", *, limit: int = 10, least: float = 0.05) -> list[Match]:
        """The ``limit`` most similar cases of at least this likeness, best first; equals newest first."""
        return self._search(_grams(title, text), limit, least)

    def like(self, key: Hashable, *, limit: int = 10, least: float = 0.05) -> list[Match]:
        """The same for a case that is in the index, itself left out; unknown keys find nothing."""
        number = self._numbers.get(key)
        if number is None:
            return []
        found = self._search(self._entries[number].grams, limit + 1, least)
        return [match for match in found if match.key != key][:limit]

    def nearest(self, title: str, text: str, limit: int) -> list[Match]:
        """The plain cosine, without the second search; what no case in the index says makes all of them less like."""
        self._refresh()
        grams = _grams(title, text)
        unheard = math.log(FEW + len(self._entries))
        new = sum((weight * unheard) ** 2 for gram, weight in grams.items() if gram not in self._postings)
        known = sum((weight * self._rarity(gram)) ** 2 for gram, weight in grams.items())
        share = math.sqrt(known / (known + new)) if known else 0.0
        found = self._matches(self._scores(self._weighted(grams)), limit, 0.0)
        return [Match(match.key, match.likeness * share) for match in found]

    def _search(self, grams: Mapping[str, float], limit: int, least: float) -> list[Match]:
        self._refresh()
        query = self._weighted(grams)
        first = self._scores(query)
        best = nlargest(ECHOES, first, key=first.__getitem__)
        widened = defaultdict(float, query)
        for number in best:
            for gram, weight in self._weighted(self._entries[number].grams).items():
                widened[gram] += first[number] * weight
        return self._matches(self._scores(widened), limit, least)

    def _matches(self, scores: Mapping[int, float], limit: int, least: float) -> list[Match]:
        best = nlargest(limit, ((score, number) for number, score in scores.items() if score >= least))
        return [Match(self._entries[number].key, min(score, 1.0)) for score, number in best]

    def _scores(self, query: Mapping[str, float]) -> dict[int, float]:
        """Cosine of every case that shares one of the query's most telling bigrams."""
        asked = nlargest(ASKED, query.items(), key=lambda item: item[1])
        length = math.sqrt(sum(weight * weight for _, weight in asked)) or 1.0
        totals: defaultdict[int, float] = defaultdict(float)
        for gram, weight in asked:
            postings = self._postings[gram]
            weight *= self._rarity(gram) / length
            for number, other in zip(postings.numbers, postings.weights, strict=True):
                totals[number] += weight * other
        lengths = self._lengths
        return {number: total / lengths[number] for number, total in totals.items()}

    def _weighted(self, grams: Mapping[str, float]) -> dict[str, float]:
        """Bigrams of the index by how rare they are, as one vector of length 1."""
        weighted = {g: w * self._rarity(g) for g, w in grams.items() if g in self._postings}
        length = math.sqrt(sum(w * w for w in weighted.values())) or 1.0
        return {gram: weight / length for gram, weight in weighted.items()}

    def _rarity(self, gram: str) -> float:
        postings = self._postings.get(gram)
        return math.log((FEW + len(self._entries)) / (1 + len(postings.numbers))) if postings else 0.0

    def _length(self, grams: Mapping[str, float]) -> float:
        return math.sqrt(sum((w * self._rarity(g)) ** 2 for g, w in grams.items())) or 1.0

    def _refresh(self) -> None:
        """Measure all lengths again when the index has grown so much that rarities have moved."""
        if len(self._entries) > STALE * self._measured:
            self._lengths = {number: self._length(entry.grams) for number, entry in self._entries.items()}
            self._measured = len(self._entries)


def _grams(title: str, text: str) -> dict[str, float]:
    counts: dict[str, float] = {g: float(n) for g, n in bigrams(uncounted(folded(text[:MAX_TEXT]))).items()}
    for gram, times in bigrams(uncounted(folded(title[:MAX_TITLE]))).items():
        counts[gram] = counts.get(gram, 0.0) + TITLE_COUNTS * times
    return {gram: 1 + math.log(times) for gram, times in counts.items()}
