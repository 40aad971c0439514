"""What a text is compared by: pairs of neighbouring characters. No word segmentation is needed."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from operator import add
from typing import Final

_SPACE: Final = " "
# How long and how many: two cases that only both say “two months” have nothing in common.
COUNTED: Final = re.compile("[半一二两三四五六七八九十百千几多数0-9]+个?(?:年|月|天|日|周|星期|小时|分钟|户|人|米|元|次|平方米?)")


@lru_cache(maxsize=20_000)
def fold(character: str) -> str:
    """How ``character`` compares, one character long; a space for what separates words."""
    if "一" <= character <= "鿿":
        return character
    if not character.isalnum():
        return _SPACE
    found = unicodedata.normalize("NFKC", character).lower()
    return found if len(found) == 1 and found.isalnum() else _SPACE


def folded(text: str) -> str:
    """``text`` folded, as long as it was."""
    return "".join(map(fold, text))


def bigrams(text: str) -> Counter[str]:
    """Pairs of neighbours in a folded ``text``; pairs of digits say nothing about a problem and are left out."""
    found = Counter(map(add, text, text[1:]))
    for pair in [p for p in found if _SPACE in p or p.isdigit()]:
        del found[pair]
    return found


def uncounted(text: str) -> str:
    """A folded ``text``, as long as it was, with spaces for counts of days, people, metres and the like."""
    return COUNTED.sub(lambda match: _SPACE * len(match.group()), text)
