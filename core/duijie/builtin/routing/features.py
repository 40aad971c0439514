"""What the router sees of a text: characters, bigrams, words of the lexicon and the fields they belong to."""

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from operator import add
from typing import Final, NamedTuple

from duijie.builtin.routing.lexicon import FIELDS

MAX_TITLE: Final = 200  # characters that are read; what follows adds time and no knowledge
MAX_TEXT: Final = 1_500
TITLE_COUNTS: Final = 2  # a title says in a few characters what the text says in many
_SPACE: Final = " "


class Words(NamedTuple):
    """The lexicon: fields of each word, words by their first two characters."""

    fields: Mapping[str, tuple[int, ...]]
    starting: Mapping[str, tuple[str, ...]]


def _read_lexicon() -> Words:
    fields: defaultdict[str, list[int]] = defaultdict(list)
    starting: defaultdict[str, list[str]] = defaultdict(list)
    for number, line in enumerate(FIELDS):
        for word in dict.fromkeys(line.split()):
            fields[word].append(number)
    for word in fields:
        starting[word[:2]].append(word)
    return Words({w: tuple(f) for w, f in fields.items()}, {s: tuple(w) for s, w in starting.items()})


LEXICON: Final = _read_lexicon()


@lru_cache(maxsize=20_000)
def fold(character: str) -> str:
    """How ``character`` compares, one character long; a space for what separates words."""
    if "一" <= character <= "鿿":
        return character
    if not character.isalnum():
        return _SPACE
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 and folded.isalnum() else _SPACE


def folded(text: str) -> str:
    """``text`` folded, as long as it was."""
    return "".join(map(fold, text))


def words(text: str) -> Counter[str]:
    """How often each word of the lexicon stands in a folded ``text``."""
    return _words(text, set(map(add, text, text[1:])))


def _words(text: str, bigrams: set[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for start in bigrams & LEXICON.starting.keys():
        for word in LEXICON.starting[start]:
            if times := _times(text, word):
                found[word] = times
    return found


def _times(text: str, word: str) -> int:
    if word.isascii():  # an English word stands alone: no “age” in “village”
        return f" {text} ".count(f" {word} ")
    return text.count(word)


def bigrams(text: str) -> Counter[str]:
    """Pairs of neighbours in a folded ``text``; pairs of digits say nothing about a duty and are left out."""
    found = Counter(map(add, text, text[1:]))
    for pair in [p for p in found if _SPACE in p or p.isdigit()]:
        del found[pair]
    return found


class Reading(NamedTuple):
    """One case as counts, the title's counted twice. ``fields`` holds 1 + log(count) summed over words."""

    characters: Mapping[str, float]
    bigrams: Mapping[str, float]
    words: Mapping[str, float]
    fields: Mapping[int, float]


def read(title: str, text: str) -> Reading:
    """Read a case; any text will do."""
    head, body = folded(title[:MAX_TITLE]), folded(text[:MAX_TEXT])
    characters = _weighted(Counter(head), Counter(body))
    pairs = _weighted(bigrams(head), bigrams(body))
    found = _weighted(words(head), words(body))
    letters = {c: n for c, n in characters.items() if c != _SPACE and not c.isdigit()}
    return Reading(letters, pairs, found, fields_of(found))


def fields_of(found: Mapping[str, float]) -> dict[int, float]:
    """The fields that words of the lexicon belong to; a word of several fields is divided among them."""
    fields: defaultdict[int, float] = defaultdict(float)
    for word, times in found.items():
        of = LEXICON.fields[word]
        for field in of:
            fields[field] += (1 + math.log(times)) / len(of)
    return fields


def _weighted(title: Counter[str], text: Counter[str]) -> dict[str, float]:
    counts: dict[str, float] = {key: float(n) for key, n in text.items()}
    for key, n in title.items():
        counts[key] = counts.get(key, 0.0) + TITLE_COUNTS * n
    return counts


def features(reading: Reading, field_weight: float = 1.0) -> dict[str, float]:
    """The reading as one sparse vector for the linear model, damped logarithmically, not yet normalised.

    Keys: characters and bigrams as they are, ``#word`` for longer words, ``@12`` for a field.
    """
    log = math.log
    vector = {key: 1 + log(n) for key, n in reading.characters.items()}
    vector.update((key, 1 + log(n)) for key, n in reading.bigrams.items())
    vector.update((f"#{key}", 1 + log(n)) for key, n in reading.words.items() if len(key) > 2)
    vector.update((f"@{key}", field_weight * (1 + log(1 + n))) for key, n in reading.fields.items())
    return vector
