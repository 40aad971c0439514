"""A router's state as text of at most 1 MB: the features that say most, their weights in a byte each."""

import base64
import json
import math
import zlib
from array import array
from typing import Any, Final

from duijie.builtin.routing.linear import Linear, Weight
from duijie.builtin.routing.memory import MOST_CASES, Memory, Remembered

VERSION: Final = 1
MOST_FEATURES: Final = 45_000
MOST_BYTES: Final = 1_000_000
_FINE: Final = 127
_STEPS: Final = 12.0  # of a logarithm, in a byte


def dump(linear: Linear, memory: Memory, sharpness: float) -> str:
    """The state; fewer features, then fewer remembered cases, until it fits."""
    features, cases = MOST_FEATURES, MOST_CASES
    while len((text := _dump(linear, memory, sharpness, features, cases)).encode()) > MOST_BYTES:
        features, cases = features * 3 // 4, cases * 3 // 4
    return text


def load(text: str) -> tuple[Linear, Memory, float] | None:
    """What `dump` wrote, or nothing when the text is not such a state."""
    try:
        state = json.loads(text)
        if state["version"] != VERSION:
            return None
        return _load_linear(state), _load_memory(state), float(state["sharpness"])
    except (ValueError, KeyError, TypeError, IndexError, zlib.error):
        return None


def _dump(linear: Linear, memory: Memory, sharpness: float, features: int, cases: int) -> str:
    kept = Linear(linear.departments, linear.counts, linear.weights, linear.cases)
    kept.prune(features)
    keys = sorted(kept.weights)
    weights = [kept.weights[key] for key in keys]
    return json.dumps({
        "version": VERSION, "departments": kept.departments, "counts": kept.counts, "cases": kept.cases,
        "sharpness": round(sharpness, 4), "keys": _packed("\n".join(keys).encode("utf-8", "surrogatepass")),
        "scales": _packed(bytes(_logarithm(max(map(abs, w.values), default=0.0)) for w in weights)),
        "seen": _packed(bytes(_logarithm(w.seen) for w in weights)),
        "met": _packed(bytes(_logarithm(w.cases) for w in weights)),
        "weights": _packed(b"".join(_fine(w.values) for w in weights)),
        **_dump_memory(memory, {key: at for at, key in enumerate(keys)}, kept.departments, cases),
    }, ensure_ascii=False, separators=(",", ":"))


def _dump_memory(memory: Memory, numbers: dict[str, int], departments: list[str], cases: int) -> dict[str, Any]:
    """Cases as sorted feature numbers, each the distance from the one before; features pruned are left out."""
    gaps, lengths, of = array("H"), bytearray(), array("H")
    for case in list(memory.cases.values())[-cases:]:
        known = sorted(numbers[key] for key in case.features if key in numbers)
        lengths.append(len(known))
        of.append(departments.index(case.department))
        gaps.extend(b - a for a, b in zip([0, *known], known, strict=False))
    return {"gaps": _packed(gaps.tobytes()), "lengths": _packed(bytes(lengths)), "of": _packed(of.tobytes())}


def _load_linear(state: dict[str, Any]) -> Linear:
    departments, counts = [str(d) for d in state["departments"]], [int(n) for n in state["counts"]]
    width = len(departments)
    fine = array("b", _unpacked(state["weights"]))
    keys = _keys(state)
    weights = {}
    for at, (key, scale, seen, met) in enumerate(zip(
        keys, _unpacked(state["scales"]), _unpacked(state["seen"]), _unpacked(state["met"]), strict=True,
    )):
        size = _power(scale) / _FINE
        row = [size * q for q in fine[at * width:(at + 1) * width]]
        weights[key] = Weight(row, _power(seen), round(_power(met)))
    return Linear(departments, counts, weights, int(state["cases"]))


def _load_memory(state: dict[str, Any]) -> Memory:
    keys, memory = _keys(state), Memory()
    gaps, of = array("H", _unpacked(state["gaps"])), array("H", _unpacked(state["of"]))
    start = 0
    for length, department in zip(_unpacked(state["lengths"]), of, strict=True):
        at, features = 0, []
        for gap in gaps[start:start + length]:
            at += gap
            features.append(keys[at])
        memory.remember(Remembered(str(state["departments"][department]), tuple(features)))
        start += length
    return memory


def _keys(state: dict[str, Any]) -> list[str]:
    text = _unpacked(state["keys"]).decode("utf-8", "surrogatepass")
    return text.split("\n") if text else []


def _fine(values: list[float]) -> bytes:
    """Weights as signed bytes, the largest one 127."""
    size = _power(_logarithm(max(map(abs, values), default=0.0))) or 1.0
    return array("b", (max(-_FINE, min(_FINE, round(_FINE * v / size))) for v in values)).tobytes()


def _logarithm(value: float) -> int:
    """A number from 0 to about 30,000 in a byte, to within 4 %; rounded up, so that a scale never clips."""
    return 0 if value <= 0 else max(1, min(255, math.ceil(_STEPS * math.log(value) + 130)))


def _power(byte: int) -> float:
    return 0.0 if byte == 0 else math.exp((byte - 130) / _STEPS)


def _packed(data: bytes) -> str:
    return base64.b85encode(zlib.compress(data, 9)).decode("ascii")


def _unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b85decode(text))
