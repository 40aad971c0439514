"""Whether a problem makes sense in itself: known keys, sane numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from duijie.domain.errors import Invalid
from duijie.domain.errors import Problem as Fault
from duijie.domain.text import T
from duijie.matchmaking.values import PRIORITY_MAX, Problem, Request


def validate(problem: Problem) -> None:
    """Raise `Invalid` with every contradiction in the problem itself.

    Unknown or repeated keys, lengths below 1, priorities and slots out of range. Wishes that merely cannot all be
    met are no error: `Solution.unplaced` tells them.
    """
    faults = tuple(_faults(problem))
    if faults:
        raise Invalid(*faults)


def _faults(problem: Problem) -> Iterator[Fault]:
    if problem.slots < 0:
        yield Fault("slots", T("时段数不能为负数。", en="The number of slots cannot be negative."))
    yield from _repeated("desks", "席位", "desk", (desk.key for desk in problem.desks))
    yield from _repeated("parties", "诉求人", "requester", (party.key for party in problem.parties))
    yield from _repeated("requests", "对接", "appointment", (request.key for request in problem.requests))
    yield from _desks(problem)
    for party in problem.parties:
        yield from _range(problem, "parties", party.label, party.away | party.unwelcome)
    yield from _range(problem, "breaks_after", T("休息时间", en="Breaks"), problem.breaks_after)
    yield from _range(problem, "nights_after", T("夜间", en="Nights"), problem.nights_after)
    yield from _room(problem)
    desks, parties = {d.key for d in problem.desks}, {p.key for p in problem.parties}
    for request in problem.requests:
        yield from _unknown(request, desks, parties)
        yield from _numbers(problem, request)


def _room(problem: Problem) -> Iterator[Fault]:
    """What holds for the room as a whole: tables, order, ways, fairness, weights."""
    if (problem.tables or 0) < 0:
        yield Fault("tables", T("桌数不能为负数。", en="The number of tables cannot be negative."))
    if (problem.fair or 0) < 0:
        yield Fault("fair", T("公平度不能为负数。", en="The fairness cannot be negative."))
    if any(way.slots < 0 for way in problem.ways):
        yield Fault("ways", T("步行时间不能为负数。", en="Walking times cannot be negative."))
    if any(points < 0 for points in asdict(problem.weights).values()):
        yield Fault("weights", T("权重不能为负数。", en="Weights cannot be negative."))
    keys = {request.key for request in problem.requests}
    for pair in problem.order:
        if wrong := [key for key in (pair.first, pair.then) if key not in keys] or (
                [pair.first] if pair.first == pair.then else []):
            yield Fault("order", T("先后顺序中的“{key}”不存在或与自身比较，请更正。",
                                   en="The order names “{key}”, which does not exist or precedes itself; "
                                      "correct it.").fill(key=wrong[0]))


def _desks(problem: Problem) -> Iterator[Fault]:
    for desk in problem.desks:
        yield from _range(problem, "desks", desk.label, desk.closed)
        for one in desk.staff:
            yield from _range(problem, "desks", one.label, one.away)
        yield from _repeated("desks", "代表", "representative", (one.key for one in desk.staff))
        if desk.capacity < 0:
            yield Fault("desks", T("席位“{desk}”的代表人数不能为负数。",
                                   en="Desk “{desk}” cannot have fewer than 0 representatives.")
                        .fill(desk=desk.label))


def _repeated(field: str, zh: str, en: str, keys: Iterable[str]) -> Iterator[Fault]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Fault(field, T(f"{zh}“{{key}}”出现了 {count} 次，请只保留一个。",
                                 en=f"The {en} “{{key}}” is listed {count} times; keep one.").fill(key=key))


def _range(problem: Problem, field: str, name: str | T, slots: Iterable[int]) -> Iterator[Fault]:
    wrong = sorted(slot for slot in slots if not 0 <= slot < problem.slots)
    if wrong:
        yield Fault(field, T("“{name}”中的第 {slot} 时段不在会议时间内，请改为第 1 至 {last} 时段。",
                             en="“{name}” names slot {slot}, which the meeting does not have; "
                                "use slots 1 to {last}.")
                    .fill(name=name, slot=wrong[0] + 1, last=problem.slots))


def _unknown(request: Request, desks: set[str], parties: set[str]) -> Iterator[Fault]:
    for party in request.parties:
        if party not in parties:
            yield Fault("requests", T("对接“{key}”的诉求人“{party}”不在名单中，请先添加。",
                                      en="Appointment “{key}” is for requester “{party}”, who is not listed; "
                                         "add them first.")
                        .fill(key=request.key, party=party))
    for desk in request.desks:
        if desk not in desks:
            yield Fault("requests", T("对接“{key}”的席位“{desk}”不存在，请先添加。",
                                      en="Appointment “{key}” is at desk “{desk}”, which does not exist; "
                                         "add it first.")
                        .fill(key=request.key, desk=desk))


def _numbers(problem: Problem, request: Request) -> Iterator[Fault]:
    if not (request.desks or request.others) or len(set(request.desks)) < len(request.desks):
        yield Fault("requests", T("对接“{key}”需要至少一个席位，且席位不能重复。",
                                  en="Appointment “{key}” needs at least one desk, each named once.")
                    .fill(key=request.key))
    if len(set(request.parties)) < len(request.parties):
        yield Fault("requests", T("对接“{key}”中同一诉求人出现了两次，请只保留一个。",
                                  en="Appointment “{key}” names the same requester twice; keep one.")
                    .fill(key=request.key))
    if request.waited < 0:
        yield Fault("requests", T("对接“{key}”的等待天数不能为负数。",
                                  en="The days that appointment “{key}” waited cannot be negative.")
                    .fill(key=request.key))
    if request.length < 1:
        yield Fault("requests", T("对接“{key}”的时长至少为 1 个时段。",
                                  en="Appointment “{key}” must last at least 1 slot.").fill(key=request.key))
    if not 0 <= request.priority <= PRIORITY_MAX:
        yield Fault("requests", T("对接“{key}”的优先级应为 0 至 {most}。",
                                  en="The priority of appointment “{key}” must be from 0 to {most}.")
                    .fill(key=request.key, most=PRIORITY_MAX))
    yield from _range(problem, "requests", request.key, (request.within or frozenset()) | request.wished)
    if request.slot is not None and not 0 <= request.slot < problem.slots:
        yield Fault("requests", T("对接“{key}”锁定在第 {slot} 时段，会议没有这个时段，"
                                  "请改期或解除锁定。",
                                  en="Appointment “{key}” is locked to slot {slot}, which the meeting does "
                                     "not have; move or unlock it.")
                    .fill(key=request.key, slot=request.slot + 1))
