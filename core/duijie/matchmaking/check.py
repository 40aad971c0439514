"""An independent checker: reads the rules off the problem and shares no code with the solver."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from duijie.domain.text import T
from duijie.matchmaking.values import Problem, Request, Way

_UNKNOWN = T("时间表中的“{key}”不在申请之列。", en="“{key}” in the timetable was never requested.")
Placed = list[tuple[Request, int]]


def violations(problem: Problem, slots: Mapping[str, int]) -> list[T]:
    """Every rule that the timetable ``slots`` (request key → first slot) breaks; empty when it keeps all.

    A request that is absent from ``slots`` is not heard, which breaks no rule unless everything must be
    placed. The problem must be valid.
    """
    requests = {request.key: request for request in problem.requests}
    found = [_UNKNOWN.fill(key=key) for key in slots if key not in requests]
    placed = [(requests[key], slot) for key, slot in slots.items() if key in requests]
    for request, slot in placed:
        found += _alone(problem, request, slot)
    found += _parties(problem, placed)
    found += _desks(problem, placed)
    found += _order(problem, slots)
    found += _tables(problem, placed)
    found += _walks(problem, placed)
    found += _whole(problem, slots)
    found += _fair(problem, slots)
    return found


def gaps(problem: Problem, slots: Mapping[str, int]) -> int:
    """The idle slots between each party's first and last appointment of a day, added up over all parties."""
    return sum(length for runs in _idle(problem, slots).values() for length in runs)


def breaks(problem: Problem, slots: Mapping[str, int]) -> dict[str, int]:
    """Per party, how many times it sits idle between two appointments of a day, however long."""
    return {party: len(runs) for party, runs in _idle(problem, slots).items()}


def _idle(problem: Problem, slots: Mapping[str, int]) -> dict[str, list[int]]:
    """Per party, the lengths of its idle runs between appointments of the same day."""
    found: dict[str, list[int]] = {party.key: [] for party in problem.parties}
    for party, busy in _busy(problem, slots).items():
        ordered = sorted(busy)
        for one, other in pairwise(ordered):
            if other > one + 1 and not any(one <= night < other for night in problem.nights_after):
                found[party].append(other - one - 1)
    return found


def _busy(problem: Problem, slots: Mapping[str, int]) -> dict[str, set[int]]:
    busy: dict[str, set[int]] = defaultdict(set)
    for request in problem.requests:
        if request.key in slots:
            for party in request.parties:
                busy[party].update(range(slots[request.key], slots[request.key] + request.length))
    return busy


def _alone(problem: Problem, request: Request, slot: int) -> Iterator[T]:
    """The rules that one appointment can break by itself."""
    last = slot + request.length - 1
    if slot < 0 or last >= problem.slots:
        yield T("“{key}”超出会议时间。", en="“{key}” runs outside the meeting's time.").fill(key=request.key)
    if request.slot is not None and slot != request.slot:
        yield T("“{key}”已锁定在第 {lock} 时段，却排在第 {slot} 时段。",
                en="“{key}” is locked to slot {lock} but stands in slot {slot}.") \
            .fill(key=request.key, lock=request.slot + 1, slot=slot + 1)
    if request.within is not None and slot not in request.within:
        yield T("“{key}”不能排在第 {slot} 时段：不在它要求的时间内。",
                en="“{key}” cannot stand in slot {slot}: it was asked for at other times.") \
            .fill(key=request.key, slot=slot + 1)
    for boundary in sorted(problem.breaks_after | problem.nights_after):
        if slot <= boundary < last:
            yield T("“{key}”跨越了第 {slot} 时段后的休息时间。",
                    en="“{key}” runs across the break after slot {slot}.") \
                .fill(key=request.key, slot=boundary + 1)


def _parties(problem: Problem, placed: Placed) -> Iterator[T]:
    for party in problem.parties:
        seen: dict[int, str] = {}
        for request, first in placed:
            if party.key not in request.parties:
                continue
            for slot in range(first, first + request.length):
                if slot in party.away:
                    yield T("“{party}”在第 {slot} 时段不能到场。",
                            en="“{party}” cannot come in slot {slot}.") \
                        .fill(party=party.label, slot=slot + 1)
                if slot in seen:
                    yield T("“{party}”在第 {slot} 时段同时有“{one}”和“{two}”。",
                            en="“{party}” has both “{one}” and “{two}” in slot {slot}.") \
                        .fill(party=party.label, slot=slot + 1, one=seen[slot], two=request.key)
                seen[slot] = request.key


def _desks(problem: Problem, placed: Placed) -> Iterator[T]:
    for desk in problem.desks:
        at = [(first, first + request.length) for request, first in placed if desk.key in request.desks]
        for slot in range(problem.slots):
            count = sum(start <= slot < end for start, end in at)
            most = max(0, desk.capacity - sum(slot in one.away for one in desk.staff))
            if count and slot in desk.closed:
                yield T("席位“{desk}”在第 {slot} 时段不开放。",
                        en="Desk “{desk}” is closed in slot {slot}.") \
                    .fill(desk=desk.label, slot=slot + 1)
            if count > most:
                yield T("席位“{desk}”在第 {slot} 时段有 {count} 场对接，只能容纳 {most} 场。",
                        en="Desk “{desk}” has {count} appointments in slot {slot}, but room for {most}.") \
                    .fill(desk=desk.label, slot=slot + 1, count=count, most=most)


def _order(problem: Problem, slots: Mapping[str, int]) -> Iterator[T]:
    length = {request.key: request.length for request in problem.requests}
    for pair in problem.order:
        if pair.first in slots and pair.then in slots and slots[pair.first] + length[pair.first] > slots[pair.then]:
            yield T("“{first}”应在“{then}”之前结束。", en="“{first}” must have ended before “{then}” begins.") \
                .fill(first=pair.first, then=pair.then)


def _tables(problem: Problem, placed: Placed) -> Iterator[T]:
    if problem.tables is None:
        return
    at = Counter(slot for request, first in placed for slot in range(first, first + request.length))
    for slot, count in sorted(at.items()):
        if count > problem.tables:
            yield T("第 {slot} 时段有 {count} 场对接，只有 {most} 张桌。",
                    en="{count} appointments in slot {slot}, but only {most} tables.") \
                .fill(slot=slot + 1, count=count, most=problem.tables)


def _walks(problem: Problem, placed: Placed) -> Iterator[T]:
    """Nobody is in two rooms without the time to walk; across a pause there is time enough."""
    room = {desk.key: desk.room for desk in problem.desks}
    pauses = problem.breaks_after | problem.nights_after
    for party in problem.parties if problem.ways else ():
        mine = sorted(((first, request) for request, first in placed if party.key in request.parties),
                      key=lambda pair: pair[0])
        for i, (first, one) in enumerate(mine):
            for later, other in mine[i + 1:]:
                between = later - first - one.length
                rooms = [room[r.desks[0]] if r.desks else "" for r in (one, other)]
                if between < _way(problem.ways, *rooms) and not any(first <= p < later for p in pauses):
                    yield T("“{party}”来不及从“{one}”走到“{other}”。",
                            en="“{party}” cannot walk from “{one}” to “{other}” in time.") \
                        .fill(party=party.label, one=one.key, other=other.key)


def _way(ways: tuple[Way, ...], one: str, other: str) -> int:
    return max((way.slots for way in ways if {way.one, way.other} == {one, other}), default=0)


def _whole(problem: Problem, slots: Mapping[str, int]) -> Iterator[T]:
    if problem.complete:
        for request in problem.requests:
            if request.key not in slots:
                yield T("“{key}”没有安排。", en="“{key}” has no place.").fill(key=request.key)


def _fair(problem: Problem, slots: Mapping[str, int]) -> Iterator[T]:
    counts = breaks(problem, slots).values()
    if problem.fair is not None and counts and max(counts) - min(counts) > problem.fair:
        yield T("中断次数最多相差 {most} 次，现在相差 {now} 次。",
                en="The numbers of interruptions may differ by {most} at most, and differ by {now}.") \
            .fill(most=problem.fair, now=max(counts) - min(counts))
