"""A problem compiled to numbers: what each request allows and costs by itself, never changing."""

from duijie.matchmaking.masks import bits, blocked_starts, mask_of, span_mask
from duijie.matchmaking.values import WAITED_MAX, Problem, Request

FREE = -1


class Grid:
    """Requests, desks and parties by number.

    ``starts[r]`` masks the first slots that the length, breaks, the desks' hours, the parties' absences and
    ``within`` allow for request ``r``, ignoring all other appointments (and its lock). ``cost[r]`` is what
    each of them costs in points, whoever else sits where; ``drop[r]`` what it costs to leave ``r`` out, and
    ``never[p]`` what it costs on top when nothing of party p is heard.
    """

    def __init__(self, problem: Problem, prefer: dict[str, int] | None = None) -> None:
        self.problem, self.slots, self.weights = problem, problem.slots, problem.weights
        self.number = {r.key: i for i, r in enumerate(problem.requests)}
        desk = {d.key: i for i, d in enumerate(problem.desks)}
        party = {p.key: i for i, p in enumerate(problem.parties)}
        self.days = problem.days()
        self.day_masks = [span_mask(len(day)) << day.start for day in self.days]
        self.day_of = [i for i, day in enumerate(self.days) for _ in day]
        self.space = [[d.space(slot) for slot in range(problem.slots)] for d in problem.desks]
        self.capacity = [d.capacity for d in problem.desks]
        self.closed = [mask_of(s for s, n in enumerate(space) if not n) for space in self.space]
        self.away = [mask_of(p.away) for p in problem.parties]
        self.desks = [tuple(desk[key] for key in r.desks) for r in problem.requests]
        self.party = [party[r.party] for r in problem.requests]
        self.parties = [tuple(party[key] for key in r.parties) for r in problem.requests]
        self.length = [r.length for r in problem.requests]
        self.lock = [FREE if r.slot is None else r.slot for r in problem.requests]
        self.prefer = {self.number[key]: slot for key, slot in (prefer or {}).items() if key in self.number}
        self._lists(len(problem.desks), len(problem.parties))
        self._order()
        self._rooms()
        self._staff()
        self._costs()

    def _lists(self, desks: int, parties: int) -> None:
        """``own[p]``: requests that p brings; ``guest[p]``: those of others at which p must be."""
        self.own: list[list[int]] = [[] for _ in range(parties)]
        self.guest: list[list[int]] = [[] for _ in range(parties)]
        self.of_desk: list[list[int]] = [[] for _ in range(desks)]
        for request, owner in enumerate(self.party):
            self.own[owner].append(request)
            for other in self.parties[request][1:]:
                self.guest[other].append(request)
            for at in self.desks[request]:
                self.of_desk[at].append(request)
        self.starts = [self._starts(request) for request in range(len(self.party))]

    def _order(self) -> None:
        self.after: list[list[int]] = [[] for _ in self.party]
        self.before: list[list[int]] = [[] for _ in self.party]
        for pair in self.problem.order:
            first, then = self.number[pair.first], self.number[pair.then]
            self.after[first].append(then)
            self.before[then].append(first)

    def _rooms(self) -> None:
        """``walk[a][b]``: slots between rooms; ``room[r]``: where request r takes place (its first desk's)."""
        names = sorted({d.room for d in self.problem.desks} | {""})
        number = {name: i for i, name in enumerate(names)}
        self.walk = [[0] * len(names) for _ in names]
        for way in self.problem.ways:
            if way.one in number and way.other in number:
                one, other = number[way.one], number[way.other]
                self.walk[one][other] = self.walk[other][one] = max(way.slots, self.walk[one][other])
        self.room = [number[self.problem.desks[d[0]].room] if d else number[""] for d in self.desks]
        self.far = max(map(max, self.walk))
        pauses = self.problem.breaks_after | self.problem.nights_after
        self.block_of = [sum(p < slot for p in pauses) for slot in range(self.slots)]

    def _staff(self) -> None:
        """``wants[r]``: number of the representative that request r would like, or `FREE`; their absences."""
        self.absent: list[int] = []
        number: dict[tuple[int, str], int] = {}
        for at, desk in enumerate(self.problem.desks):
            for one in desk.staff:
                number[at, one.key] = len(self.absent)
                self.absent.append(mask_of(one.away) | mask_of(desk.closed))
        self.wants = [next((number[d, r.staff] for d in self.desks[i] if (d, r.staff) in number), FREE)
                      for i, r in enumerate(self.problem.requests)]
        self.wishing: list[list[int]] = [[] for _ in self.absent]
        for request, wanted in enumerate(self.wants):
            if wanted != FREE:
                self.wishing[wanted].append(request)

    def _costs(self) -> None:
        weights = self.weights
        unwelcome = [mask_of(p.unwelcome) for p in self.problem.parties]
        self.drop = [worth(self.problem, r) for r in self.problem.requests]
        self.never = [0] * len(self.own)
        for party, requests in enumerate(self.own):
            top = max((self.problem.requests[r].priority for r in requests), default=0)
            self.never[party] = weights.first * 10**top if requests else 0
        self.cost = [self._costs_of(r, unwelcome) for r in range(len(self.party))]

    def _costs_of(self, request: int, unwelcome: list[int]) -> dict[int, int]:
        asked, slots = self.problem.requests[request], bits(self._reach(request))
        picky = asked.wished or self.wants[request] != FREE or any(unwelcome[p] for p in self.parties[request])
        if picky or (self.weights.urgent and asked.priority):
            return {slot: self._cost(request, slot, unwelcome) for slot in slots}
        # Most requests have no wish of their own; a city's three days have 300,000 of these pairs.
        found = dict.fromkeys(slots, self.weights.moved if request in self.prefer else 0)
        if self.prefer.get(request, FREE) in found:
            found[self.prefer[request]] = 0
        return found

    def _cost(self, request: int, slot: int, unwelcome: list[int]) -> int:
        weights, asked = self.weights, self.problem.requests[request]
        span = span_mask(asked.length) << slot
        cost = weights.urgent * asked.priority * slot
        cost += weights.unwelcome * sum((unwelcome[p] & span).bit_count() for p in self.parties[request])
        if asked.wished and slot not in asked.wished:
            cost += weights.wished
        if self.prefer.get(request, slot) != slot:
            cost += weights.moved
        if self.wants[request] != FREE and self.absent[self.wants[request]] & span:
            cost += weights.staff
        return cost

    def _reach(self, request: int) -> int:
        return self.starts[request] | (1 << self.lock[request] if self.lock[request] >= 0 else 0)

    def in_time(self, request: int) -> int:
        """First slots from which ``request`` ends within the meeting and crosses no break or night."""
        length, found = self.length[request], 0
        pauses = self.problem.breaks_after | self.problem.nights_after
        for slot in range(self.slots - length + 1):
            if length == 1 or not any(b in pauses for b in range(slot, slot + length - 1)):
                found |= 1 << slot
        return found

    def _starts(self, request: int) -> int:
        blocked, within = 0, self.problem.requests[request].within
        for party in self.parties[request]:
            blocked |= self.away[party]
        for desk in self.desks[request]:
            blocked |= self.closed[desk]
        allowed = -1 if within is None else mask_of(within)
        return self.in_time(request) & allowed & ~blocked_starts(blocked, self.length[request])

    def between(self, one: int, other: int) -> int:
        """Slots to walk from request ``one`` to ``other`` when no break lies between."""
        return self.walk[self.room[one]][self.room[other]]


def worth(problem: Problem, request: Request) -> int:
    """The points that leaving this request out costs, `Weights.first` aside."""
    weights = problem.weights
    return int((weights.unheard + weights.waited * min(request.waited, WAITED_MAX)) * 10**request.priority)
