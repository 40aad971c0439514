"""Cuts a text into character bigrams that remember where they stood."""

import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

MAX_TITLE: Final = 200    # characters that are read; what follows adds time and no knowledge
MAX_TEXT: Final = 1_500
MAX_DUTIES: Final = 3_000


class Gram(NamedTuple):
    """Two neighbouring characters: what they are compared by, and the position of the first one."""

    key: str
    at: int


def grams(text: str) -> Iterator[Gram]:
    """Bigrams inside runs of letters, digits and Chinese characters, in order.

    Full and half width, large and small compare alike. Pairs of digits say nothing about a duty: left out.
    """
    before = ""
    for at, character in enumerate(text):
        now = _fold(character)
        if before and now and not (before.isdigit() and now.isdigit()):
            yield Gram(before + now, at - 1)
        before = now


def _fold(character: str) -> str:
    """How ``character`` compares; empty for what separates words."""
    if "一" <= character <= "鿿":
        return character
    if not character.isalnum():
        return ""
    return unicodedata.normalize("NFKC", character).lower()
