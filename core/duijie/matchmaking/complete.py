"""Everything must be placed: a timetable of all, proved the best, or the proof that there is none."""

from duijie.matchmaking.bounds import alone, settled_cost
from duijie.matchmaking.grid import FREE, Grid
from duijie.matchmaking.locks import Locks, admit
from duijie.matchmaking.model import Effort, Exact
from duijie.matchmaking.results import Solution, Status
from duijie.matchmaking.room import Room
from duijie.matchmaking.sat.race import race
from duijie.matchmaking.sat.rules import suits
from duijie.matchmaking.search import Search
from duijie.matchmaking.staffing import missed
from duijie.matchmaking.values import Problem
from duijie.matchmaking.watch import Watch, solution


def solve_complete(problem: Problem, prefer: dict[str, int], watch: Watch, workers: int, seed: int) -> Solution:
    """The solution; its status is `Status.INFEASIBLE` or `Status.UNKNOWN` when it has no timetable."""
    grid = Grid(problem, prefer)
    locks = admit(grid)
    locked = Room(grid)
    if locks.refused:
        return solution(locked, locks, Status.INFEASIBLE, 0, 0, watch.seconds())
    if suits(problem):
        return race(grid, watch, workers, seed)
    locked.load(locks.kept)
    return _by_model(grid, locked, locks, watch, workers, seed)


def _by_model(grid: Grid, locked: Room, locks: Locks, watch: Watch, workers: int, seed: int) -> Solution:
    free = [[r for r in own if grid.lock[r] == FREE] for own in grid.own]
    if any(not locked.possible(r) for own in free for r in own):
        return solution(Room(grid), Locks({}, {}), Status.INFEASIBLE, 0, 0, watch.seconds())
    plans = alone(locked, free)
    start = Room(grid)
    start.load(locks.kept)
    search = Search(start, free, [int(plan.bound) for plan in plans], seed)
    search.start()
    search.improve(watch.until(0.2), watch.steps or 2000)
    steps = None if watch.steps is None else watch.steps / 1000
    effort = Effort(max(0.5, watch.left()), 1 if steps else workers, seed, steps)
    placed = {r: start.slot[r] for own in free for r in own if start.slot[r] != FREE}
    answer = Exact(locked, free).solve(placed, effort, watch.asked_to_stop, watch.tell)
    room = Room(grid)
    if answer.slots is None:
        status = Status.INFEASIBLE if answer.impossible else Status.UNKNOWN
        return solution(room, Locks({}, {}), status, 0, 0, watch.seconds())
    room.load(locks.kept | answer.slots)
    objective = sum(Search(room, free, [], 0).price(p) for p in range(len(free))) + missed(grid, room.slot)
    bound = max(answer.bound, int(sum(plan.bound for plan in plans)) + settled_cost(locked, free))
    status = Status.OPTIMAL if answer.proved else Status.FEASIBLE
    return solution(room, locks, status, objective, objective if answer.proved else min(bound, objective), watch.seconds())
