"""Running numbers: one more each time, never twice, also when two processes ask at once."""

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from duijie.services.work import Work
from duijie.storage.models import Counter


def next_number(work: Work, series: str) -> int:
    """The next number of ``series``, from 1; taken in the caller's transaction."""
    insert = sqlite.insert if work.office.database.is_sqlite else postgresql.insert
    work.session.execute(insert(Counter).values(series=series, last=0).on_conflict_do_nothing())
    taken = update(Counter).where(Counter.series == series).values(last=Counter.last + 1).returning(Counter.last)
    return int(work.session.execute(taken).scalar_one())
