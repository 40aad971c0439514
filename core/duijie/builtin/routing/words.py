"""Finds the pieces of a case's own text that spoke for a department."""

from collections.abc import Iterable, Mapping
from typing import Final

from duijie.builtin.routing.grams import Gram

MOST: Final = 4      # words shown for one department
LONGEST: Final = 12  # characters of one word
# Characters that only join words: a piece neither begins nor ends with them.
_JOINERS: Final = "的了是在和与及或等对把被为以从有就也都还我你他她它们这那个些吗呢吧啊么"


def speaking_words(text: str, found: Iterable[Gram], weights: Mapping[str, float]) -> tuple[str, ...]:
    """The pieces of ``text`` whose bigrams weigh most, best first: neighbours merged, at least 2 characters.

    ``found`` are the bigrams of ``text`` in order, ``weights`` what each bigram gave to the department.
    """
    scored: dict[str, float] = {}
    for start, end, weight in _spans(found, weights):
        word = text[start : min(end, start + LONGEST)].strip(_JOINERS)
        if len(word) >= 2:
            scored[word] = max(scored.get(word, 0.0), weight)
    best = sorted(scored, key=lambda word: (-scored[word], word))
    return tuple(_without_parts(best)[:MOST])


def _spans(found: Iterable[Gram], weights: Mapping[str, float]) -> list[tuple[int, int, float]]:
    """Runs of neighbouring bigrams that weigh something: start, end, sum of their weights."""
    spans: list[tuple[int, int, float]] = []
    for key, at in found:
        weight = weights.get(key, 0.0)
        if weight <= 0:
            continue
        if spans and at == spans[-1][1] - 1:
            start, _, total = spans.pop()
            spans.append((start, at + 2, total + weight))
        else:
            spans.append((at, at + 2, weight))
    return spans


def _without_parts(words: list[str]) -> list[str]:
    """``words`` without those that stand inside a better one."""
    kept: list[str] = []
    for word in words:
        if not any(word in better for better in kept):
            kept.append(word)
    return kept
