"""How people want to be told: their own wishes, else what an administrator set for the area, the group, everybody."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from duijie.domain.telling import Telling
from duijie.services.reminders.records import Where
from duijie.services.work import Work
from duijie.storage.models import NoticeSetting


def telling_of(work: Work, user_id: int | None, where: Where) -> Telling:
    """What counts for a message to ``user_id`` about something there. People without an account are told at once."""
    if user_id is None:
        return Telling()
    return own_wishes(work, user_id) or default_for(work, where)


def own_wishes(work: Work, user_id: int) -> Telling | None:
    """What somebody chose; looked up once in a piece of work."""
    kept: dict[int, Telling | None] = work.seen.setdefault("own_wishes", {})
    if user_id not in kept:
        row = work.session.get(NoticeSetting, f"user:{user_id}")
        kept[user_id] = Telling.from_json(row.value) if row else None
    return kept[user_id]


def forget(work: Work) -> None:
    """Look up anew what somebody has changed in this piece of work."""
    work.session.flush()
    work.session.expire_all()
    work.seen.pop("notice_defaults", None)
    work.seen.pop("own_wishes", None)


def default_for(work: Work, where: Where) -> Telling:
    """What counts there for those who chose nothing: the nearest area's word, then the group's, then everybody's."""
    said = _said(work)
    scopes = [*(f"area:{area}" for area in where.areas), f"group:{where.group}", "all"]
    return next((Telling.from_json(said[scope]) for scope in scopes if scope in said), Telling())


def _said(work: Work) -> Mapping[str, Any]:
    """The administrators' settings by scope; looked up once in a piece of work."""
    if "notice_defaults" not in work.seen:
        rows = work.session.scalars(select(NoticeSetting).where(NoticeSetting.scope.not_like("user:%")))
        work.seen["notice_defaults"] = {row.scope: row.value for row in rows}
    found: Mapping[str, Any] = work.seen["notice_defaults"]
    return found
