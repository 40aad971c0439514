"""How good the router is on labelled cases: every figure that `duijie routing evaluate` prints."""

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import mean
from typing import Any, Final, NamedTuple

from duijie.api import Candidate, T
from duijie.builtin.routing.features import folded
from duijie.builtin.routing.measures import calibration_error, coverage_at, macro_f1, top
from duijie.builtin.routing.router import Router
from duijie.builtin.routing.spans import MOST

SURE: Final = 0.95   # precision at which coverage is measured


class Labelled(NamedTuple):
    """A case and the department that it belongs to."""

    label: str
    title: str
    body: str


def roster(labels: Sequence[str], texts: Mapping[str, tuple[str, str]] | None = None) -> list[Candidate]:
    """A candidate for each label; ``texts`` gives its name and responsibility text where there is one."""
    known = texts or {}
    return [Candidate(label, T.same(known.get(label, (label, ""))[0]), known.get(label, ("", ""))[1], ())
            for label in labels]


def evaluate(
    train: Sequence[Labelled], test: Sequence[Labelled], texts: Mapping[str, tuple[str, str]] | None = None,
    *, n: int | None = None, seed: int = 0, each: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Learn ``n`` cases (all without ``n``) one at a time in an order drawn by ``seed``, then route ``test``.

    The figures are of the router as it comes back from its saved state. ``each`` is called after each case
    learned. With ``texts`` the figures of the roster alone stand under ``cold``.
    """
    candidates = roster(sorted({row.label for row in (*train, *test)} | set(texts or ())), texts)
    cold = figures(Router(candidates), test) if texts else None
    learned, learn_ms = learn(Router(candidates), sample(train, n, seed), each)
    state = learned.as_bytes()
    result: dict[str, Any] = {"n": learned.learned, "test": len(test), "departments": len(candidates)}
    result |= figures(Router.from_bytes(state, candidates), test)
    result |= {"learn_ms": learn_ms, "model_bytes": len(state)}
    return result | ({"cold": cold} if cold else {})


def sample(rows: Sequence[Labelled], n: int | None, seed: int) -> list[Labelled]:
    """``n`` rows in an order drawn by ``seed``."""
    ordered = list(rows)
    random.Random(seed).shuffle(ordered)  # noqa: S311 - an order, no secret
    return ordered[:n]


def learn(
    router: Router, rows: Sequence[Labelled], each: Callable[[], None] = lambda: None
) -> tuple[Router, float]:
    """Teach ``rows`` to the router; it, and the milliseconds of processor that one case took."""
    spent = 0.0
    for row in rows:
        started = time.process_time()
        router.learn(row.title, row.body, row.label)
        spent += time.process_time() - started
        each()
    return router, round(1000 * spent / max(1, len(rows)), 3)


def figures(router: Router, test: Sequence[Labelled]) -> dict[str, float]:
    """macro_f1, top1, top2, top3, ece, coverage_at_95 (all 0 to 1) and predict_ms of processor on ``test``."""
    started = time.process_time()
    ranked = [router.predict(row.title, row.body) for row in test]
    spent = time.process_time() - started
    ranks = [[one.department for one in found].index(row.label) for found, row in zip(ranked, test, strict=True)]
    chances = [(found[0].probability, rank == 0) for found, rank in zip(ranked, ranks, strict=True)]
    pairs = [(row.label, found[0].department) for row, found in zip(test, ranked, strict=True)]
    shares = {"macro_f1": macro_f1(pairs), "top1": top(ranks, 1), "top2": top(ranks, 2), "top3": top(ranks, 3),
              "ece": calibration_error(chances), "coverage_at_95": coverage_at(chances, SURE)}
    return {key: round(value, 4) for key, value in shares.items()} | {
        "predict_ms": round(1000 * spent / max(1, len(test)), 3)}


def new_department(
    train: Sequence[Labelled], test: Sequence[Labelled], texts: Mapping[str, tuple[str, str]],
    *, n: int | None = None, seed: int = 0,
) -> dict[str, float]:
    """Recall@3 of each department when the router learned only the others and was then given its text."""
    candidates, recall = roster(sorted(texts), texts), {}
    for late in candidates:
        label = late.department
        router = Router([c for c in candidates if c.department != label])
        learn(router, sample([row for row in train if row.label != label], n, seed))
        router.set_roster(candidates)
        asked = [row for row in test if row.label == label]
        found = [[r.department for r in router.predict(row.title, row.body)].index(label) for row in asked]
        recall[label] = round(top(found, 3), 4)
    return recall


class Explained(NamedTuple):
    """What the highlighted words are worth, as means over cases.

    ``moved``: share of cases whose choice flips, or loses half of its probability, without them; how many
    ``characters`` they are, and what ``share`` of those said.
    """

    moved: float
    characters: float
    share: float


def explained(router: Router, test: Sequence[Labelled], most: int = MOST) -> Explained:
    """Take ``most`` reasons out of each case, as its page marks them, and choose again."""
    found: list[Explained] = []
    for row in test:
        best = router.predict(row.title, row.body)[0]
        reasons = router.explain(row.title, row.body, best.department, most)
        shown = [word for reason in reasons for word in reason]
        title, body = without(row.title, shown), without(row.body, shown)
        left = router.predict(title, body)
        chance = next(one.probability for one in left if one.department == best.department)
        moved = left[0].department != best.department or chance <= best.probability / 2
        said, kept = _said(row.title + row.body), _said(title + body)
        found.append(Explained(moved, said - kept, (said - kept) / max(1, said)))
    columns = zip(*found, strict=True) if found else [[0.0]] * 3
    return Explained(*(round(mean(column), 4) for column in columns))


def without(text: str, words: Sequence[str]) -> str:
    """``text`` with a space for every character that the page of a case marks: every place of ``words``."""
    wanted = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    pattern = "|".join(map(re.escape, wanted))
    return re.sub(pattern, lambda match: " " * len(match.group()), text) if pattern else text


def _said(text: str) -> int:
    """Characters that say something."""
    return len(folded(text).replace(" ", ""))
