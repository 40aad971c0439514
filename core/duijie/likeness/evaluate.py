"""How good the search is on cases with known topics: every figure that `duijie routing similar` prints."""

import time
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from duijie.likeness.index import ALIKE_FROM, Similar
from duijie.likeness.measures import average_precision, b_cubed
from duijie.likeness.topics import topics

DEEP: Final = 200  # matches of a search that are looked at for mean average precision


class Text(NamedTuple):
    """A case to search among."""

    key: str
    title: str
    body: str


def evaluate_similar(messages: Sequence[Text], gold: Mapping[str, str]) -> dict[str, Any]:
    """Search for each case of ``gold`` (key: topic) among all ``messages``, then group them all.

    shown_precision and shown_recall are of the cases that a coordinator would be shown as alike.
    hit_at_5, p_at_5, map, b3_precision, b3_recall, b3 (all 0 to 1), query_ms of processor, and the counts.
    """
    index = Similar()
    for message in messages:
        index.add(message.key, message.title, message.body)
    asked = [key for key in gold if key in index]
    index.search("")  # measures the index, which is no query's cost
    started = time.process_time()
    matches = {key: index.like(key, limit=DEEP, least=0.0) for key in asked}
    spent = time.process_time() - started
    found = {key: [match.key for match in near] for key, near in matches.items()}
    alike: dict[str, set[Hashable]] = {
        key: {other for other in asked if gold[other] == gold[key] and other != key} for key in asked}
    shown = [m.key in alike[key] for key, near in matches.items() for m in near if m.likeness >= ALIKE_FROM]
    first = {key: [match in alike[key] for match in found[key][:5]] for key in asked}
    precision, recall, f1 = b_cubed(topics(messages), {key: gold[key] for key in asked})
    many = max(1, len(asked))
    shares = {
        "hit_at_5": sum(any(hits) for hits in first.values()) / many,
        "p_at_5": sum(sum(hits) / 5 for hits in first.values()) / many,
        "map": sum(average_precision(found[key], alike[key]) for key in asked) / many,
        "shown_precision": sum(shown) / max(1, len(shown)),
        "shown_recall": sum(shown) / max(1, sum(map(len, alike.values()))),
        "b3_precision": precision, "b3_recall": recall, "b3": f1,
    }
    return {"messages": len(messages), "queries": len(asked)} | {
        key: round(value, 4) for key, value in shares.items()} | {"query_ms": round(1000 * spent / many, 3)}
