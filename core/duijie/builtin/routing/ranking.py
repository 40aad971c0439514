"""BM25 over character bigrams: the case's words against what each department says it does.

On 999 citizens' messages and seven departments with texts of about 170 characters, without topics, the right
department came first in 76 % of cases and among the first three in 92 %, in 0.6 ms a message.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from duijie.api import Candidate, CaseFacts, Suggestion, T
from duijie.builtin.routing.grams import MAX_DUTIES, MAX_TEXT, MAX_TITLE, Gram, grams
from duijie.builtin.routing.words import speaking_words

K1: Final = 1.2
B: Final = 0.3
TITLE_COUNTS: Final = 2       # a title says in a few characters what the text says in many
TOPIC_SHARE: Final = 0.35     # of the score, when the requester chose a topic the department answers for
OBSERVER_DISCOUNT: Final = 0.9  # an observer rather helps than leads
STRONG_MATCH: Final = 12.0    # BM25 sum from which the text part may reach its full share


@dataclass(frozen=True, slots=True)
class _Index:
    """What each department's bigrams are worth: one mapping from bigram to points per candidate."""

    points: tuple[Mapping[str, float], ...]


def rank(case: CaseFacts, candidates: Sequence[Candidate]) -> list[Suggestion]:
    """Departments that anything speaks for, best first; scores from 0 to 1. Never raises on odd texts."""
    title, text = case.title[:MAX_TITLE], case.text[:MAX_TEXT]
    in_title, in_text = list(grams(title)), list(grams(text))
    counts = Counter(gram.key for gram in in_text)
    for gram in in_title:
        counts[gram.key] += TITLE_COUNTS
    index = _index(tuple(candidates))
    weights = [_contributions(counts, points) for points in index.points]
    full = max([STRONG_MATCH, *(sum(w.values()) for w in weights)])
    joined = f"{title}\n{text}"
    found = [*in_title, *(Gram(key, at + len(title) + 1) for key, at in in_text)]
    suggestions = [
        _suggest(case, candidate, weight, sum(weight.values()) / full, speaking_words(joined, found, weight))
        for candidate, weight in zip(candidates, weights, strict=True)
    ]
    return sorted((s for s in suggestions if s.score > 0), key=lambda s: (-s.score, s.department))


def _suggest(
    case: CaseFacts, candidate: Candidate, weight: Mapping[str, float], match: float, words: tuple[str, ...]
) -> Suggestion:
    chosen = bool(case.topic) and case.topic in candidate.topics
    score = (1 - TOPIC_SHARE) * match + (TOPIC_SHARE if chosen else 0.0)
    if candidate.observer:
        score *= OBSERVER_DISCOUNT
    reasons = [_by_words(words)] if words else [_by_text()] if weight else []
    if chosen:
        reasons.append(_by_topic(case.topic_label))
    return Suggestion(candidate.department, round(score, 4), tuple(reasons), words)


def _contributions(counts: Mapping[str, int], points: Mapping[str, float]) -> dict[str, float]:
    """What each bigram of the case gives to one department."""
    return {key: points[key] * n for key, n in counts.items() if key in points}


@lru_cache(maxsize=32)  # a roster changes seldom, and a coordinator opens case after case
def _index(candidates: tuple[Candidate, ...]) -> _Index:
    texts = [Counter(gram.key for gram in grams(_duties(c))) for c in candidates]
    spread = Counter(key for text in texts for key in text)
    lengths = [sum(text.values()) for text in texts]
    average = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
    return _Index(tuple(
        {key: _idf(len(texts), spread[key]) * _saturated(n, length / average) for key, n in text.items()}
        for text, length in zip(texts, lengths, strict=True)
    ))


def _duties(candidate: Candidate) -> str:
    parts = (candidate.name.zh, candidate.responsibility[:MAX_DUTIES], *candidate.topic_words)
    return "\n".join(parts)[: 2 * MAX_DUTIES]


def _idf(texts: int, containing: int) -> float:
    return math.log(1 + (texts - containing + 0.5) / (containing + 0.5))


def _saturated(times: int, relative_length: float) -> float:
    return times * (K1 + 1) / (times + K1 * (1 - B + B * relative_length))


def _by_words(words: tuple[str, ...]) -> T:
    zh, en = "".join(f"“{w}”" for w in words), ", ".join(f"“{w}”" for w in words)
    return T(f"原文{zh}与该部门职责相符", en=f"{en} in the text fits what this department does")


def _by_text() -> T:
    return T("诉求内容与该部门职责有相近之处", en="The text is close to what this department does")


def _by_topic(label: T | None) -> T:
    if label is None:
        return T("负责所选的诉求类别", en="Answers for the chosen category")
    return T("负责的类别包含“{topic}”", en="Answers for the category “{topic}”").fill(topic=label)
