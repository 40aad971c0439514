"""Requests and limits in the words of the meeting: names of desks and requesters, slots counted from 1."""

from collections.abc import Iterable

from duijie.domain.text import T
from duijie.matchmaking.counting import Crowd
from duijie.matchmaking.grid import Grid


def request_name(grid: Grid, request: int) -> T:
    """“甲公司”在席位“自来水公司”的对接."""
    people = "、".join(f"“{grid.problem.parties[p].label}”" for p in grid.parties[request])
    folk = " and ".join(f"“{grid.problem.parties[p].label}”" for p in grid.parties[request])
    if not grid.desks[request]:
        return T(f"{people}的会面", en=f"the meeting of {folk}")
    desks = [grid.problem.desks[d].label for d in grid.desks[request]]
    return T(f"{people}在席位{'、'.join(f'“{d}”' for d in desks)}的对接",
             en=f"the talk of {folk} at {' with '.join(f'“{d}”' for d in desks)}")


def limit_text(grid: Grid, kind: str, number: int) -> T:
    """One wish or limit as a part of a sentence."""
    problem = grid.problem
    if kind == "request":
        return T("安排{name}", en="place {name}").fill(name=request_name(grid, number))
    if kind == "lock":
        return T("{name}锁定在第 {slot} 时段", en="{name} is locked to slot {slot}") \
            .fill(name=request_name(grid, number), slot=grid.lock[number] + 1)
    if kind == "within":
        return T("{name}只能在第 {slots} 时段", en="{name} only in slots {slots}") \
            .fill(name=request_name(grid, number), slots=_slots(problem.requests[number].within or ()))
    if kind == "away":
        return T("“{party}”在第 {slots} 时段不能到场", en="“{party}” cannot come in slots {slots}") \
            .fill(party=problem.parties[number].label, slots=_slots(problem.parties[number].away))
    if kind == "closed":
        return T("席位“{desk}”在第 {slots} 时段不开放", en="desk “{desk}” is closed in slots {slots}") \
            .fill(desk=problem.desks[number].label, slots=_slots(problem.desks[number].closed))
    if kind == "capacity":
        return T("席位“{desk}”同时只能接待 {most} 场", en="desk “{desk}” holds {most} at once") \
            .fill(desk=problem.desks[number].label, most=problem.desks[number].capacity)
    if kind == "tables":
        return T(f"全场只有 {problem.tables} 张桌", en=f"there are only {problem.tables} tables")
    if kind == "pause":
        return T("对接不能跨越休息时间", en="no talk runs across a break")
    pair = problem.order[number]
    return T("{one}要先于{other}", en="{one} comes before {other}") \
        .fill(one=request_name(grid, grid.number[pair.first]), other=request_name(grid, grid.number[pair.then]))


def counted(grid: Grid, crowd: Crowd) -> T:
    """The sentence of a collision by numbers."""
    values = {"wanted": crowd.wanted, "holds": crowd.holds, "slots": _slots(crowd.slots)}
    if crowd.desk is not None:
        return T("席位“{desk}”：{wanted} 场对接只能排在第 {slots} 时段，那里最多容纳 {holds} 场。",
                 en="Desk “{desk}”: {wanted} talks can only be in slots {slots}, which hold {holds}.") \
            .fill(desk=grid.problem.desks[crowd.desk].label, **values)
    return T("“{party}”：{wanted} 场对接只能排在第 {slots} 时段，一人同时只能参加一场，最多 {holds} 场。",
             en="“{party}”: {wanted} talks can only be in slots {slots}; one at a time makes {holds}.") \
        .fill(party=grid.problem.parties[crowd.party or 0].label, **values)


def _slots(slots: Iterable[int]) -> str:
    """1–3, 5."""
    found: list[list[int]] = []
    for slot in sorted(slots):
        if found and slot == found[-1][1] + 1:
            found[-1][1] = slot
        else:
            found.append([slot, slot])
    return ", ".join(str(a + 1) if a == b else f"{a + 1}–{b + 1}" for a, b in found) or "—"
