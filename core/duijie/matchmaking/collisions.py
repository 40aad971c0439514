"""Why not everything fits: the smallest set of wishes and limits that collide, and the least changes that would do.

Counting finds most collisions at once and proves them: a desk that is asked for more than it can hold when the askers
can come, or a requester who asks for more than the own time. What remains goes to a SAT solver: every wish and limit is
an assumption, and a contradiction is made smaller by leaving out one after the other.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from duijie.domain.text import T
from duijie.matchmaking.counting import Crowd, crowds
from duijie.matchmaking.grid import Grid
from duijie.matchmaking.logic import Limits
from duijie.matchmaking.naming import counted, limit_text, request_name
from duijie.matchmaking.validate import validate
from duijie.matchmaking.values import Problem

ALTERNATIVES = 8  # changes that are offered at most


@dataclass(frozen=True, slots=True)
class Limit:
    """One wish or limit of a collision. ``kind``: request, lock, within, away, closed, capacity, tables, order, pause."""

    kind: str
    key: str
    text: T


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A least change that undoes the collision: the sentence, and the problem after it."""

    text: T
    problem: Problem


@dataclass(frozen=True, slots=True)
class Explanation:
    """``limits`` cannot all hold, and any one less could (of requests counted together, any one of them)."""

    text: T
    limits: tuple[Limit, ...]
    relaxations: tuple[Relaxation, ...]


def explain(problem: Problem, *, requests: Collection[str] | None = None) -> Explanation | None:
    """The collision that keeps ``requests`` (keys; None: all) from being placed all at once; None: they fit.

    None is also answered when nothing was found within a few seconds of looking. Raises `Invalid` for a
    problem that contradicts itself.
    """
    validate(problem)
    chosen = set(requests) if requests is not None else {r.key for r in problem.requests}
    asked = replace(problem, requests=tuple(r for r in problem.requests if r.key in chosen or r.slot is not None),
                    order=tuple(o for o in problem.order if {o.first, o.then} <= chosen))
    grid = Grid(asked)
    for crowd in crowds(grid):
        return _counted(problem, grid, crowd)
    return _reasoned(problem, grid)


def _counted(problem: Problem, grid: Grid, crowd: Crowd) -> Explanation:
    """More is asked of one desk or one requester than fits."""
    limits = [Limit("request", grid.problem.requests[r].key, limit_text(grid, "request", r)) for r in crowd.requests]
    limits += [Limit(kind, _key(grid, kind, number), limit_text(grid, kind, number)) for kind, number in crowd.limits]
    return Explanation(counted(grid, crowd), tuple(limits), tuple(_changes(problem, grid, crowd.changes)))


def _reasoned(problem: Problem, grid: Grid) -> Explanation | None:
    logic = Limits(grid)
    core = logic.smallest()
    if core is None:
        return None
    limits = tuple(Limit(kind, _key(grid, kind, n), limit_text(grid, kind, n)) for kind, n in core)
    text = T("以下要求无法同时满足：{all}", en="These cannot all hold: {all}").fill(
        all=T("；".join(limit.text.zh for limit in limits) + "。", en="; ".join(limit.text.en for limit in limits) + "."))
    helping = [change for change in core if logic.possible_without(change)]
    return Explanation(text, limits, tuple(_changes(problem, grid, helping)))


def _changes(problem: Problem, grid: Grid, changes: list[tuple[str, int]]) -> list[Relaxation]:
    """The sentences and problems of single changes."""
    found = []
    for kind, number in changes[:ALTERNATIVES]:
        key = _key(grid, kind, number)
        text, changed = _relaxed(problem, grid, kind, number, key)
        found.append(Relaxation(text, changed))
    return found


def _relaxed(problem: Problem, grid: Grid, kind: str, number: int, key: str) -> tuple[T, Problem]:
    if kind in ("request", "lock", "within"):
        return _one_less(problem, grid, kind, number, key)
    if kind == "capacity":
        desks = tuple(replace(d, capacity=d.capacity + 1) if d.key == key else d for d in problem.desks)
        label = next(d.label for d in desks if d.key == key)
        return (T("席位“{desk}”增加一名代表", en="one more representative at desk “{desk}”").fill(desk=label),
                replace(problem, desks=desks))
    if kind == "closed":
        desks = tuple(replace(d, closed=frozenset()) if d.key == key else d for d in problem.desks)
        label = next(d.label for d in desks if d.key == key)
        return (T("席位“{desk}”全程开放", en="desk “{desk}” is open all the time").fill(desk=label),
                replace(problem, desks=desks))
    if kind == "away":
        parties = tuple(replace(p, away=frozenset()) if p.key == key else p for p in problem.parties)
        label = next(p.label for p in parties if p.key == key)
        return (T("“{party}”全程到场", en="“{party}” comes for the whole time").fill(party=label),
                replace(problem, parties=parties))
    if kind == "tables":
        return (T("增加一张桌", en="one more table"), replace(problem, tables=(problem.tables or 0) + 1))
    if kind == "pause":
        return (T("不设休息时间", en="no breaks"), replace(problem, breaks_after=frozenset()))
    gone = grid.problem.order[number]
    return (T("不要求{one}先于{other}", en="{one} need not come before {other}").fill(
        one=request_name(grid, grid.number[gone.first]), other=request_name(grid, grid.number[gone.then])),
        replace(problem, order=tuple(o for o in problem.order if o != gone)))


def _one_less(problem: Problem, grid: Grid, kind: str, number: int, key: str) -> tuple[T, Problem]:
    name = request_name(grid, number)
    if kind == "request":
        return (T("{name}转到下次", en="{name} is carried over").fill(name=name),
                replace(problem, requests=tuple(r for r in problem.requests if r.key != key),
                        order=tuple(o for o in problem.order if key not in (o.first, o.then))))
    change = {"slot": None} if kind == "lock" else {"within": None}
    free = T("不限定{name}的时间", en="{name} may be at any time")
    text = T("解除{name}的锁定", en="unlock {name}") if kind == "lock" else free
    requests = tuple(replace(r, **change) if r.key == key else r for r in problem.requests)  # type: ignore[arg-type]
    return text.fill(name=name), replace(problem, requests=requests)


def _key(grid: Grid, kind: str, number: int) -> str:
    if kind in ("request", "lock", "within"):
        return grid.problem.requests[number].key
    if kind in ("closed", "capacity"):
        return grid.problem.desks[number].key
    if kind == "away":
        return grid.problem.parties[number].key
    if kind == "order":
        pair = grid.problem.order[number]
        return f"{pair.first}<{pair.then}"
    return kind
