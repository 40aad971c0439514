"""Which pieces of a case's own text decided: weights per character, gathered into words."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from operator import add
from typing import Final

from duijie.builtin.routing.features import folded

MOST: Final = 4       # words shown for one department
LONGEST: Final = 12   # characters of one word
PRICE: Final = 0.3    # of a character, in shares of what a giving character gives on average
# Characters that only join words: a piece neither begins nor ends with them.
_JOINERS: Final = "的了是在和与及或等对把被为以从有就也都还我你他她它们这那个些吗呢吧啊么"


def character_weights(text: str, given: Mapping[str, float]) -> list[float]:
    """What each character of a folded ``text`` gives.

    Each key of ``given`` (a character, a bigram or a word) spreads its weight evenly over its places.
    """
    weights = [0.0] * len(text)
    places: Mapping[str, int] = Counter(text) + Counter(map(add, text, text[1:]))
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
    """The pieces of ``text`` that gave most, best first, of 2 to 12 characters each.

    A piece that stands in the text more than once counts with all its places; what one piece accounts for does
    not count for the next.
    """
    compared = folded(text)
    weights = character_weights(compared, given)
    found: list[str] = []
    while len(found) < most and (best := _best(compared, weights)):
        at = compared.find(best)
        found.append(text[at:at + len(best)])
        while at >= 0:
            weights[at:at + len(best)] = [0.0] * len(best)
            at = compared.find(best, at + len(best))
    return tuple(found)


def _best(text: str, weights: list[float]) -> str:
    """The piece whose places together give most, less a little for each character; empty when none gives."""
    giving = [w for w in weights if w > 0]
    if not giving:
        return ""
    price = PRICE * sum(giving) / len(giving)
    gains: defaultdict[str, float] = defaultdict(float)
    for start, weight in enumerate(weights):
        if weight <= price or text[start] in _JOINERS:
            continue
        total = 0.0
        for end in range(start, min(start + LONGEST, len(text))):
            if text[end] == " ":
                break
            total += weights[end] - price
            if end > start and weights[end] > price and text[end] not in _JOINERS:
                gains[text[start:end + 1]] += total
    return max(gains, key=lambda piece: (gains[piece], piece), default="")
