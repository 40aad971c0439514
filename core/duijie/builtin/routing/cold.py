"""What the roster alone says: BM25 over character bigrams, and the fields of service its texts name.

Bigrams find what a case and a responsibility text both say; fields bridge what they say differently.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from duijie.api import Candidate
from duijie.builtin.routing.features import LEXICON, Reading, bigrams, folded, words

K1: Final = 1.2
B: Final = 0.3
FIELD_HALF: Final = 0.5  # words of a field in a responsibility text at which the field counts half
MAX_DUTIES: Final = 3_000
# Both parts on one scale: a spread of about 1 for the bigrams and of 2 for the fields over real cases.
BIGRAM_SCALE: Final = 0.0577
FIELD_SCALE: Final = 0.496


@dataclass(frozen=True, slots=True)
class Duties:
    """What one department answers for: points of bigrams, and of fields."""

    bigrams: Mapping[str, float]
    fields: Mapping[int, float]


def score(reading: Reading, duties: Duties) -> float:
    """How much speaks for a department, from 0; a difference of 1 is what chance often makes."""
    return sum(bigram_points(reading, duties).values()) + sum(word_points(reading, duties).values())


def bigram_points(reading: Reading, duties: Duties) -> dict[str, float]:
    """What each bigram of the case gives to a department."""
    points = duties.bigrams
    return {key: BIGRAM_SCALE * points[key] * n for key, n in reading.bigrams.items() if key in points}


def word_points(reading: Reading, duties: Duties) -> dict[str, float]:
    """What each word of the lexicon in the case gives to a department, through the fields it belongs to."""
    given = {}
    for word, times in reading.words.items():
        fields = LEXICON.fields[word]
        share = sum(duties.fields.get(field, 0.0) for field in fields) / len(fields)
        if share:
            given[word] = FIELD_SCALE * (1 + math.log(times)) * share
    return given


@lru_cache(maxsize=32)  # a roster changes seldom, and a coordinator opens case after case
def index(candidates: tuple[Candidate, ...]) -> tuple[Duties, ...]:
    """The duties of each candidate, weighed against those of all others."""
    texts = [folded(_duties(candidate)) for candidate in candidates]
    return tuple(map(Duties, _bigram_points(texts), _field_shares(texts)))


def coverage(reading: Reading, duties: Duties) -> float:
    """The share of a case's lexicon words that a department's text accounts for; 0 when there are none."""
    known = sum(1 for w in reading.words if any(f in duties.fields for f in LEXICON.fields[w]))
    return known / len(reading.words) if reading.words else 0.0


def _duties(candidate: Candidate) -> str:
    names = dict.fromkeys((candidate.name.zh, candidate.name.en))  # a name given once counts once
    parts = (*names, candidate.responsibility[:MAX_DUTIES], *candidate.topic_words)
    return "\n".join(parts)[: 2 * MAX_DUTIES]


def _bigram_points(texts: Sequence[str]) -> list[dict[str, float]]:
    counted = [bigrams(text) for text in texts]
    spread = Counter(key for found in counted for key in found)
    lengths = [found.total() for found in counted]
    average = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
    return [
        {key: _idf(len(texts), spread[key]) * _saturated(n, length / average) for key, n in found.items()}
        for found, length in zip(counted, lengths, strict=True)
    ]


def _field_shares(texts: Sequence[str]) -> list[dict[int, float]]:
    """How far a department answers for a field: by words of its own text, shared with who also names it."""
    named: list[Counter[int]] = []
    for text in texts:
        strengths: Counter[int] = Counter()
        for word in words(text):
            for field in LEXICON.fields[word]:
                strengths[field] += 1 / len(LEXICON.fields[word])  # type: ignore[assignment]
        named.append(strengths)
    halves = [{field: n / (n + FIELD_HALF) for field, n in strengths.items()} for strengths in named]
    total: Counter[int] = Counter()
    for shares in halves:
        for field, share in shares.items():
            total[field] += share  # type: ignore[assignment]
    return [{field: share * share / total[field] for field, share in shares.items()} for shares in halves]


def _idf(texts: int, containing: int) -> float:
    return math.log(1 + (texts - containing + 0.5) / (containing + 0.5))


def _saturated(times: int, relative_length: float) -> float:
    return times * (K1 + 1) / (times + K1 * (1 - B + B * relative_length))
