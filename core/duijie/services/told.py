"""The history of a case or a meeting as its page tells it: who did what, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from duijie.domain.events import sentence
from duijie.domain.text import T
from duijie.services.filing import NAMELESS
from duijie.services.work import Work
from duijie.storage.models import Event, User

_ITSELF: Final = T("系统", en="duijie")  # who did what nobody asked for
_NAMELESS: Final = T(NAMELESS, en="Anonymous")  # who filed without a name


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the history; ``public`` where the requester sees it too."""

    at: datetime
    actor: T
    sentence: T
    public: bool


def told(work: Work, events: Sequence[Event]) -> list[Told]:
    """Entries as they are read. They keep the name of then in one language: the account gives it in the other."""
    ids = {e.actor_id for e in events if e.actor_id is not None}
    names = dict(work.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}
    return [Told(e.at, _actor(e, names.get(e.actor_id or 0)), sentence(e.kind, e.data), e.public) for e in events]


def _actor(event: Event, name: T | None) -> T:
    if event.actor_kind == "system":
        return _ITSELF
    if event.actor == NAMELESS:
        return _NAMELESS
    return name if name and event.actor in (name.zh, name.en) else T.same(event.actor)
