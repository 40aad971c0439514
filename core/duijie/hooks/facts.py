"""What hooks are told of cases, meetings, people and events: frozen values, no session, no model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from duijie.domain.roles import Role
from duijie.domain.text import T


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a hook learns of a case.

    ``text`` is the requester's own words; ``topic_label`` is how the group calls ``topic``, for sentences that people read.
    ``state`` is a core state (see domain.md), ``lead`` and ``co`` the keys of the departments that handle it,
    ``due_on`` the lead department's deadline. ``id`` is None before the case is filed.
    """

    id: int | None
    group: str
    area: str
    topic: str
    title: str
    text: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    topic_label: T | None = None
    number: str = ""
    state: str = ""
    requester: str = ""
    lead: str = ""
    co: tuple[str, ...] = ()
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What a hook learns of a meeting. ``departments`` are the keys of those that have a desk."""

    id: int
    group: str
    area: str
    number: str
    title: str
    state: str
    starts_at: datetime
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """Who acts. ``kind``: user, requester, system; ``user_id`` only for accounts.

    ``departments`` are the keys of those a representative speaks for, ``areas`` of those a coordinator or an area
    administrator sees.
    """

    kind: str
    name: str = ""
    user_id: int | None = None
    roles: frozenset[Role] = frozenset()
    departments: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One entry of the history, told after it was committed. ``id`` is unique and never used again.

    ``kind`` is one of `duijie.domain.events.KINDS`, such as ``case.closed``; ``data`` its values, a text in both
    languages as ``{"zh", "en"}``. ``case`` is as it was when the event was told, not when it happened.
    """

    id: int
    kind: str
    at: datetime
    actor: ActorFacts
    about_type: str
    about_id: int | None
    data: Mapping[str, Any] = field(default_factory=dict)
    case: CaseFacts | None = None
