"""Clauses over numbered variables, and counting in unary."""

from collections.abc import Sequence
from itertools import pairwise


class Formula:
    """``clauses`` over variables 1 to ``top``. ``YES`` and ``NO`` may stand for literals that are settled."""

    def __init__(self) -> None:
        self.clauses: list[list[int]] = []
        self.top = 0
        self.yes = self.new()
        self.clauses.append([self.yes])

    @property
    def no(self) -> int:
        """The literal that is false."""
        return -self.yes

    def new(self) -> int:
        """A fresh variable."""
        self.top += 1
        return self.top

    def add(self, *literals: int) -> None:
        """One clause; dropped when settled true, settled false literals left out."""
        if self.yes not in literals:
            self.clauses.append([literal for literal in literals if literal != -self.yes])

    def any_of(self, literals: Sequence[int]) -> int:
        """A literal that is true exactly when one of these is."""
        if len(literals) <= 1:
            return literals[0] if literals else self.no
        found = self.new()
        for literal in literals:
            self.add(-literal, found)
        self.add(-found, *literals)
        return found

    def at_most_one(self, literals: Sequence[int]) -> None:
        """Pairwise."""
        for i, one in enumerate(literals):
            for other in literals[i + 1:]:
                self.add(-one, -other)

    def at_most(self, literals: Sequence[int], most: int) -> None:
        """No more than ``most`` of them."""
        if most < len(literals):
            counted = self.count(literals, most + 1)
            self.add(-counted[most])

    def count(self, literals: Sequence[int], most: int, *, both: bool = False) -> list[int]:
        """``c[k]`` is true if more than k literals are (with ``both``: exactly then), for k below ``most``."""
        if len(literals) <= 1:
            return list(literals)
        half = len(literals) // 2
        one, other = self.count(literals[:half], most, both=both), self.count(literals[half:], most, both=both)
        found = [self.new() for _ in range(min(most, len(one) + len(other)))]
        for i in range(len(one) + 1):
            for j in range(len(other) + 1):
                self._merge(one, other, found, i, j, both)
        for lower, higher in pairwise(found):
            self.add(-higher, lower)
        return found

    def _merge(self, one: list[int], other: list[int], found: list[int], i: int, j: int, both: bool) -> None:
        """I of the one half and j of the other make i + j at least (and, with ``both``, at most)."""
        if 0 < i + j <= len(found) + 1:
            because = ([-one[i - 1]] if i else []) + ([-other[j - 1]] if j else [])
            self.add(found[min(i + j, len(found)) - 1], *because)
        if both and i + j < len(found):
            unless = ([one[i]] if i < len(one) else []) + ([other[j]] if j < len(other) else [])
            self.add(-found[i + j], *unless)
