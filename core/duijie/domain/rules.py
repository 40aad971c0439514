"""Follow-up rules as data: when this happens, or does not, within so many working days, do that."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from duijie.domain.forms.values import Condition
from duijie.domain.text import T


class Anchor(StrEnum):
    """What a rule is tied to. The rule ends when what it is tied to ends."""

    ASSIGNED = "assigned"              # the stay of a case in `assigned`; ends when the lead takes it up or answers
    OPEN = "open"                      # from assignment until the case is answered, whatever state in between
    LEAD_DUE = "lead_due"              # the lead department's deadline; ends when the case is answered
    COMMITMENT_DUE = "commitment_due"  # a commitment's due date; ends when it is kept or withdrawn
    ANSWERED = "answered"              # the stay in `answered`; ends when it is rated, closed or reopened
    RATED_BADLY = "rated_badly"        # a rating of at most `stars`; a moment
    NOT_HEARD = "not_heard"            # an appointment that ended not heard; a moment
    CLOSED = "closed"                  # the stay in `closed`
    CO_DUE = "co_due"                  # a co-handling department's own deadline; ends when it has answered
    ASKED = "asked"                    # a question to the requester; ends when it is answered or taken back
    OBJECTED = "objected"              # an objection; ends when the coordinator has decided
    EXTENSION_ASKED = "extension_asked"  # a request for more time; ends when the coordinator has decided
    MEETING_DAY = "meeting_day"        # a meeting that is to hear the case; ends when it is over or called off
    REVISITED_BADLY = "revisited_badly"  # a revisit at which the requester was not satisfied; a moment
    EVENT = "event"                    # an entry of the history of the kind `Rule.event`; a moment


class Act(StrEnum):
    """What a step does."""

    REMIND = "remind"          # a message to `to`
    ESCALATE = "escalate"      # a message to `to`, a supervision on the case, a red card
    FLAG = "flag"              # a card of `colour` on the case, and a message to `to` if given
    ASK_RATING = "ask_rating"  # invite the requester to rate
    CLOSE = "close"            # the rating window is over: close the case
    REOPEN = "reopen"          # back to the lead department with a new clock
    CARRY_OVER = "carry_over"  # onto the next meeting of the group and area
    REVISIT = "revisit"        # a call or visit to the requester goes on the coordinators' list
    CALL = "call"              # a plugin's own action, named by `action`


class Who(StrEnum):
    """Who a message is for."""

    LEAD = "lead"                # representatives of the lead department
    CO = "co"                    # representatives of the co-handling departments
    PROMISER = "promiser"        # representatives of the department that made the commitment
    HEAD = "head"                # the head of the department concerned
    SUPERVISOR = "supervisor"    # the leader who supervises the department concerned
    COORDINATOR = "coordinator"  # the coordinators of the case's area
    REQUESTER = "requester"      # whoever brought the case


class Unit(StrEnum):
    """What a delay is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"


class Card(StrEnum):
    """A warning card; its meaning is the same everywhere."""

    BLUE = "blue"      # due soon
    YELLOW = "yellow"  # due
    RED = "red"        # overdue

    @property
    def label(self) -> T:
        """What the card is called on screen."""
        return _CARDS[self]


_CARDS = {
    Card.BLUE: T("蓝牌·即将到期", en="Blue card: due soon"),
    Card.YELLOW: T("黄牌·已到期", en="Yellow card: due"),
    Card.RED: T("红牌·已逾期", en="Red card: overdue"),
}


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after (negative: before) the anchor; ``at`` is the local hour for delays in days."""

    amount: int
    unit: Unit = Unit.WORKING_DAYS
    at_hour: int = 9

    @property
    def label(self) -> T:
        """提前 1 个工作日 / 1 working day before; 立即 / at once."""
        if self.amount == 0 and self.unit is Unit.HOURS:
            return T("立即", en="at once")
        if self.amount == 0:
            return T("当日", en="the same day")
        n, (zh, one, many) = abs(self.amount), _UNITS[self.unit]
        noun = one if n == 1 else many
        return (T(f"{n} {zh}后", en=f"{n} {noun} after") if self.amount > 0
                else T(f"提前 {n} {zh}", en=f"{n} {noun} before"))


_UNITS = {
    Unit.WORKING_DAYS: ("个工作日", "working day", "working days"),
    Unit.CALENDAR_DAYS: ("天", "day", "days"),
    Unit.HOURS: ("小时", "hour", "hours"),
}


def WorkingDays(amount: int, at_hour: int = 9) -> Delay:  # noqa: N802  # reads like the noun it is in a rule
    """``amount`` working days after the anchor, or before it where negative."""
    return Delay(amount, Unit.WORKING_DAYS, at_hour)


def CalendarDays(amount: int, at_hour: int = 9) -> Delay:  # noqa: N802
    """``amount`` calendar days after the anchor, or before it where negative."""
    return Delay(amount, Unit.CALENDAR_DAYS, at_hour)


def Hours(amount: int) -> Delay:  # noqa: N802
    """``amount`` hours after the anchor, or before it where negative."""
    return Delay(amount, Unit.HOURS)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rule. ``every`` and ``times`` repeat it (``times`` counts the first firing too).

    ``text`` is the message; ``{number}``, ``{title}``, ``{requester}``, ``{department}``, ``{due}``, ``{days}`` and
    ``{meeting}`` in it are filled in.
    """

    after: Delay
    do: Act
    to: tuple[Who, ...] = ()
    text: T | None = None
    card: Card | None = None
    every: Delay | None = None
    times: int = 1
    on: bool = True  # a step that an administrator has switched off keeps its place
    action: str = ""  # of `Act.CALL`: "<plugin>.<key>" of what `duijie_actions` provides


@dataclass(frozen=True, slots=True)
class Rule:
    """A follow-up rule (跟进规则) of a group. ``steps`` in order of time are the escalation chain.

    ``topics`` narrows it to cases of these topics (empty: all), ``when`` to those for which a condition holds:
    it may look at the form's answers and at `CASE_FACTS`. ``stars`` is the highest rating that counts as bad
    for `Anchor.RATED_BADLY`; ``event`` is the kind of entry for `Anchor.EVENT` (`case.site_visit`).
    """

    key: str
    title: T
    on: Anchor
    steps: tuple[Step, ...]
    topics: tuple[str, ...] = ()
    stars: int = 2
    when: Condition | None = None
    event: str = ""


CASE_FACTS: Final = frozenset({
    "case.topic", "case.area", "case.area_kind", "case.source", "case.priority", "case.stars", "case.reopened",
    "case.department",
})
"""What a condition may look at besides the answers: keys (topic, area, the kind of area, source, the department
concerned) and numbers (priority 0 to 2, the last rating's stars, how often it was reopened)."""
