"""The figures that say how good a search or a grouping is."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence


def average_precision(found: Sequence[Hashable], relevant: set[Hashable]) -> float:
    """Average precision of a ranked list; what it does not hold counts as never found."""
    hits, total = 0, 0.0
    for n, key in enumerate(found, 1):
        if key in relevant:
            hits += 1
            total += hits / n
    return total / len(relevant) if relevant else 0.0


def b_cubed(groups: Iterable[Sequence[Hashable]], gold: Mapping[Hashable, str]) -> tuple[float, float, float]:
    """B³ precision, recall and F1 over the keys of ``gold``; other keys in a group are not counted."""
    group_of = {key: n for n, group in enumerate(groups) for key in group}
    sizes, of_topic = Counter(group_of.get(k) for k in gold), Counter(gold.values())
    both = Counter((group_of.get(key), topic) for key, topic in gold.items())
    precision = recall = 0.0
    for key, topic in gold.items():
        group = group_of.get(key)
        precision += both[group, topic] / sizes[group]
        recall += both[group, topic] / of_topic[topic]
    if not gold:
        return 0.0, 0.0, 0.0
    precision, recall = precision / len(gold), recall / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall)
