"""From a router's probabilities to suggestions that a person reads: with reasons, and the words that decided."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from duijie.api import Candidate, CaseFacts, Suggestion, T
from duijie.builtin.routing.features import Reading, read
from duijie.builtin.routing.router import Router, Scored
from duijie.builtin.routing.spans import Reason

TOPIC_ODDS: Final = 6.0       # times as likely, when the requester chose a topic the department answers for
TOPIC_ALWAYS: Final = 0.3     # of that (as a power) however much was learned: what people choose is often wrong
TOPIC_FADES: Final = 20.0     # confirmed cases after which half of the rest is gone
OBSERVER_DISCOUNT: Final = 0.9  # an observer rather helps than leads
EXPLAINED: Final = 5          # departments whose words of the case are looked for: more are never shown
LEAST: Final = 0.02           # chance below which what was learned alone suggests nobody


def rank(case: CaseFacts, candidates: Sequence[Candidate], router: Router | None = None) -> list[Suggestion]:
    """Departments that anything speaks for, best first; a score is a probability. Never raises on odd texts.

    Without a ``router`` the roster alone decides; one that is given must be set to these candidates.
    """
    routes = router or _cold(tuple(candidates))
    reading = read(case.title, case.text)
    scored = routes.score(reading)
    chances = _with_topic(case, candidates, scored.probabilities, routes.learned)
    found = [
        (candidate, chance)
        for candidate, chance, cold in zip(candidates, chances, scored.cold, strict=True)
        if _speaks(case, candidate, cold, chance, routes)
    ]
    found.sort(key=lambda one: (-one[1], one[0].department))
    return [
        _suggest(case, candidate, chance, routes, _reasons(case, candidate, routes, reading, scored) if n < EXPLAINED else ())
        for n, (candidate, chance) in enumerate(found)
    ]


def _reasons(
    case: CaseFacts, candidate: Candidate, router: Router, reading: Reading, scored: Scored
) -> tuple[Reason, ...]:
    return router.reasons(case.title, case.text, reading, scored, candidate.department)


@lru_cache(maxsize=32)
def _cold(candidates: tuple[Candidate, ...]) -> Router:
    return Router(candidates)


def _chosen(case: CaseFacts, candidate: Candidate) -> bool:
    return bool(case.topic) and case.topic in candidate.topics


def _speaks(case: CaseFacts, candidate: Candidate, cold: float, chance: float, router: Router) -> bool:
    learned = router.counts[candidate.department] > 0 and chance >= LEAST
    return cold > 0 or learned or _chosen(case, candidate)


def _with_topic(
    case: CaseFacts, candidates: Sequence[Candidate], chances: Sequence[float], learned: int
) -> list[float]:
    lift = TOPIC_ODDS ** (TOPIC_ALWAYS + (1 - TOPIC_ALWAYS) * TOPIC_FADES / (TOPIC_FADES + learned))
    odds = [
        chance * (lift if _chosen(case, candidate) else 1.0) * (OBSERVER_DISCOUNT if candidate.observer else 1.0)
        for candidate, chance in zip(candidates, chances, strict=True)
    ]
    total = sum(odds) or 1.0
    return [chance / total for chance in odds]


def _suggest(
    case: CaseFacts, candidate: Candidate, chance: float, router: Router, found: Sequence[Reason]
) -> Suggestion:
    chosen = _chosen(case, candidate)
    reasons = [_by_words(found)] if found else [] if chosen else [_by_text()]
    if chosen:
        reasons.append(_by_topic(case.topic_label))
    if known := router.counts[candidate.department]:
        reasons.append(_by_cases(known))
    words = tuple(word for reason in found for word in reason)
    return Suggestion(candidate.department, max(round(chance, 4), 0.0001), tuple(reasons), words)


def _by_words(found: Sequence[Reason]) -> T:
    named = [_named(reason) for reason in found]
    zh, en = (sep.join(f"“{mark.join(words)}”" for words in named) for sep, mark in (("", "、"), ("; ", ", ")))
    return T(f"原文{zh}与该部门职责相符", en=f"{en} in the text fits what this department does")


def _named(reason: Reason) -> list[str]:
    """The words of a reason for a sentence: what is part of another word of it is not said again."""
    return [word for word in reason if not any(word in other for other in reason if other != word)]


def _by_text() -> T:
    return T("诉求内容与该部门职责有相近之处", en="The text is close to what this department does")


def _by_topic(label: T | None) -> T:
    if label is None:
        return T("负责所选的诉求类别", en="Answers for the chosen category")
    return T("负责的类别包含“{topic}”", en="Answers for the category “{topic}”").fill(topic=label)


def _by_cases(known: int) -> T:
    if known == 1:
        return T("参考了该部门已确认的1件诉求", en="Takes in 1 case that was confirmed for this department")
    return T(f"参考了该部门已确认的{known}件诉求", en=f"Takes in {known} cases that were confirmed for this department")
