"""Which pieces of a case's own text decided: weights per character, gathered into words, words into reasons."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import add
from typing import Final, TypeAlias

from duijie.builtin.routing.features import LEXICON, folded, words

Reason: TypeAlias = tuple[str, ...]  # a piece of the text, and the words of the text that say the same

MOST: Final = 3       # reasons shown for one department
LEAST: Final = 0.1   # of the gain of the first piece: what the others must give to be a reason
KIN: Final = 4        # words of a reason besides its first piece
LONGEST: Final = 12   # characters of one piece
PRICE: Final = 0.3    # of a character, in shares of what a giving character gives on average
CUT: Final = 4.0      # price, in the same shares, of a border between characters that always stand together
# Characters that only join words: a piece neither begins nor ends with them.
_JOINERS: Final = "的了是在和与及或等对把被为以从有就也都还我你他她它们这那个些吗呢吧啊么"


def reasons(
    text: str, given: Mapping[str, float], ties: Sequence[float] = (), most: int = MOST
) -> tuple[Reason, ...]:
    """The pieces of ``text`` that gave most, best first, of 2 to 12 characters each, each with its kin.

    Kin of a piece are parts of it that stand elsewhere too, and words of the same fields of service. What stands in
    the text more than once counts with all its places; what one piece accounts for does not count for the next.
    ``given`` is what each character, bigram and word gives; ``ties`` are those of `explain.ties`.
    """
    rest = _Rest(text, given, ties)
    found: list[Reason] = []
    least = 0.0
    while len(found) < most and (best := rest.best()) and (gain := rest.gain(best)) > least:
        least = least or LEAST * gain
        found.append((rest.take(best), *_kin(rest, best)))
    return tuple(found)


def _kin(rest: "_Rest", piece: str) -> Iterator[str]:
    fields = {field for word in words(piece) for field in LEXICON.fields[word]}
    alike = {word for word in rest.words if word not in piece and not fields.isdisjoint(LEXICON.fields[word])}
    wanted = alike | {piece[a:b] for a in range(len(piece)) for b in range(a + 2, len(piece) + 1)}
    for _ in range(KIN):
        best = max(wanted, key=lambda word: (rest.gain(word), word), default="")
        if not best or rest.gain(best) <= 0:
            return
        yield rest.take(best)


class _Rest:
    """What a text still gives while its pieces are taken out, one after another."""

    def __init__(self, text: str, given: Mapping[str, float], ties: Sequence[float]) -> None:
        self._text = text
        self._folded = folded(text)
        self._ties = ties or [0.0] * (len(text) + 1)
        self._weights = character_weights(self._folded, given)
        self.words = words(self._folded)
        self._price()

    def take(self, piece: str) -> str:
        """``piece`` as the text writes it first; all its places give nothing from now on."""
        places = list(_places(self._folded, piece))
        for at in places:
            self._weights[at:at + len(piece)] = [0.0] * len(piece)
        self._price()
        return self._text[places[0]:places[0] + len(piece)]

    def gain(self, piece: str) -> float:
        """What all places of ``piece`` give, less a price for each character and each border."""
        if piece[0] in _JOINERS or piece[-1] in _JOINERS:
            return 0.0
        return sum(self._gain(at, at + len(piece)) for at in _places(self._folded, piece))

    def best(self) -> str:
        """The piece whose places together gain most; empty when none gives."""
        gains: defaultdict[str, float] = defaultdict(float)
        for start, weight in enumerate(self._weights):
            if weight > self._each and self._folded[start] not in _JOINERS:
                for end, total in self._from(start):
                    gains[self._folded[start:end]] += total - self._borders(start, end)
        return max(gains, key=lambda piece: (gains[piece], piece), default="")

    def _from(self, start: int) -> Iterator[tuple[int, float]]:
        """Ends of pieces of two and more characters that begin at ``start``, and what they give."""
        total = self._weights[start] - self._each
        for at in range(start + 1, min(start + LONGEST, len(self._folded))):
            if self._folded[at] == " ":
                return
            total += self._weights[at] - self._each
            if self._weights[at] > self._each and self._folded[at] not in _JOINERS:
                yield at + 1, total

    def _gain(self, start: int, end: int) -> float:
        return sum(self._weights[start:end]) - self._each * (end - start) - self._borders(start, end)

    def _borders(self, start: int, end: int) -> float:
        return self._cut * (self._ties[start] + self._ties[end])

    def _price(self) -> None:
        giving = [weight for weight in self._weights if weight > 0]
        average = sum(giving) / len(giving) if giving else 0.0
        self._each, self._cut = PRICE * average, CUT * average


def character_weights(text: str, given: Mapping[str, float]) -> list[float]:
    """What each character of a folded ``text`` gives.

    Each key of ``given`` (a character, a bigram or a word) spreads its weight evenly over its places.
    """
    weights = [0.0] * len(text)
    places: Mapping[str, int] = Counter(text) + Counter(map(add, text, text[1:]))
    for at, key in enumerate(text):
        pair = text[at:at + 2]
        weights[at] += given.get(key, 0.0) / places[key]
        if len(pair) == 2 and pair in given:
            half = given[pair] / places[pair] / 2
            weights[at] += half
            weights[at + 1] += half
    for word, weight in given.items():
        if len(word) > 2 and weight:
            _spread(text, word, weight, weights)
    return weights


def _spread(text: str, word: str, weight: float, weights: list[float]) -> None:
    share = weight / max(1, text.count(word)) / len(word)
    for at in _places(text, word):
        for place in range(at, at + len(word)):
            weights[place] += share


def _places(text: str, piece: str) -> Iterator[int]:
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + len(piece))
