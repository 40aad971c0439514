"""An inverted index of one part of every case (its title, say): cosines by how often a gram is said and how rare it is."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEW: Final = 31     # so many cases without a gram are thought to be there: in a small index all would be common
STALE: Final = 1.1  # growth of the index after which rarities and lengths are measured again

Vector = Mapping[str, float]
Floats = NDArray[np.float64]


@dataclass(slots=True)
class _Postings:
    numbers: array[int] = field(default_factory=lambda: array("I"))
    weights: array[float] = field(default_factory=lambda: array("f"))


class Field:
    """What cases, known by a number each, say in one part. A text is given as its grams and what each counts."""

    def __init__(self) -> None:
        self._grams: dict[int, Vector] = {}
        self._postings: defaultdict[str, _Postings] = defaultdict(_Postings)
        self._lengths = array("d")  # by number
        self._rarities: dict[str, float] = {}
        self._measured = 0

    def add(self, number: int, grams: Vector) -> None:
        """Put a case in; ``number`` is new, and none is left out for long: there is a place for each up to it."""
        self._grams[number] = grams
        for gram, weight in grams.items():
            postings = self._postings[gram]
            postings.numbers.append(number)
            postings.weights.append(weight)
            if gram not in self._rarities:
                self._rarities[gram] = self._rarity(gram)
        self._lengths.extend([1.0] * (number + 1 - len(self._lengths)))
        self._lengths[number] = self._length(grams)

    def remove(self, number: int) -> None:
        """Take a case out."""
        for gram in self._grams.pop(number):
            postings = self._postings[gram]
            at = postings.numbers.index(number)
            del postings.numbers[at], postings.weights[at]
            if not postings.numbers:
                del self._postings[gram]
                del self._rarities[gram]

    def refresh(self) -> None:
        """Measure all lengths again when the index has grown so much that rarities have moved."""
        if len(self._grams) > STALE * self._measured:
            self._rarities = {gram: self._rarity(gram) for gram in self._postings}
            for number, grams in self._grams.items():
                self._lengths[number] = self._length(grams)
            self._measured = len(self._grams)

    def vector(self, grams: Vector) -> dict[str, float]:
        """Those grams that a case of the index says, by how rare they are, as a vector of length 1."""
        rarities = self._rarities
        return scaled({gram: weight * rarities[gram] for gram, weight in grams.items() if gram in rarities})

    def of(self, number: int) -> dict[str, float]:
        """The vector of a case of the index."""
        return self.vector(self._grams[number])

    def grams(self, number: int) -> Vector:
        """The grams of a case of the index, as they were given."""
        return self._grams[number]

    def heard(self, grams: Vector) -> float:
        """How much of a text is said by any case of the index, 0 to 1."""
        unheard = math.log(FEW + len(self._grams))
        new = sum((weight * unheard) ** 2 for gram, weight in grams.items() if gram not in self._postings)
        known = self._square(grams)
        return math.sqrt(known / (known + new)) if known else 0.0

    def cosines(self, vector: Vector, size: int) -> Floats:
        """By number, below ``size``: the cosine of each case with a vector of length 1; 0 of a case that is gone."""
        totals = np.zeros(size)
        for gram, weight in vector.items():
            postings = self._postings[gram]
            # views, gone before anything is added: an array that is looked into cannot grow
            totals[np.frombuffer(postings.numbers, np.uint32)] += (
                weight * self._rarities[gram] * np.frombuffer(postings.weights, np.float32))
        return totals / np.frombuffer(self._lengths)[:size]

    def _rarity(self, gram: str) -> float:
        return math.log((FEW + len(self._grams)) / (1 + len(self._postings[gram].numbers)))

    def _square(self, grams: Vector) -> float:
        return sum((weight * self._rarities.get(gram, 0.0)) ** 2 for gram, weight in grams.items())

    def _length(self, grams: Vector) -> float:
        return math.sqrt(self._square(grams)) or 1.0


def scaled(vector: Vector) -> dict[str, float]:
    """The vector with length 1."""
    length = math.sqrt(sum(w * w for w in vector.values())) or 1.0
    return {gram: weight / length for gram, weight in vector.items()}
