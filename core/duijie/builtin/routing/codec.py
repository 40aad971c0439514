"""A router's state as bytes: the features that say most, their weights in a byte each."""

import json
import math
import zlib
from array import array
from collections.abc import Sequence
from typing import Any, Final

from duijie.builtin.routing.linear import Linear, Weight
from duijie.builtin.routing.memory import MOST_CASES, Memory, Remembered

VERSION: Final = 2
MOST_FEATURES: Final = 45_000
MOST_BYTES: Final = 760_000
_FINE: Final = 127
_STEPS: Final = 12.0  # of a logarithm, in a byte
_PARTS: Final = ("keys", "scales", "seen", "met", "weights", "gaps", "lengths", "of")
_PACKED: Final = 6    # zlib's level; 9 takes twice as long and saves one in a hundred


def dump(linear: Linear, memory: Memory, sharpness: float) -> bytes:
    """The state; fewer features, then fewer remembered cases, until it fits."""
    features, cases = MOST_FEATURES, MOST_CASES
    while len(state := _dump(linear, memory, sharpness, features, cases)) > MOST_BYTES:
        share = min(0.9, MOST_BYTES / len(state))
        features, cases = int(features * share), int(cases * share)
    return state


def load(state: bytes) -> tuple[Linear, Memory, float] | None:
    """What `dump` wrote, or nothing when the bytes are no such state."""
    try:
        head, _, rest = state.partition(b"\n")
        told = json.loads(head)
        if told["version"] != VERSION:
            return None
        parts = _parts(told["sizes"], rest)
        keys = parts["keys"].decode("utf-8", "surrogatepass")
        names = keys.split("\n") if keys else []
        return _load_linear(told, parts, names), _load_memory(told, parts, names), float(told["sharpness"])
    except (ValueError, KeyError, TypeError, IndexError, zlib.error):
        return None


def _dump(linear: Linear, memory: Memory, sharpness: float, features: int, cases: int) -> bytes:
    kept = Linear(linear.departments, linear.counts, linear.weights, linear.cases)
    kept.prune(features)
    keys = sorted(kept.weights)
    weights = [kept.weights[key] for key in keys]
    scales = bytes(_logarithm(max(max(w.values), -min(w.values))) for w in weights)
    parts = {
        "keys": "\n".join(keys).encode("utf-8", "surrogatepass"),
        "scales": scales,
        "seen": bytes(_logarithm(w.seen) for w in weights),
        "met": bytes(_logarithm(w.cases) for w in weights),
        "weights": _fine([w.values for w in weights], scales),
        **_dump_memory(memory, {key: at for at, key in enumerate(keys)}, kept.departments, cases),
    }
    packed = [zlib.compress(parts[name], _PACKED) for name in _PARTS]
    head = {"version": VERSION, "departments": kept.departments, "counts": kept.counts, "cases": kept.cases,
            "sharpness": round(sharpness, 4), "sizes": [len(part) for part in packed]}  # fmt: skip
    return b"\n".join([json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass"), b"".join(packed)])


def _dump_memory(memory: Memory, numbers: dict[str, int], departments: list[str], cases: int) -> dict[str, bytes]:
    """Cases as sorted feature numbers, each the distance from the one before; features pruned are left out."""
    gaps, lengths, of = array("H"), bytearray(), array("H")
    places = {department: at for at, department in enumerate(departments)}
    for case in list(memory.cases.values())[-cases:] if cases else ():
        known = sorted(numbers[key] for key in case.features if key in numbers)
        lengths.append(len(known))
        of.append(places[case.department])
        gaps.extend(b - a for a, b in zip([0, *known], known, strict=False))
    return {"gaps": gaps.tobytes(), "lengths": bytes(lengths), "of": of.tobytes()}


def _parts(sizes: Sequence[int], rest: bytes) -> dict[str, bytes]:
    found, at = {}, 0
    for name, size in zip(_PARTS, sizes, strict=True):
        found[name] = zlib.decompress(rest[at:at + size])
        at += size
    return found


def _load_linear(told: dict[str, Any], parts: dict[str, bytes], keys: list[str]) -> Linear:
    departments, counts = [str(d) for d in told["departments"]], [int(n) for n in told["counts"]]
    width = len(departments)
    fine = array("b", parts["weights"])
    weights = {}
    for at, (key, scale, seen, met) in enumerate(
        zip(keys, parts["scales"], parts["seen"], parts["met"], strict=True)
    ):
        size = _POWERS[scale] / _FINE
        row = [size * q for q in fine[at * width:(at + 1) * width]]
        weights[key] = Weight(row, _POWERS[seen], round(_POWERS[met]))
    return Linear(departments, counts, weights, int(told["cases"]))


def _load_memory(told: dict[str, Any], parts: dict[str, bytes], keys: list[str]) -> Memory:
    memory = Memory()
    gaps, of = array("H", parts["gaps"]), array("H", parts["of"])
    start = 0
    for length, department in zip(parts["lengths"], of, strict=True):
        at, features = 0, []
        for gap in gaps[start:start + length]:
            at += gap
            features.append(keys[at])
        memory.remember(Remembered(str(told["departments"][department]), tuple(features)))
        start += length
    return memory


def _fine(rows: Sequence[Sequence[float]], scales: bytes) -> bytes:
    """Weights as signed bytes, 127 standing for the row's scale, which is never smaller than a weight."""
    fine = array("b")
    for row, scale in zip(rows, scales, strict=True):
        size = _FINE / (_POWERS[scale] or 1.0)
        fine.extend([round(size * value) for value in row])
    return fine.tobytes()


def _logarithm(value: float) -> int:
    """A number from 0 to about 30,000 in a byte, to within 9 %; rounded up, so that a scale never clips."""
    return 0 if value <= 0 else max(1, min(255, math.ceil(_STEPS * math.log(value) + 130)))


def _power(byte: int) -> float:
    return 0.0 if byte == 0 else math.exp((byte - 130) / _STEPS)


_POWERS: Final = tuple(map(_power, range(256)))
