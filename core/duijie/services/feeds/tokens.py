"""The secret in a feed's address: shown once, kept as its digest only, dead with the account."""

import hashlib
import secrets

from sqlalchemy import delete, select

from duijie.domain.errors import Forbidden
from duijie.services.work import Work
from duijie.storage.models import CalendarFeed, User


def own(work: Work) -> CalendarFeed | None:
    """What the actor made; None when there is nothing."""
    return work.session.get(CalendarFeed, work.actor.user_id) if work.actor.user_id else None


def make(work: Work) -> str:
    """A new secret for the actor; the one before opens nothing any more. Raises Forbidden without an account."""
    if work.actor.user_id is None:
        raise Forbidden
    _forget(work)
    token = secrets.token_urlsafe(32)
    work.session.add(CalendarFeed(user_id=work.actor.user_id, token_hash=_digest(token), made_at=work.now))
    work.record("user.feed_made", "user", work.actor.user_id)
    work.session.flush()
    return token


def revoke(work: Work) -> bool:
    """Let the actor's secret open nothing any more; answers whether there was one."""
    if own(work) is None:
        return False
    _forget(work)
    work.record("user.feed_revoked", "user", work.actor.user_id)
    return True


def owner(work: Work, token: str) -> User | None:
    """Whose secret it is; None for any other, and for an account that is out of use."""
    found = work.session.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == _digest(token)))
    return found.user if found is not None and found.user.active else None


def _forget(work: Work) -> None:
    work.session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == work.actor.user_id))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
