"""An independent checker: reads the rules off the problem and shares no code with the solver."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from duijie.domain.text import T
from duijie.matchmaking.values import Problem, Request

_UNKNOWN = T("时间表中的“{key}”不在申请之列。", en="“{key}” in the timetable was never requested.")


def violations(problem: Problem, slots: Mapping[str, int]) -> list[T]:
    """Every rule that the timetable ``slots`` (request key → first slot) breaks; empty when it keeps all.

    A request that is absent from ``slots`` is not heard, which breaks no rule. The problem must be valid.
    """
    requests = {request.key: request for request in problem.requests}
    found = [_UNKNOWN.fill(key=key) for key in slots if key not in requests]
    placed = [(requests[key], slot) for key, slot in slots.items() if key in requests]
    for request, slot in placed:
        found += _alone(problem, request, slot)
    found += _parties(problem, placed)
    found += _desks(problem, placed)
    return found


def gaps(problem: Problem, slots: Mapping[str, int]) -> int:
    """The idle slots between each party's first and last appointment, added up over all parties."""
    busy: dict[str, set[int]] = defaultdict(set)
    for request in problem.requests:
        if request.key in slots:
            busy[request.party].update(range(slots[request.key], slots[request.key] + request.length))
    return sum(max(used) - min(used) + 1 - len(used) for used in busy.values())


def _alone(problem: Problem, request: Request, slot: int) -> Iterator[T]:
    """The rules that one appointment can break by itself."""
    last = slot + request.length - 1
    if slot < 0 or last >= problem.slots:
        yield T("“{key}”超出会议时间。", en="“{key}” runs outside the meeting's time.").fill(key=request.key)
    if request.slot is not None and slot != request.slot:
        yield T("“{key}”已锁定在第 {lock} 时段，却排在第 {slot} 时段。",
                en="“{key}” is locked to slot {lock} but stands in slot {slot}.") \
            .fill(key=request.key, lock=request.slot + 1, slot=slot + 1)
    for boundary in sorted(problem.breaks_after):
        if slot <= boundary < last:
            yield T("“{key}”跨越了第 {slot} 时段后的休息时间。",
                    en="“{key}” runs across the break after slot {slot}.") \
                .fill(key=request.key, slot=boundary + 1)


def _parties(problem: Problem, placed: list[tuple[Request, int]]) -> Iterator[T]:
    for party in problem.parties:
        seen: dict[int, str] = {}
        for request, first in placed:
            if request.party != party.key:
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


def _desks(problem: Problem, placed: list[tuple[Request, int]]) -> Iterator[T]:
    for desk in problem.desks:
        at = [(first, first + request.length) for request, first in placed if desk.key in request.desks]
        for slot in range(problem.slots):
            count = sum(start <= slot < end for start, end in at)
            if count and slot in desk.closed:
                yield T("席位“{desk}”在第 {slot} 时段不开放。",
                        en="Desk “{desk}” is closed in slot {slot}.") \
                    .fill(desk=desk.label, slot=slot + 1)
            if count > desk.capacity:
                yield T("席位“{desk}”在第 {slot} 时段有 {count} 场对接，只能容纳 {most} 场。",
                        en="Desk “{desk}” has {count} appointments in slot {slot}, but room for {most}.") \
                    .fill(desk=desk.label, slot=slot + 1, count=count, most=desk.capacity)
