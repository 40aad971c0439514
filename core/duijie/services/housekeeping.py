"""Throws away what nobody needs any more."""

from sqlalchemy import delete

from duijie.services.work import Work
from duijie.storage.models import WebSession


def forget_sessions(work: Work) -> int:
    """Delete the browser sessions that have ended; answers how many."""
    ended = delete(WebSession).where(WebSession.expires_at <= work.now).returning(WebSession.id)
    return len(work.session.execute(ended).all())
