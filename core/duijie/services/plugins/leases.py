"""Takes something up for a while: whoever holds the lease may work, and only its fence may settle."""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, update

from duijie.services.work import Work


def take(work: Work, row: Any, where: Any, seconds: float) -> int | None:
    """The fence, when nobody else holds ``row`` (a model with ``lease_until`` and ``fence``); else None."""
    free = or_(row.lease_until.is_(None), row.lease_until < work.now)
    held = update(row).where(where, free).values(
        lease_until=work.now + timedelta(seconds=seconds), fence=row.fence + 1
    ).returning(row.fence)  # fmt: skip
    fence: int | None = work.session.scalar(held)
    return fence


def settle(work: Work, row: Any, where: Any, fence: int, **values: object) -> bool:
    """Give the lease back with what came of it; False when another has taken over meanwhile."""
    mine = update(row).where(where, row.fence == fence).values(lease_until=None, **values).returning(row.fence)
    return work.session.scalar(mine) is not None
