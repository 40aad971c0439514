"""Counts tries per place in the database, so that all processes count together."""

from datetime import timedelta

from sqlalchemy import case, update
from sqlalchemy.dialects import postgresql, sqlite

from duijie.domain.errors import TooMany
from duijie.services.work import Work
from duijie.storage.models import RateLimit


def count(work: Work, bucket: str, allowed: int, window: timedelta) -> None:
    """Count one try in ``bucket``. Raises TooMany when more than ``allowed`` came within ``window``.

    The caller commits, also when this raises, or the try would not count: see `duijie.web.limits`.
    """
    insert = sqlite.insert if work.office.database.is_sqlite else postgresql.insert
    work.session.execute(
        insert(RateLimit).values(bucket=bucket, since=work.now, count=0).on_conflict_do_nothing()
    )
    stale = RateLimit.since < work.now - window
    counted = (
        update(RateLimit)
        .where(RateLimit.bucket == bucket)
        .values(count=case((stale, 1), else_=RateLimit.count + 1), since=case((stale, work.now), else_=RateLimit.since))
        .returning(RateLimit.count, RateLimit.since)
        .execution_options(synchronize_session=False)
    )
    tries, since = work.session.execute(counted).one()
    if tries > allowed:
        raise TooMany(max(1, int((since + window - work.now).total_seconds())))


def check(work: Work, bucket: str, allowed: int, window: timedelta) -> None:
    """Raises TooMany when ``bucket`` is used up; counts nothing: for places that count failed tries only."""
    found = work.session.get(RateLimit, bucket)
    if found and found.since >= work.now - window and found.count >= allowed:
        raise TooMany(max(1, int((found.since + window - work.now).total_seconds())))
