"""However rarely somebody ticks, the same steps are reached, at the moments that plain arithmetic gives.

What is expected is reckoned here from the history alone: from when to when each thing held that a rule can be tied
to, and which moments lie in between. Nothing of duijie's own reckoning is used. For more histories:
``python -m pytest tests/core/services/test_follow_up_ticks.py --hypothesis-profile=long``
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from rule_histories import PLAIN_STEPS, begin, effort, hand, rule_sets
from small_group import START, at
from sqlalchemy import select

from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Anchor, Delay, Rule, Unit
from duijie.schedule import run_rules
from duijie.storage.models import FollowUp

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TIED_TO = [
    Anchor.ASSIGNED, Anchor.OPEN, Anchor.LEAD_DUE, Anchor.CO_DUE, Anchor.COMMITMENT_DUE, Anchor.ANSWERED, Anchor.CLOSED,
]  # fmt: skip
NEXT = {  # state: the states that `hand(office, "go", which)` chooses from, as the domain's table has them
    "assigned": ["answered", "in_progress"], "in_progress": ["answered"], "answered": ["closed", "in_progress"],
    "closed": ["in_progress"],
}  # fmt: skip
MOVES = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(["go", "go", "promise", "keep", "extend"]), st.integers(0, 5)), max_size=6
)
Holds = tuple[Anchor, str]  # what a rule can be tied to, and which one of its kind
Moment = tuple[datetime, int]  # 0: before what somebody does at that hour, 1: that, 2: after it


@dataclass
class Life:
    """The case as its history tells it: what held from when to when."""

    state: str = "assigned"
    stay: int = 0
    since: datetime = START
    period: tuple[int, datetime] = (0, START)
    due: date = date(2026, 11, 30)  # five working days after START
    promises: dict[int, date] = field(default_factory=dict)
    made: int = 0
    spans: dict[Holds, tuple[datetime, list[tuple[Moment, Moment | None]]]] = field(default_factory=dict)

    def do(self, now: datetime, what: str, which: int) -> None:
        """What `hand` does, in our own words."""
        if what == "go":
            self.state = NEXT[self.state][which % len(NEXT[self.state])]
            self.stay, self.since = self.stay + 1, now
            if self.state == "in_progress" and NEXT[self.state] and self.answered_before:
                self.period = (self.stay, now)
            self.answered_before = self.answered_before or self.state == "answered"
        elif what == "promise":
            self.made += 1
            self.promises[self.made] = working_day(now.astimezone(SHANGHAI).date(), which + 1)
        elif what == "keep":
            self.promises.pop(1, None)
        elif what == "extend":
            self.due += (which - 2) * DAY
        self.look(now)

    answered_before: bool = False

    def holds(self) -> Iterator[tuple[Holds, datetime]]:
        if self.state in ("assigned", "in_progress"):
            yield (Anchor.OPEN, str(self.period[0])), self.period[1]
            yield (Anchor.LEAD_DUE, f"{self.period[0]} {self.due}"), evening(self.due)
            yield (Anchor.CO_DUE, ""), evening(date(2026, 11, 26))
        if self.state in ("assigned", "answered", "closed"):
            yield (Anchor(self.state), str(self.stay)), self.since
        for number, due in self.promises.items():
            yield (Anchor.COMMITMENT_DUE, str(number)), evening(due)

    def look(self, now: datetime) -> None:
        """Begin and end what begins and ends at ``now``."""
        held = dict(self.holds())
        for name, (_, spans) in self.spans.items():
            if name not in held and spans[-1][1] is None:
                spans[-1] = (spans[-1][0], (now, 1))
        for name, when in held.items():
            _, spans = self.spans.setdefault(name, (when, []))
            if not spans or spans[-1][1] is not None:
                spans.append(((now, 1), None))

    def reached(self, rules: list[Rule], ticks: list[Moment]) -> Counter[tuple[str, int, int, datetime]]:
        """(rule, step, n, moment) of every step that a tick could see come due."""
        found: Counter[tuple[str, int, int, datetime]] = Counter()
        for (kind, _), (when, spans) in self.spans.items():
            seen = max((t[0] for t in ticks for a, b in spans if a <= t and (b is None or t <= b)), default=None)
            for rule in (one for one in rules if one.on is kind and applies(one)):
                for step, n, moment in moments(rule, when.astimezone(SHANGHAI)):
                    if seen and moment <= seen:
                        found[rule.key, step, n, moment] += 1
        return found


def applies(rule: Rule) -> bool:
    """The case is about lamps, and of no priority."""
    return rule.when is None or "topic" in repr(rule.when)


def moments(rule: Rule, when: datetime) -> Iterator[tuple[int, int, datetime]]:
    for index, step in enumerate(rule.steps):
        first = later(when, step.after, step.after.at_hour)
        for n in range(1, step.times + 1):
            again = Delay((n - 1) * step.every.amount, step.every.unit) if step.every and n > 1 else None
            yield index, n, (later(first, again, first.hour) if again else first).astimezone(UTC)


def later(when: datetime, delay: Delay, hour: int) -> datetime:
    if delay.unit is Unit.HOURS:
        return when + delay.amount * HOUR  # no clock changes in Shanghai
    days = delay.unit is Unit.CALENDAR_DAYS
    day = when.date() + delay.amount * DAY if days else working_day(when.date(), delay.amount)
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def working_day(day: date, count: int) -> date:
    """No holiday lies between START and the New Year."""
    while count:
        day += DAY if count > 0 else -DAY
        if day.weekday() < 5:
            count += -1 if count > 0 else 1
    return day


def evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 18, tzinfo=SHANGHAI)


Seen = Counter[tuple[str, int, int, datetime]]


def live(rules: list[Rule], history: list[tuple[int, str, int]], ticks: set[Moment]) -> tuple[Life, Seen]:
    """Live through ``history`` with these ticks; answers the life, and the steps that fired or were skipped."""
    life = Life()
    with TemporaryDirectory() as folder, at(START):
        life.look(START)
        office, = begin(Path(folder), rules)
        try:
            doings = dict(moments_of(history))
            for now, phase in sorted(ticks | doings.keys()):
                with at(now):
                    if phase == 1:
                        hand(office, *doings[now, 1])
                        life.do(now, *doings[now, 1])
                    else:
                        run_rules(office)
            with office.read(SYSTEM) as work:
                rows = work.session.scalars(select(FollowUp).where(FollowUp.state.in_(("fired", "skipped"))))
                return life, Counter((row.rule_key, row.step, row.n, row.due_at) for row in rows)
        finally:
            office.close()


def moments_of(history: list[tuple[int, str, int]]) -> Iterator[tuple[Moment, tuple[str, int]]]:
    now = START
    for hours, what, which in history:
        now += hours * HOUR
        yield (now, 1), (what, which)


@effort(2)
@given(rule_sets(TIED_TO, PLAIN_STEPS, 4), MOVES, st.integers(1, 90), st.data())
def test_rare_ticks_reach_what_ticks_every_hour_reach(
    rules: list[Rule], history: list[tuple[int, str, int]], quiet: int, data: st.DataObject
) -> None:
    doings = [moment for (moment, _), _ in moments_of(history)]
    last = (doings[-1] if doings else START) + quiet * HOUR
    around = {(moment, phase) for moment in doings for phase in (0, 2)} | {(last, 2)}
    hours = [(START + n * HOUR, 0) for n in range(int((last - START) / HOUR) + 1)]
    life, every_hour = live(rules, history, {*hours, *around})
    assert every_hour == life.reached(rules, [*hours, *around])
    some = data.draw(st.sets(st.sampled_from(hours), max_size=8))
    _, rarely = live(rules, history, some | around)
    assert rarely == every_hour
    unseen, hardly = live(rules, history, {*some, (last, 2)})
    assert unseen.reached(rules, [*some, (last, 2)]) <= hardly <= every_hour
