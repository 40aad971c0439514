"""Why a request has no place, read off the problem and the finished timetable: only what is true is said."""

from duijie.domain.text import T
from duijie.matchmaking.grid import FREE
from duijie.matchmaking.locks import Locks
from duijie.matchmaking.masks import blocked_starts, mask_of, span_mask
from duijie.matchmaking.results import Unplaced
from duijie.matchmaking.room import Room


def explain(room: Room, locks: Locks) -> tuple[Unplaced, ...]:
    """One reason per request that ``room`` does not place, in the order of the problem."""
    requests = room.grid.problem.requests
    return tuple(Unplaced(requests[r].key, _reason(room, locks, r))
                 for r, slot in enumerate(room.slot) if slot == FREE)


def _reason(room: Room, locks: Locks, request: int) -> T:
    if request in locks.refused:
        return _refused(room, request, locks.refused[request])
    return _impossible(room, request) or _too_much(room, request) or _crowded(room, request)


def _refused(room: Room, request: int, others: tuple[int, ...]) -> T:
    """A lock that could not be kept: what it collides with."""
    slot = room.grid.lock[request]
    if others:
        return T("锁定在第 {slot} 时段，但与已锁定的{others}冲突；请改期或解除其中一项锁定。",
                 en="Locked to slot {slot}, which collides with what is also locked: {others}. "
                    "Move or unlock one of them.").fill(slot=slot + 1, others=_listed(room, others))
    return T("锁定在第 {slot} 时段，但{why}；请改期或解除锁定。",
             en="Locked to slot {slot}, but {why}. Move or unlock it.") \
        .fill(slot=slot + 1, why=_why_not_there(room, request, slot))


def _why_not_there(room: Room, request: int, slot: int) -> T:
    grid, mine = room.grid, span_mask(room.grid.length[request]) << slot
    if not grid.in_time(request) >> slot & 1:
        return T("对接会跨越休息时间或超出会议时间", en="the talk would run across a break or past the end")
    for party in grid.parties[request]:
        if grid.away[party] & mine:
            return T("“{party}”届时不能到场", en="“{party}” cannot come then") \
                .fill(party=grid.problem.parties[party].label)
    shut = next((d for d in grid.desks[request] if grid.closed[d] & mine), FREE)
    if shut == FREE:
        return T("不在要求的时间内", en="it was asked for at other times")
    if not grid.capacity[shut]:
        return _unstaffed(room, shut)
    return T("席位“{desk}”届时不开放", en="desk “{desk}” is closed then").fill(desk=_desk(room, shut))


def _impossible(room: Room, request: int) -> T | None:
    """No slot at all, even in an empty room."""
    grid = room.grid
    if grid.starts[request]:
        return None
    if not grid.slots:
        return T("会议还没有时段，请先设置会议时间。",
                 en="The meeting has no slots yet; set its times first.")
    for desk in grid.desks[request]:
        if not grid.capacity[desk]:
            return T("{why}，请先安排代表。", en="{why}; assign one first.").fill(why=_unstaffed(room, desk))
    if not grid.in_time(request):
        return T("需要连续 {length} 个时段，会议没有这么长的连续时间。",
                 en="It needs {length} slots in a row, and the meeting has no stretch that long.") \
            .fill(length=grid.length[request])
    away, length = 0, grid.length[request]
    for party in grid.parties[request]:
        away |= grid.away[party]
    if not grid.in_time(request) & ~blocked_starts(away, length):
        return T("“{party}”能到场的时间不够（需要连续 {length} 个时段）。",
                 en="“{party}” cannot come for long enough (slots in a row needed: {length}).") \
            .fill(party=_party(room, request), length=length)
    within = grid.problem.requests[request].within
    if within is not None and not grid.in_time(request) & ~blocked_starts(away, length) & mask_of(within):
        return T("“{party}”在要求的时间内不能到场。", en="“{party}” cannot come at the times asked for.") \
            .fill(party=_party(room, request))
    return T("“{party}”能到场的时段内，{desks}没有同时开放的足够时间。",
             en="When “{party}” can come, {desks} is not open for long enough.") \
        .fill(party=_party(room, request), desks=_desks(room, request))


def _too_much(room: Room, request: int) -> T | None:
    """More is asked of the party or of a desk than its time holds, whatever the order."""
    grid, party = room.grid, room.grid.party[request]
    can = grid.slots - (grid.away[party] & span_mask(grid.slots)).bit_count()
    wants = sum(grid.length[r] for r in grid.own[party])
    if wants > can:
        return T("“{party}”申请的对接共需 {wants} 个时段，但只能到场 {can} 个时段。",
                 en="“{party}” asks for {wants} slots of talks but can come in only {can}.") \
            .fill(party=_party(room, request), wants=wants, can=can)
    for desk in grid.desks[request]:
        holds, asked = sum(grid.space[desk]), sum(grid.length[r] for r in grid.of_desk[desk])
        if asked > holds:
            return T("席位“{desk}”共有 {asked} 个时段的申请，只能容纳 {holds} 个，"
                 "已先安排其他对接。",
                     en="Desk “{desk}” is asked for {asked} slots of talks and holds {holds}; "
                        "others were placed first.").fill(desk=_desk(room, desk), asked=asked, holds=holds)
    return None


def _crowded(room: Room, request: int) -> T:
    """Every possible slot is taken in the timetable as it stands: by others at the desk, by the party."""
    grid, party = room.grid, room.grid.party[request]
    own = blocked_starts(room.busy[party], grid.length[request])
    if grid.starts[request] & ~blocked_starts(room.crowd, grid.length[request]) == 0:
        return T("在所有可行的时段，桌位都已排满。", en="Every table is taken in every slot that is possible.")
    if room.open_starts(request) & ~own and (grid.before[request] or grid.after[request] or grid.far):
        return T("可行的时段中，与先后顺序、步行时间或同席人员的其他对接冲突。",
                 en="Every possible slot collides with the order of talks, with the time to walk, or with "
                    "another talk of somebody who must be there.")
    if not room.open_starts(request):
        return T("“{party}”能到场的时段内，{desks}已全部排满。",
                 en="{desks} is full in every slot in which “{party}” can come.") \
            .fill(party=_party(room, request), desks=_desks(room, request))
    if not grid.starts[request] & ~own:
        return T("“{party}”在所有可行的时段都已有其他对接。",
                 en="“{party}” already has another talk in every slot that is possible.") \
            .fill(party=_party(room, request))
    return T("可行的时段中，有的{desks}已排满，有的“{party}”已有其他对接。",
             en="In some of the possible slots {desks} is full; in the others “{party}” already has "
                "another talk.") \
        .fill(party=_party(room, request), desks=_desks(room, request))


def _unstaffed(room: Room, desk: int) -> T:
    return T("席位“{desk}”没有代表", en="desk “{desk}” has no representative").fill(desk=_desk(room, desk))


def _party(room: Room, request: int) -> str:
    return room.grid.problem.parties[room.grid.party[request]].label


def _desk(room: Room, desk: int) -> str:
    return room.grid.problem.desks[desk].label


def _desks(room: Room, request: int) -> T:
    names = [_desk(room, desk) for desk in room.grid.desks[request]]
    return T("席位" + "、".join(f"“{name}”" for name in names),
             en="desk " + " with ".join(f"“{name}”" for name in names))


def _listed(room: Room, requests: tuple[int, ...]) -> T:
    """Locked appointments by party, desks and slot."""
    found = [(_party(room, r), _desks(room, r), room.grid.lock[r] + 1) for r in requests]
    return T("、".join(f"“{party}”在{desks.zh}第 {slot} 时段的对接" for party, desks, slot in found),
             en=", ".join(f"“{party}” at {desks.en} in slot {slot}" for party, desks, slot in found))
