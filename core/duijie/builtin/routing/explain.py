"""What every piece of a case gave to one department, against what it gave to the others."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from duijie.builtin.routing.cold import Duties, bigram_points, word_points
from duijie.builtin.routing.features import LEXICON, Reading
from duijie.builtin.routing.linear import Weight

KNOWN_WORD: Final = 0.5  # how closely the characters of a word of the lexicon stand together at least


def cold_gifts(reading: Reading, duties: Sequence[Duties], at: int, rivals: Sequence[float]) -> dict[str, float]:
    """Bigrams and words by what they give to the department ``at`` less what they give to its rivals.

    ``rivals`` are shares of 1, one for each department, that of the department itself being 0.
    """
    gifts: defaultdict[str, float] = defaultdict(float)
    for place, duty in enumerate(duties):
        share = 1.0 if place == at else -rivals[place]
        for points in (bigram_points(reading, duty), word_points(reading, duty)) if share else ():
            for key, given in points.items():
                gifts[key] += share * given
    return dict(gifts)


def learned_gifts(
    reading: Reading, unit: Mapping[str, float], weights: Mapping[str, Sequence[float]], at: int,
    rivals: Sequence[float],
) -> dict[str, float]:
    """The same for what was learned; a field's gift goes to the words of the case that belong to it."""
    gifts: defaultdict[str, float] = defaultdict(float)
    for key, value in unit.items():
        row = weights[key]
        gift = value * (row[at] - sum(share * w for share, w in zip(rivals, row, strict=True) if share))
        if key.startswith("#"):
            gifts[key[1:]] += gift
        elif key.startswith("@"):
            of = [word for word in reading.words if int(key[1:]) in LEXICON.fields[word]]
            for word in of:
                gifts[word] += gift / len(of)
        else:
            gifts[key] += gift
    return dict(gifts)


def ties(text: str, words: Mapping[str, float], met: Mapping[str, Weight]) -> list[float]:
    """How closely each character of a folded ``text`` stands to the one before it, 0 to 1, and 0 after the last.

    By how often the pair and its characters were ``met`` in confirmed cases, and by ``words`` of the lexicon: so a
    piece that is cut from the text begins and ends where words do.
    """
    found = [0.0, *(_tie(a, b, met) for a, b in pairwise(text)), 0.0]
    for word in words:
        at = text.find(word)
        while at >= 0:
            for place in range(at + 1, at + len(word)):
                found[place] = max(found[place], KNOWN_WORD)
            at = text.find(word, at + 1)
    return found


def _tie(before: str, after: str, met: Mapping[str, Weight]) -> float:
    if " " in (before, after):
        return 0.0
    if before.isascii() and after.isascii():
        return 1.0
    pair, one, other = met.get(before + after), met.get(before), met.get(after)
    return pair.cases / math.sqrt(one.cases * other.cases) if pair and one and other else 0.0
