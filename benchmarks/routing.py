"""How well departments are suggested and similar problems found, goal by goal, beside scikit-learn.

Run it with ``python benchmarks/routing.py`` (``--data FOLDER`` where the labelled messages are, ``--test dev.csv``
while something is being chosen, ``--orders 3`` for the learning curve over more orders). scikit-learn is no
dependency; without it the baselines are left out, and the table says so.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from duijie.builtin.routing import evaluate as ev
from duijie.builtin.routing.measures import macro_f1, top
from duijie.builtin.routing.router import Router
from duijie.likeness.evaluate import Text, evaluate_similar

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "routing"
FILES = ("train.csv", "responsibility_texts.json", "hot_messages.csv", "hot_topics_gold.csv")
CURVE = (25, 100, 500, 2000)


class Line(NamedTuple):
    """One figure; ``goal`` is what it should reach (``below``: should stay under), or nothing."""

    name: str
    value: float
    goal: float | None = None
    below: bool = False

    def __str__(self) -> str:
        if self.goal is None:
            return f"{self.name:<52} {self.value:8.4g}"
        met = self.value <= self.goal if self.below else self.value >= self.goal
        sign = "≤" if self.below else "≥"
        return f"{self.name:<52} {self.value:8.4g}   goal {sign} {self.goal:<8g} {'met' if met else 'MISSED'}"


def main() -> int:
    """Print the table; 2 when the data is missing."""
    options = _options()
    missing = [name for name in (*FILES, options.test) if not (options.data / name).is_file()]
    if missing:
        print(f"The data is missing: {', '.join(missing)} in {options.data}. Name its folder with --data.\n"
              "It is labelled messages that may be measured on but not shipped; nothing was measured.")
        return 2
    for line in lines(options):
        print(line, flush=True)
    return 0


def lines(options: argparse.Namespace) -> Iterator[Line | str]:
    """The table, each line as soon as it is known."""
    train, test = labelled(options.data / "train.csv"), labelled(options.data / options.test)
    texts = json.loads((options.data / "responsibility_texts.json").read_text(encoding="utf-8"))
    roster = {label: (entry["department"], entry["text"]) for label, entry in texts.items()}
    yield f"{len(train)} messages to learn, {len(test)} of {options.test} to route, {len(roster)} departments"
    cold = ev.figures(Router(ev.roster(sorted(roster), roster)), test)
    yield Line("cold macro-F1", cold["macro_f1"])
    yield Line("cold top-1", cold["top1"], 0.82)
    yield Line("cold top-3", cold["top3"], 0.97)
    yield from _curve(train, test, roster, cold["top1"], options.orders)
    yield from _all(train, test, roster)
    yield from _new_department(train, test, roster)
    yield from _baselines(train, test)
    yield from _similar(options.data)


def _curve(
    train: Sequence[ev.Labelled], test: Sequence[ev.Labelled], roster: dict[str, tuple[str, str]], cold: float,
    orders: int,
) -> Iterator[Line]:
    found: dict[int, list[dict[str, float]]] = {n: [] for n in CURVE}
    for seed in range(orders):
        router, rows = Router(ev.roster(sorted(roster), roster)), ev.sample(train, max(CURVE), seed)
        for n, row in enumerate(rows, 1):
            router.learn(row.title, row.body, row.label)
            if n in found:
                found[n].append(ev.figures(router, test))
    for n, figures in found.items():
        top1, f1 = mean(f["top1"] for f in figures), mean(f["macro_f1"] for f in figures)
        yield Line(f"n={n} top-1, mean of {orders} orders", top1, {100: 0.83}.get(n, cold - 0.005))
        yield Line(f"n={n} macro-F1", f1, {500: 0.85}.get(n))
        yield Line(f"n={n} top-3", mean(f["top3"] for f in figures))
        yield Line(f"n={n} expected calibration error", mean(f["ece"] for f in figures))


def _all(
    train: Sequence[ev.Labelled], test: Sequence[ev.Labelled], roster: dict[str, tuple[str, str]]
) -> Iterator[Line]:
    candidates = ev.roster(sorted(roster), roster)
    router, learn_ms = ev.learn(Router(candidates), ev.sample(train, None, 0))
    state = router.as_bytes()
    saved = Router.from_bytes(state, candidates)
    found = ev.figures(saved, test)
    yield Line("all, saved and loaded: macro-F1", found["macro_f1"], 0.92)
    yield Line("all top-1", found["top1"])
    yield Line("all top-2", found["top2"], 0.99)
    yield Line("all top-3", found["top3"], 0.997)
    yield Line("expected calibration error", found["ece"], 0.02, below=True)
    yield Line("share routed at 95 % precision", found["coverage_at_95"], 0.9)
    yield Line("predict, ms of processor", found["predict_ms"], 2, below=True)
    yield Line("learn, ms of processor", learn_ms, 5, below=True)
    yield Line("state, MB", len(state) / 1e6, 1, below=True)
    shown = ev.explained(saved, test)
    yield Line("explanation: choice changes without three reasons", shown.moved, 0.7)
    yield Line("characters highlighted, mean", shown.characters)
    yield Line("share of the text highlighted, mean", shown.share)


def _new_department(
    train: Sequence[ev.Labelled], test: Sequence[ev.Labelled], roster: dict[str, tuple[str, str]]
) -> Iterator[Line]:
    recall = ev.new_department(train, test, roster, n=2000)
    yield Line("department added with a text only: mean recall@3", mean(recall.values()), 0.95)
    yield Line("the worst of them", min(recall.values()))


def _baselines(train: Sequence[ev.Labelled], test: Sequence[ev.Labelled]) -> Iterator[Line | str]:
    if find_spec("sklearn") is None:
        yield "scikit-learn is not installed: no baselines in this run"
        return
    text, bayes = import_module("sklearn.feature_extraction.text"), import_module("sklearn.naive_bayes")
    linear, svm = import_module("sklearn.linear_model"), import_module("sklearn.svm")
    vectors = text.TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    known, asked = vectors.fit_transform(map(_joined, train)), vectors.transform(map(_joined, test))
    models: dict[str, Any] = {
        "linear SVM": svm.LinearSVC(C=0.3, class_weight="balanced"),
        "complement naive Bayes": bayes.ComplementNB(),
        "logistic regression by SGD": linear.SGDClassifier(loss="log_loss", alpha=1e-5, random_state=0),
    }
    for name, model in models.items():
        model.fit(known, [row.label for row in train])
        scores = model.decision_function(asked) if hasattr(model, "decision_function") else model.predict_proba(asked)
        orders = [[str(model.classes_[at]) for at in (-row).argsort()] for row in scores]
        ranks = [order.index(row.label) for order, row in zip(orders, test, strict=True)]
        pairs = [(row.label, order[0]) for row, order in zip(test, orders, strict=True)]
        yield Line(f"scikit-learn, all, {name}: macro-F1", macro_f1(pairs))
        yield Line(f"scikit-learn, all, {name}: top-2", top(ranks, 2))


def _similar(data: Path) -> Iterator[Line]:
    messages = [Text(r["id"], r["title"], r["body"]) for r in rows(data / "hot_messages.csv")]
    gold = {r["id"]: r["topic"] for r in rows(data / "hot_topics_gold.csv")}
    found = evaluate_similar(messages, gold)
    yield Line(f"similar among {len(messages)}: hit@5", found["hit_at_5"])
    yield Line("similar: precision@5", found["p_at_5"], 0.95)
    yield Line("similar: mean average precision", found["map"], 0.95)
    yield Line("topics: B³ F1", found["b3"], 0.9)
    yield Line("similar, ms of processor a query", found["query_ms"])


def _joined(row: ev.Labelled) -> str:
    return f"{row.title}\n{row.title}\n{row.body}"


def labelled(file: Path) -> list[ev.Labelled]:
    """The labelled messages of a CSV file."""
    return [ev.Labelled(row["label"], row["title"], row["body"]) for row in rows(file)]


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    csv.field_size_limit(2**31 - 1)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the labelled messages")
    parser.add_argument("--test", default="test.csv", help="file in it to be measured on")
    parser.add_argument("--orders", type=int, default=3, help="orders of learning to take the mean of")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
