"""What the router remembers of a group, as bytes: a saved state, and the lessons since.

A lesson is what was read of a case (counts of characters, pairs and words, no text) and its department. Writing
one down takes a millisecond, saving a whole state a second: so a confirmation only adds a lesson, and a thread saves
the state anew when there are many of them. Each state and lesson carries a mark that follows from all before it.
"""

import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, NamedTuple

from duijie.builtin.routing.features import LEXICON, Reading, fields_of

MAGIC: Final = b"duijie-routing-2\n"
_MARK: Final = 8
_SIZE: Final = 4


class Lesson(NamedTuple):
    """A case that was confirmed for ``department``."""

    mark: bytes
    department: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Journal:
    """A saved state (empty at first) with its mark, and the lessons since, not yet unpacked."""

    mark: bytes
    state: bytes
    entries: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def marks(self) -> list[bytes]:
        """The marks of the state and of each lesson, in order."""
        return [self.mark, *(mark for mark, _ in self.entries)]

    def lessons(self, after: int = 0) -> Iterator[Lesson]:
        """The lessons but the first ``after``. Raises ValueError, KeyError, TypeError or zlib.error for spoilt ones."""
        for mark, body in self.entries[after:]:
            department, characters, pairs, words = json.loads(zlib.decompress(body))
            known = {word: n for word, n in words.items() if word in LEXICON.fields}
            yield Lesson(mark, department, Reading(characters, pairs, known, fields_of(known)))

    def with_lesson(self, department: str, reading: Reading) -> "Journal":
        """The same with one lesson more."""
        told = [department, reading.characters, reading.bigrams, reading.words]
        body = zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 6)
        return Journal(self.mark, self.state, (*self.entries, (_mark(self.marks[-1], body), body)))

    def as_bytes(self) -> bytes:
        """What `read` reads."""
        parts = [MAGIC, self.mark, len(self.state).to_bytes(_SIZE), self.state]
        for mark, body in self.entries:
            parts += [mark, len(body).to_bytes(_SIZE), body]
        return b"".join(parts)


def begun(state: bytes = b"") -> Journal:
    """A journal without lessons. Its mark is its own: two of the same content are never taken for one another."""
    return Journal(os.urandom(_MARK), state)


def read(memory: bytes) -> Journal | None:
    """The journal in ``memory``; None for bytes that are none. A torn end loses the lessons in it."""
    if not memory.startswith(MAGIC):
        return None
    found = list(_blocks(memory, len(MAGIC)))
    return Journal(found[0][0], found[0][1], tuple(found[1:])) if found else None


def _blocks(memory: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    head = _MARK + _SIZE
    while at + head <= len(memory):
        start = at + head
        end = start + int.from_bytes(memory[at + _MARK:start])
        if end > len(memory):
            return
        yield memory[at:at + _MARK], memory[start:end]
        at = end


def _mark(before: bytes, body: bytes) -> bytes:
    return blake2b(before + body, digest_size=_MARK).digest()
