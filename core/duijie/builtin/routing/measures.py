"""The figures that say how good a ranking or a probability is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

BINS: Final = 15


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean F1 over the true labels of (true, predicted) pairs; 0 without any."""
    true, predicted = Counter(t for t, _ in pairs), Counter(p for _, p in pairs)
    right = Counter(t for t, p in pairs if t == p)
    scores = [2 * right[label] / (true[label] + predicted[label]) for label in true]
    return sum(scores) / len(scores) if scores else 0.0


def top(ranks: Sequence[int], n: int) -> float:
    """The share of ranks (0 is best) below ``n``."""
    return sum(rank < n for rank in ranks) / len(ranks) if ranks else 0.0


def calibration_error(chances: Iterable[tuple[float, bool]]) -> float:
    """Expected calibration error of (probability, was right) in 15 bins of equal width."""
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for chance, right in chances:
        bins[min(int(chance * BINS), BINS - 1)].append((chance, right))
    total = sum(map(len, bins.values()))
    gaps = (abs(sum(c for c, _ in found) - sum(r for _, r in found)) for found in bins.values())
    return sum(gaps) / total if total else 0.0


def coverage_at(chances: Iterable[tuple[float, bool]], precision: float) -> float:
    """The largest share of cases, surest first, of which at least ``precision`` were right."""
    best, right = 0, 0
    ordered = sorted(chances, key=lambda pair: -pair[0])
    for n, (_, was_right) in enumerate(ordered, 1):
        right += was_right
        best = n if right >= precision * n else best
    return best / len(ordered) if ordered else 0.0
