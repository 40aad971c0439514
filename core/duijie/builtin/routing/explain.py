"""What every piece of a case gave to one department, against what it gave to the others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from duijie.builtin.routing.cold import Duties, bigram_points, word_points
from duijie.builtin.routing.features import LEXICON, Reading


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
