"""A linear model that learns a case at a time: softmax with AdaGrad over sparse features.

It learns what the cold score still gets wrong: the cold score is added before the softmax, in learning as in
predicting. So with nothing learned it says what the roster says, and what it learns corrects that.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from operator import mul
from typing import Final

RATE: Final = 1.0
WARM_UP: Final = 25.0       # cases after which a step has half its full length
RARE: Final = 0.01          # what a new feature is taken to have seen of gradients; more while all is new
MOST_FEATURES: Final = 120_000  # in memory; pruned to the half of it beyond
SETTLING: Final = 200.0     # cases in which the model passes from careful to sure


@dataclass(slots=True)
class Weight:
    """One feature: a weight per department, the squared gradients it has seen, the cases it stood in."""

    values: list[float]
    seen: float
    cases: float = 0.0


@dataclass(slots=True)
class Linear:
    """The model. ``counts`` are the confirmed cases of each department, in the order of the weights."""

    departments: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    weights: dict[str, Weight] = field(default_factory=dict)
    cases: int = 0

    def add(self, department: str) -> None:
        """Make room for a department that is not known yet; it starts at nothing learned."""
        if department in self.departments:
            return
        self.departments.append(department)
        self.counts.append(0)
        for weight in self.weights.values():
            weight.values.append(0.0)

    def normalised(self, vector: Mapping[str, float]) -> dict[str, float]:
        """What is known of ``vector``, by how rare each feature is, of length 1."""
        total, log, known = 1 + self.cases, math.log, self.weights
        scaled = {
            key: value * (log(total / (1 + weight.cases)) + 1)
            for key, value in vector.items() if (weight := known.get(key))
        }
        length = math.sqrt(sum(value * value for value in scaled.values())) or 1.0
        return {key: value / length for key, value in scaled.items()}

    def scores(self, unit: Mapping[str, float]) -> list[float]:
        """What was learned for each department about a normalised vector; any sign."""
        if not unit:
            return [0.0] * len(self.departments)
        rows, values = [self.weights[key].values for key in unit], list(unit.values())
        return [sum(map(mul, values, column)) for column in zip(*rows, strict=True)]

    def learn(self, vector: Mapping[str, float], department: str, cold: Sequence[float]) -> None:
        """One step towards ``department``; ``cold`` is the cold score of each department, in order."""
        self.cases += 1
        self._meet(vector)
        unit = self.normalised(vector)
        wrong = softmax([s + c for s, c in zip(self.scores(unit), cold, strict=True)])
        right = self.departments.index(department)
        wrong[right] -= 1.0
        self.counts[right] += 1
        size = sum(g * g for g in wrong)
        rate = RATE * self.cases / (self.cases + WARM_UP)
        for key, value in unit.items():
            weight = self.weights[key]
            weight.seen += value * value * size
            step = rate * value / math.sqrt(weight.seen)
            weight.values = [w - step * g for w, g in zip(weight.values, wrong, strict=True)]

    def _meet(self, vector: Mapping[str, float]) -> None:
        if len(self.weights) > MOST_FEATURES:
            self.prune(MOST_FEATURES // 2)
        careful = RARE * (1 + 4 * SETTLING / (SETTLING + self.cases))
        for key in vector:
            weight = self.weights.get(key)
            if weight is None:
                weight = self.weights[key] = Weight([0.0] * len(self.departments), careful)
            weight.cases += 1

    def prune(self, most: int) -> None:
        """Keep the ``most`` features that say most."""
        if len(self.weights) > most:
            self.weights = dict(nlargest(most, self.weights.items(), key=lambda item: _says(item[1])))


def _says(weight: Weight) -> float:
    """How much a feature matters: by its weights, and by how often it was met."""
    return (max(weight.values) - min(weight.values)) * math.sqrt(weight.cases)


def softmax(scores: Sequence[float]) -> list[float]:
    """Scores as shares of 1; an empty list stays empty."""
    if not scores:
        return []
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
