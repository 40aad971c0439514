"""Which pieces of a case's own text decided: weights per character, merged into words."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from duijie.builtin.routing.features import LEXICON, folded

MOST: Final = 4       # words shown for one department
LONGEST: Final = 12   # characters of one word
# Characters that only join words: a piece neither begins nor ends with them.
_JOINERS: Final = "的了是在和与及或等对把被为以从有就也都还我你他她它们这那个些吗呢吧啊么"


def character_weights(text: str, given: Mapping[str, float]) -> list[float]:
    """What each character of a folded ``text`` gives, when each key of ``given`` (a character, a bigram or a word)
    spreads its weight evenly over all places where it stands."""
    weights = [0.0] * len(text)
    places: Mapping[str, int] = Counter(text) + Counter(a + b for a, b in zip(text, text[1:], strict=False))
    for at, key in enumerate(text):
        pair = text[at:at + 2]
        weights[at] += given.get(key, 0.0) / places[key]
        if len(pair) == 2 and pair in given:
            half = given[pair] / places[pair] / 2
            weights[at] += half
            weights[at + 1] += half
    for word, weight in given.items():
        if len(word) > 2 and weight:
            _spread(text, word, weight, weights)
    return weights


def _spread(text: str, word: str, weight: float, weights: list[float]) -> None:
    share = weight / max(1, text.count(word)) / len(word)
    at = text.find(word)
    while at >= 0:
        for place in range(at, at + len(word)):
            weights[place] += share
        at = text.find(word, at + len(word))


def speaking_words(text: str, given: Mapping[str, float], most: int = MOST) -> tuple[str, ...]:
    """The pieces of ``text`` that gave most, best first, at least two characters and at most twelve.

    A piece that stands in the text more than once counts with all its places.
    """
    compared = folded(text)
    weights = character_weights(compared, given)
    total: defaultdict[str, float] = defaultdict(float)
    for start, end in _runs(compared, weights):
        word = text[start:end].strip(_JOINERS)
        if len(word) >= 2:
            total[word] += sum(weights[start:end])
    best = sorted(total, key=lambda word: (-total[word], word))
    return tuple(_without_parts(best)[:most])


def _runs(text: str, weights: list[float]) -> list[tuple[int, int]]:
    """Neighbouring characters that all give more than the average of those that give, cut where words end."""
    giving = [w for w in weights if w > 0]
    least = 0.5 * sum(giving) / len(giving) if giving else 0.0
    runs, start = [], 0
    for at in range(len(text) + 1):
        if at == len(text) or text[at] == " " or weights[at] <= least or weights[at] <= 0:
            runs.extend(_cut(text, start, at))
            start = at + 1
    return runs


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A run in pieces of at most the longest length, cut before a word of the lexicon where there is one."""
    pieces = []
    while end - start > LONGEST:
        cut = next((p for p in range(start + LONGEST, start + 1, -1) if text[p:p + 2] in LEXICON.starting),
                   start + LONGEST)
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)] if end - start >= 2 else pieces


def _without_parts(words: list[str]) -> list[str]:
    """``words`` without those that stand inside a better one."""
    kept: list[str] = []
    for word in words:
        if not any(word in better for better in kept):
            kept.append(word)
    return kept
