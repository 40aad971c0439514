"""The texts in what a plugin declares: plain, in both languages, of a length that somebody reads."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

from duijie.domain.text import T

LONGEST: Final = 4000
_TAG: Final = re.compile(r"<\s*[/!?]?\s*[a-zA-Z][^<>]*>")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def text_problems(value: Any, where: str = "") -> Iterator[str]:
    """What is wrong with any `T` in ``value``, with its place: ``topics[2].label has HTML …``."""
    if isinstance(value, T):
        yield from (f"{where or 'the text'} {problem}" for problem in _problems(value))
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from text_problems(getattr(value, one.name), f"{where}.{one.name}".lstrip("."))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            key = getattr(item, "key", number)
            yield from text_problems(item, f"{where}[{key}]")


def _problems(text: T) -> Iterator[str]:
    for language in ("zh", "en"):
        words: Any = getattr(text, language)
        if not isinstance(words, str):
            yield f"has {type(words).__name__} in the place of a text in {language!r}"
        elif not words.strip():
            yield f"has no text in {language!r}"
        elif len(words) > LONGEST:
            yield f"has {len(words)} characters in {language!r}; at most {LONGEST}"
        elif _TAG.search(words):
            yield f"has HTML in {language!r}; texts are plain and shown as they are written"
        elif _CONTROL.search(words):
            yield f"has control characters in {language!r}"
