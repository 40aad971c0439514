"""On the day: from a published timetable and what happened to a new one that disturbs as little as possible."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from time import monotonic

from duijie.domain.errors import Invalid
from duijie.domain.text import T, joined
from duijie.matchmaking.events import (
    DeskAdded,
    DeskClosed,
    Event,
    Move,
    Overrun,
    PartyAdded,
    PartyAway,
    Replanned,
    Withdrawn,
)
from duijie.matchmaking.grid import Grid
from duijie.matchmaking.locks import admit
from duijie.matchmaking.mending import least_points, mend
from duijie.matchmaking.results import Report, Solution, Stop
from duijie.matchmaking.score import points
from duijie.matchmaking.solver import solve
from duijie.matchmaking.values import Problem, Request, Weights

MOVED = 10_000  # points of a moved talk; all else that is soft counts tens
HEARD = 1_000  # what is heard counts so many times more than usual: above every move


def replan(problem: Problem, slots: Mapping[str, int], events: Sequence[Event], *, now: int = 0,
           kept: Collection[str] = (), time_limit: float = 3.0, workers: int = 2, seed: int = 0,
           progress: Report | None = None, stop: Stop | None = None, steps: int | None = None) -> Replanned:
    """The timetable ``slots`` mended after ``events``: hear as many as before, move the fewest, then fewest points.

    Whatever began before slot ``now`` or is named in ``kept`` (called, running) stays; nothing new begins
    before ``now``. Locks that an event made impossible are let go. The other arguments are those of `solve`.
    ``least`` of the answer is proved: no timetable that hears as much moves fewer. Where putting only the talks that
    lost their place elsewhere moves no more than that, it is the answer and nothing is searched (`mending`).
    Raises `Invalid` when an event names what does not exist, or makes no sense.
    """
    began = monotonic()
    changed = problem
    for event in events:
        changed = _after(changed, event)
    running = {key for key, slot in slots.items() if slot < now or key in kept}
    changed = _fixed(changed, slots, running, now)
    asked = {request.key for request in changed.requests}
    before = {key: slot for key, slot in slots.items() if key in asked}
    only = replace(changed, weights=_moves_only(problem.weights))
    careful = replace(changed, weights=_moves_first(problem.weights))
    floor = least_points(only, before)
    chosen = mend(careful, before)
    if changed.complete or changed.fair is not None or _points(only, chosen, before) > floor:
        fewest = solve(only, time_limit=time_limit * 0.4, workers=workers, seed=seed, prefer=before, stop=stop, steps=steps)
        best = solve(careful, time_limit=max(0.2, 0.9 * time_limit - (monotonic() - began)), workers=workers, seed=seed,
                     prefer=before, progress=progress, stop=stop, steps=steps)
        floor = max(floor, fewest.bound)
        chosen = min((fewest, best, *_whole(changed, chosen)), key=lambda s: _points(careful, s, before))
    least = max(0, floor - (_points(only, chosen, before) - points(only, chosen.slots, before)["moved"]))
    return Replanned(replace(changed, weights=problem.weights), chosen, moves(problem, changed, slots, chosen.slots), least)


def _points(problem: Problem, solution: Solution, before: Mapping[str, int]) -> int:
    return sum(points(problem, solution.slots, before).values())


def _whole(problem: Problem, mended: Solution) -> tuple[Solution, ...]:
    """The repair counts only where it keeps what a search would have to keep."""
    return () if problem.fair is not None or (problem.complete and mended.unplaced) else (mended,)


def moves(old: Problem, new: Problem, before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Move, ...]:
    """What differs between two timetables, one sentence each, in the order of time."""
    requests = {r.key: r for r in (*old.requests, *new.requests)}
    keys = [key for key in requests if before.get(key) != after.get(key)]
    keys.sort(key=lambda key: (after.get(key, before.get(key, 0)), key))
    return tuple(Move(key, before.get(key), after.get(key),
                      _sentence(old, new, requests[key], before.get(key), after.get(key))) for key in keys)


def _sentence(old: Problem, new: Problem, request: Request, before: int | None, after: int | None) -> T:
    who = _named(old, new, request)
    if after is None:
        return T("{who}：原定第 {before} 时段，现在排不下，转到下次。",
                 en="{who}: was in slot {before}, has no place now and is carried over.").fill(who=who, before=(before or 0) + 1)
    if before is None:
        return T("{who}：新排在第 {after} 时段。", en="{who}: new, in slot {after}.").fill(who=who, after=after + 1)
    return T("{who}：从第 {before} 时段改到第 {after} 时段。", en="{who}: moved from slot {before} to slot {after}.") \
        .fill(who=who, before=before + 1, after=after + 1)


def _named(old: Problem, new: Problem, request: Request) -> T:
    parties = {p.key: p.label for p in (*old.parties, *new.parties)}
    desks = {d.key: d.label for d in (*old.desks, *new.desks)}
    people = joined([T.same(parties[key]) for key in request.parties])
    if not request.desks:
        return people
    at = joined([T.same(desks[key]) for key in request.desks])
    return T("{people}（{at}）", en="{people} ({at})").fill(people=people, at=at)


def _after(problem: Problem, event: Event) -> Problem:
    """The problem once ``event`` has happened."""
    if isinstance(event, DeskClosed):
        _known(event.desk, {d.key for d in problem.desks})
        return replace(problem, desks=tuple(
            replace(d, closed=d.closed | event.slots) if d.key == event.desk else d for d in problem.desks))
    if isinstance(event, DeskAdded):
        others = tuple(event.desk if d.key == event.desk.key else d for d in problem.desks)
        known = any(d.key == event.desk.key for d in problem.desks)
        return replace(problem, desks=others if known else (*others, event.desk))
    if isinstance(event, PartyAway):
        _known(event.party, {p.key for p in problem.parties})
        return replace(problem, parties=tuple(
            replace(p, away=p.away | event.slots) if p.key == event.party else p for p in problem.parties))
    if isinstance(event, PartyAdded):
        known = any(p.key == event.party.key for p in problem.parties)
        return replace(problem, parties=problem.parties if known else (*problem.parties, event.party),
                       requests=(*problem.requests, *event.requests))
    return _talk(problem, event)


def _talk(problem: Problem, event: Withdrawn | Overrun) -> Problem:
    _known(event.request, {r.key for r in problem.requests})
    if isinstance(event, Overrun):
        return replace(problem, requests=tuple(
            replace(r, length=event.slots) if r.key == event.request else r for r in problem.requests))
    return replace(problem, requests=tuple(r for r in problem.requests if r.key != event.request),
                   order=tuple(o for o in problem.order if event.request not in (o.first, o.then)))


def _known(key: str, keys: Collection[str]) -> None:
    if key not in keys:
        raise Invalid.field("events", f"“{key}”不在这次会议中。", f"“{key}” is not part of this meeting.")


def _fixed(problem: Problem, slots: Mapping[str, int], running: Collection[str], now: int) -> Problem:
    """What runs is locked where it is; the rest may begin from ``now`` on; locks that cannot hold are let go."""
    later = frozenset(range(now, problem.slots))
    requests = []
    for r in problem.requests:
        if r.key in running:
            requests.append(replace(r, slot=slots[r.key], length=_until_pause(problem, slots[r.key], r.length), within=None))
        else:
            within = later if r.within is None else r.within & later
            requests.append(replace(r, within=within if now else r.within, wished=r.wished))
    fixed = replace(problem, requests=tuple(requests))
    refused = admit(Grid(fixed)).refused
    lost = {fixed.requests[r].key for r in refused} - set(running)
    return replace(fixed, requests=tuple(replace(r, slot=None) if r.key in lost else r for r in fixed.requests))


def _until_pause(problem: Problem, slot: int, length: int) -> int:
    """A talk that overruns into a pause or past the end takes no slots beyond it."""
    pauses = [p for p in (*problem.breaks_after, *problem.nights_after, problem.slots - 1) if p >= slot]
    return min(length, min(pauses, default=slot) - slot + 1)


def _moves_only(w: Weights) -> Weights:
    return Weights(w.unheard * HEARD * MOVED, w.waited * HEARD * MOVED, w.first * HEARD * MOVED,
                   waiting=0, breaks=0, days=0, wished=0, unwelcome=0, staff=0, urgent=0, moved=1)


def _moves_first(w: Weights) -> Weights:
    return replace(w, unheard=w.unheard * HEARD * MOVED, waited=w.waited * HEARD * MOVED,
                   first=w.first * HEARD * MOVED, moved=MOVED)
