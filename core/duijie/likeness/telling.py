"""Which words tell some texts from others: for the name of a topic, and for what a responsibility text lacks."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from duijie.likeness.grams import COUNTED, folded

LONGEST: Final = 6
PART: Final = 0.8       # of its places: a piece that so often goes on the same way is no word of its own
MAX_TEXT: Final = 1_500
# Characters that only join words: a word neither begins nor ends with them.
_JOINERS: Final = "的了是在和与及或等对把被为以从有就也都还我你他她它们这那个些吗呢吧啊么一不上下要请能会到给去来没很太"

# Asking, and how long or how many: true of any problem, so no word for one.
_OF_ANY: Final = re.compile(f"(什么|怎么|如何|哪个|哪里|多少|为何|请问).*|.*(时候|部门)|{COUNTED.pattern}.*")


def telling_words(texts: Sequence[str], others: Iterable[str], most: int, least: int = 2) -> list[tuple[str, int]]:
    """Pieces of 2 to 6 characters that stand in at least ``least`` of ``texts`` and seldom in ``others``.

    With the number of texts that say them, the most telling first; none is part of another.
    """
    mine = [_pieces(text) for text in texts]
    counts = Counter(piece for found in mine for piece in found)
    known = _whole({piece: n for piece, n in counts.items() if n >= least})
    foreign: Counter[str] = Counter()
    many = 0
    for text in others:
        many += 1
        foreign.update(known & _pieces(text))
    tells = {piece: _tells(piece, counts[piece], len(mine), foreign[piece], many) for piece in known}
    speaking = (piece for piece in known if tells[piece] > 0 and not _OF_ANY.fullmatch(piece))
    ranked = sorted(speaking, key=lambda piece: (-tells[piece], piece))
    return _apart(ranked, counts, most)


def _whole(counts: dict[str, int]) -> set[str]:
    """Pieces that are not just a part of one longer piece: 育局 is, where nearly all say 教育局."""
    longer: Counter[str] = Counter()
    for piece, n in counts.items():
        for part in (piece[1:], piece[:-1]):
            longer[part] = max(longer[part], n)
    return {piece for piece, n in counts.items() if longer[piece] < PART * n}


def _tells(piece: str, inside: int, mine: int, outside: int, many: int) -> float:
    """More in these texts than elsewhere, often, and longer rather than shorter."""
    ratio = ((inside + 0.5) / (mine + 1)) / ((outside + 0.5) / (many + 1))
    return inside * max(0.0, min(ratio, 20.0) - 1.0) * math.sqrt(len(piece) - 1)


def _apart(ranked: Iterable[str], counts: Counter[str], most: int) -> list[tuple[str, int]]:
    found: list[str] = []
    for piece in ranked:
        if len(found) == most:
            break
        if not any(piece in other or other in piece or _overlap(piece, other) for other in found):
            found.append(piece)
    return [(piece, counts[piece]) for piece in found]


def _overlap(one: str, other: str) -> bool:
    """Whether one goes on where the other ends, by two characters: two cuts of the same phrase."""
    return one[-2:] == other[:2] or other[-2:] == one[:2] or one[:2] == other[:2] or one[-2:] == other[-2:]


def _pieces(text: str) -> set[str]:
    found = set()
    for run in folded(text[:MAX_TEXT]).split():
        if run.isascii():
            if len(run) > 3 and not run.isdigit():
                found.add(run)
            continue
        for start in range(len(run) - 1):
            if run[start] in _JOINERS:
                continue
            for end in range(start + 2, min(start + LONGEST, len(run)) + 1):
                if run[end - 1] in _JOINERS:
                    continue
                piece = run[start:end]
                if not any(c.isdigit() for c in piece):
                    found.add(piece)
    return found
