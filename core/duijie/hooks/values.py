"""What crosses the plugin boundary: frozen values, no session, no model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from duijie.domain.text import T
from duijie.hooks.context import Context


@dataclass(frozen=True, slots=True)
class Topic:
    """One category of cases (诉求类别) of a group; ``words`` are what people say when they mean it."""

    key: str
    label: T
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days a group allows.

    ``answer`` until the expected answer, ``co_answer`` for a co-handling department, ``objection`` for objecting,
    then the rating and the reopening window. ``extension`` is the most that deadlines are moved out in all at a
    department's request, which it makes at least ``extension_ahead`` working days before the deadline.
    """

    answer: int = 5
    co_answer: int = 3
    objection: int = 1
    rating_window: int = 5
    reopening_window: int = 20
    by_topic: Mapping[str, int] = field(default_factory=dict)
    extension: int = 20
    extension_ahead: int = 1

    def answer_for(self, topic: str) -> int:
        """Working days until the lead department must have answered a case of ``topic``."""
        return self.by_topic.get(topic, self.answer)


@dataclass(frozen=True, slots=True)
class MeetingTemplate:
    """What a new meeting of the group starts from. Minutes per slot, number of slots, "HH:MM" local start."""

    title: T
    start: str = "14:00"
    slot_minutes: int = 15
    slots: int = 10
    place_hint: T | None = None


@dataclass(frozen=True, slots=True)
class AdvisoryGroup:
    """An advisory group (顾问团). ``requester_noun`` is what this group calls those who come to it."""

    key: str
    name: T
    summary: T
    requester_noun: T
    case_prefix: str
    topics: tuple[Topic, ...]
    meeting: MeetingTemplate
    terms: Terms = Terms()
    area_kinds: tuple[str, ...] = ()  # area kinds it serves; empty: all

    def topic(self, key: str) -> Topic | None:
        """The topic named ``key``."""
        return next((t for t in self.topics if t.key == key), None)


@dataclass(frozen=True, slots=True)
class Department:
    """A department's seat in a group's roster, as a seed: inserted once, then the administrator's.

    ``key`` is the department's own, shared by all groups it sits in; ``responsibility`` is the text that
    routing reads (120 characters or more of concrete nouns serve best); ``seats`` is how many
    representatives it sends to a meeting.
    """

    key: str
    name: T
    responsibility: str
    topics: tuple[str, ...] = ()
    seats: int = 1
    observer: bool = False  # 列席
    kind: str = "office"    # office, utility, other


@dataclass(frozen=True, slots=True)
class Candidate:
    """A department that could handle a case, as the administrator's roster has it now.

    ``topic_words`` are the labels and words of the topics it answers for.
    """

    department: str
    name: T
    responsibility: str
    topics: tuple[str, ...]
    topic_words: tuple[str, ...] = ()
    observer: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One department for one case.

    ``score`` 0 to 1, comparable within one answer; ``words`` are the pieces of the case's own text that spoke for
    it, ``reasons`` say so in sentences.
    """

    department: str
    score: float
    reasons: tuple[T, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleCase:
    """A case for the demo. ``stage`` says how far its story has gone when the demo opens.

    ``answers`` fit the group's form; ``lead`` and ``co`` are department keys; ``copies`` files the same
    problem that many times from different people (then merged where ``merge`` says so).
    """

    key: str
    answers: Mapping[str, Any]
    lead: str = ""
    co: tuple[str, ...] = ()
    stage: str = "received"  # received, assigned, committed, answered, rated, not_heard, objected, declined
    note: T | None = None    # the reply, promise or reason, as the stage needs
    working_days: int = 0    # of the promise
    stars: int = 0
    copies: int = 1
    merge: bool = False
    together: bool = False   # the departments are needed at one table


class DeliveryOutcome(StrEnum):
    """How a channel ended one attempt (finding 4 of docs/reliability.md)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"      # surely not delivered: try again later
    AMBIGUOUS = "ambiguous"  # may have been delivered: a person or a log decides


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file that goes with a message, such as an invitation's calendar file."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What a notifier is asked to deliver. ``key`` is unique and the same on every attempt.

    ``link`` is a full address or empty; ``why`` answers "why did I get this?". Both are in ``language`` and
    are not part of ``body``: the channel shows them in its own way. ``secret`` is that of an outlet, and so is
    its ``to_address``: neither belongs in a receipt or a log. ``event`` is what a channel of events sends.
    """

    key: str
    to_name: str
    to_address: str
    subject: str
    body: str
    language: str
    sent_at: datetime
    files: tuple[OutgoingFile, ...] = ()
    link: str = ""
    why: str = ""
    secret: str = field(default="", repr=False)
    event: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one attempt; ``detail`` is the channel's own words for the log.

    ``wait``: it was refused only because too much was sent; nothing more is sent there for so many seconds, and
    the attempt does not count as a failed one.
    """

    outcome: DeliveryOutcome
    detail: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``most`` messages within ``seconds``, to one outlet (or by the whole channel, where it has none)."""

    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Notifier:
    """A channel. ``send(message, context)`` runs outside any transaction and must return within ``timeout`` seconds.

    ``address_of`` says which of a person's addresses it needs: ``"user"`` (an account), ``"email"``, ``"phone"``;
    ``"outlet"``: it reaches no person but a place that an administrator sets up, such as a group's robot.
    ``of_events``: such an outlet is told what happened (``Message.event``), not what somebody is reminded of.
    ``paces`` are the limits of the other side; what is over them waits its turn. ``off_the_hour``: nothing is sent
    in the first minute of a full or half hour, when everybody else sends. ``guide`` tells an administrator where to
    find an outlet's address and secret.
    ``keyed``: the channel itself drops a second message with the same key, so an attempt of which nobody knows
    the end is simply made again; without it such an attempt waits for a person. ``look_up(message, context)`` is
    asked first where the channel can tell (a log): accepted, refused (it never arrived and is sent again) or
    ambiguous (not to be told); ``message.sent_at`` is when it was under way.
    """

    key: str
    name: T
    address_of: str
    send: Callable[[Message, Context], Receipt]
    timeout: float = 20.0
    keyed: bool = False
    paces: tuple[Pace, ...] = ()
    off_the_hour: bool = False
    of_events: bool = False
    guide: T | None = None
    look_up: Callable[[Message, Context], Receipt] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that duijie can make. ``key`` names it, ``title`` is its button.

    ``render(data, language)`` answers the file's bytes; ``language`` is ``"zh"`` or ``"en"``. ``file_name`` may
    hold ``{name}``, which the caller fills. ``about`` says what it is made of: ``""`` for the keys that core asks
    for (``ledger``, ``minutes``; ``data`` is a plain mapping whose shape the key fixes, see docs/plugins/documents.md),
    ``"case"`` for a letter that stands as a button on the pages of a group's cases (``data`` is the same for all).
    """

    key: str
    title: T
    file_name: str
    media_type: str
    render: Callable[[Mapping[str, Any], str], bytes]
    about: str = ""
