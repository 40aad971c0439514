"""Texts that plugins bring are plain: no markup, no control characters, no walls of words."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from duijie.domain.text import LANGUAGES, T

LONGEST_TEXT: Final = 2000

_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>|<!--")


def text_problems(where: str, text: T | None) -> Iterator[str]:
    """What is wrong with ``text``; ``where`` names it: ``the label of 'topic'``."""
    for language in LANGUAGES if text is not None else ():
        words = text.to(language) if text is not None else ""
        if not words.strip():
            yield f"{where} has no text in {language!r}"
        if found := _TAG.search(words):
            yield f"{where} holds the HTML tag {found[0][:40]!r} in {language!r}; texts are plain"
        if odd := next((c for c in words if c != "\n" and unicodedata.category(c) in {"Cc", "Cs"}), None):
            yield f"{where} holds the control character {odd!r} in {language!r}; texts are plain"
        if len(words) > LONGEST_TEXT:
            yield f"{where} has {len(words)} characters in {language!r}; at most {LONGEST_TEXT}"
