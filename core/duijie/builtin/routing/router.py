"""The router: what the roster says, corrected by what was confirmed, as probabilities.

    router = Router(candidates)
    router.predict(title, text)      # departments, most likely first
    router.learn(title, text, department)
    again = Router.from_bytes(router.as_bytes(), candidates)

No text is kept. One router serves one group; it is not safe to learn in two threads at once.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Self

from duijie.api import Candidate
from duijie.builtin.routing import codec
from duijie.builtin.routing.cold import index, score
from duijie.builtin.routing.explain import cold_gifts, learned_gifts, ties
from duijie.builtin.routing.features import MAX_TEXT, MAX_TITLE, Reading, features, folded, read
from duijie.builtin.routing.linear import SETTLING, Linear, softmax
from duijie.builtin.routing.memory import Memory
from duijie.builtin.routing.spans import MOST, Reason, reasons

COLD_SHARPNESS: Final = 3.0   # of cold scores as shares of a power of the best, chosen so that day one is honest
COLD_POWER: Final = 0.7       # long texts collect higher scores without being surer
COLD_ALWAYS: Final = 0.35     # how much the cold score weighs however much was learned
COLD_FADES: Final = 100.0     # confirmed cases after which it has lost half of the rest
TRUSTED: Final = 4.0          # confirmed cases of a department after which half of its chance is the learned one
NEIGHBOURS_SAY: Final = 2.0   # points that all neighbours agreeing give
FIELDS_EARLY: Final = 2.0     # fields count more while there are few cases: they reach further than bigrams
CALIBRATES: Final = 0.03      # step of the sharpness at each case; constant, as the right one moves on
WIDEST: Final = 0.3
NARROWEST: Final = 3.0


class Ranked(NamedTuple):
    """One department and how likely it is, 0 to 1; a ranking's likelihoods sum to 1."""

    department: str
    probability: float


class Scored(NamedTuple):
    """A case through all parts, each list in the order of the roster."""

    unit: Mapping[str, float]
    cold: list[float]
    warm: list[float]
    probabilities: list[float]


class Router:
    """Ranks the departments of one roster and learns from each assignment that a coordinator confirms."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._linear = Linear()
        self._memory = Memory()
        self._sharpness = 1.0
        self.set_roster(candidates)

    def set_roster(self, candidates: Sequence[Candidate]) -> None:
        """Take the roster as it is now: a new department starts from its text, one that left is not ranked."""
        self._candidates = {c.department: c for c in candidates}
        self._duties = index(tuple(self._candidates.values()))
        for department in self._candidates:
            self._linear.add(department)
        known = {department: at for at, department in enumerate(self._linear.departments)}
        self._columns = [known[department] for department in self._candidates]

    @property
    def learned(self) -> int:
        """Confirmed cases learned from."""
        return self._linear.cases

    @property
    def counts(self) -> dict[str, int]:
        """Confirmed cases of each department of the roster."""
        return {d: self._linear.counts[at] for d, at in zip(self._candidates, self._columns, strict=True)}

    def predict(self, title: str, text: str = "") -> list[Ranked]:
        """All departments of the roster, most likely first. Never raises, whatever the text."""
        return self.rank(self.score(read(title, text)))

    def rank(self, scored: Scored) -> list[Ranked]:
        """The roster by probability; equals keep the roster's order."""
        ranked = map(Ranked, self._candidates, scored.probabilities)
        return sorted(ranked, key=lambda one: -one.probability)

    def score(self, reading: Reading) -> Scored:
        """Every part's opinion of a case."""
        unit = self._linear.normalised(features(reading, self._field_weight()))
        cold = _levelled([score(reading, duties) for duties in self._duties])
        warm = self._warm(unit, cold)
        sharp = [self._sharpness * points for points in warm]
        return Scored(unit, cold, warm, self._blend(softmax(cold), softmax(sharp)))

    def learn(self, title: str, text: str, department: str) -> None:
        """Learn that a coordinator gave this case to ``department``; one that is not on the roster is skipped."""
        self.take(read(title, text), department)

    def take(self, reading: Reading, department: str) -> None:
        """The same for a case that was read already."""
        if department not in self._candidates:
            return
        scored = self.score(reading)
        self._calibrate(scored.warm, list(self._candidates).index(department))
        fade = self._cold_weight()
        offset = [0.0] * len(self._linear.departments)
        for column, cold in zip(self._columns, scored.cold, strict=True):
            offset[column] = fade * cold
        self._linear.learn(features(reading, self._field_weight()), department, offset)
        self._memory.add(scored.unit, department)

    def explain(self, title: str, text: str, department: str, most: int = MOST) -> tuple[Reason, ...]:
        """Why ``department``: pieces of the case's own text, best first, with their kin; at most ``most``."""
        if department not in self._candidates:
            return ()
        reading = read(title, text)
        return self.reasons(title, text, reading, self.score(reading), department, most)

    def reasons(
        self, title: str, text: str, reading: Reading, scored: Scored, department: str, most: int = MOST
    ) -> tuple[Reason, ...]:
        """The same for a case that was read and scored already."""
        whole = f"{title[:MAX_TITLE]}\n{text[:MAX_TEXT]}"
        gifts = self._gifts(reading, scored, list(self._candidates).index(department))
        return reasons(whole, gifts, ties(folded(whole), reading.words, self._linear.weights), most)

    def _gifts(self, reading: Reading, scored: Scored, at: int) -> dict[str, float]:
        rest = sum(p for n, p in enumerate(scored.probabilities) if n != at) or 1.0
        rivals = [0.0 if n == at else p / rest for n, p in enumerate(scored.probabilities)]
        fade = self._cold_weight() if self.learned else 1.0
        gifts = {k: fade * g for k, g in cold_gifts(reading, self._duties, at, rivals).items()}
        if scored.unit:
            wide = [0.0] * len(self._linear.departments)
            for column, share in zip(self._columns, rivals, strict=True):
                wide[column] = share
            rows = {key: self._linear.weights[key].values for key in scored.unit}
            for key, gift in learned_gifts(reading, scored.unit, rows, self._columns[at], wide).items():
                gifts[key] = gifts.get(key, 0.0) + gift
        return gifts

    def prune(self, most: int = codec.MOST_FEATURES) -> None:
        """Forget the features that say least; a nightly job may call it."""
        self._linear.prune(most)

    def as_bytes(self) -> bytes:
        """The state, less than 1 MB however much was learned; `from_bytes` goes on from there."""
        return codec.dump(self._linear, self._memory, self._sharpness)

    @classmethod
    def from_bytes(cls, state: bytes, candidates: Sequence[Candidate]) -> Self:
        """A router on a saved state and today's roster; an empty or foreign state is a fresh start."""
        router = cls(())
        if loaded := codec.load(state):
            router._linear, router._memory, router._sharpness = loaded
        router.set_roster(candidates)
        return router

    def _field_weight(self) -> float:
        return 1 + FIELDS_EARLY * SETTLING / (SETTLING + self._linear.cases)

    def _cold_weight(self) -> float:
        return COLD_ALWAYS + (1 - COLD_ALWAYS) * COLD_FADES / (COLD_FADES + self._linear.cases)

    def _warm(self, unit: Mapping[str, float], cold: Sequence[float]) -> list[float]:
        learned, fade = self._linear.scores(unit), self._cold_weight()
        votes = self._memory.votes(unit)
        say = NEIGHBOURS_SAY * self.learned / (self.learned + SETTLING)
        return [
            learned[column] + fade * points + say * votes.get(department, 0.0)
            for department, column, points in zip(self._candidates, self._columns, cold, strict=True)
        ]

    def _blend(self, cold: Sequence[float], warm: Sequence[float]) -> list[float]:
        """A department with few confirmed cases keeps its cold chance, with many it has the learned one."""
        trust = [n / (n + TRUSTED) for n in self.counts.values()]
        mixed = [t * w + (1 - t) * c for t, w, c in zip(trust, warm, cold, strict=True)]
        whole = sum(mixed) or 1.0
        return [p / whole for p in mixed]

    def _calibrate(self, warm: Sequence[float], right: int) -> None:
        """One step of the sharpness towards probabilities that hold, on a case not yet learned from."""
        chances = softmax([self._sharpness * points for points in warm])
        expected = sum(p * points for p, points in zip(chances, warm, strict=True))
        moved = self._sharpness + CALIBRATES * (warm[right] - expected) / (1 + max(warm) - min(warm))
        self._sharpness = min(max(moved, WIDEST), NARROWEST)


def _levelled(points: Sequence[float]) -> list[float]:
    """Cold points on the scale of a softmax, whatever the length of the case."""
    scale = COLD_SHARPNESS / (max(points, default=0.0) + 0.3) ** COLD_POWER
    return [scale * p for p in points]
