"""The three statements of a delivery, built once: building them costs more than running them.

None changes a reminder that does not carry the fence of whoever runs it.
"""

from typing import Final

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.sql.dml import Insert, ReturningUpdate

from duijie.storage.models import Delivery, Reminder

_reminder: Final[Table] = Reminder.metadata.tables[Reminder.__tablename__]
_mine = update(_reminder).where(_reminder.c.id == bindparam("reminder"), _reminder.c.fence == bindparam("held"))

BEGIN: Final[ReturningUpdate[tuple[int]]] = (
    _mine.where(_reminder.c.state == "planned")
    .values(state="sending", lease_until=bindparam("lease"))
    .returning(_reminder.c.id)
)
"""``reminder``, ``held`` (the fence), ``lease``: from planned to sending."""

SETTLE: Final[ReturningUpdate[tuple[int]]] = (
    _mine.where(_reminder.c.state == "sending")
    .values(
        lease_until=None, state=bindparam("becomes"), sent_at=bindparam("sent"), last_error=bindparam("said"),
        attempts=bindparam("refusals"), next_at=bindparam("again_at"),
    )
    .returning(_reminder.c.id)
)  # fmt: skip
"""``reminder``, ``held``, ``becomes`` (the state), ``sent``, ``said``, ``refusals``, ``again_at``: from sending on."""

LOG: Final[Insert] = insert(Delivery.metadata.tables[Delivery.__tablename__])
"""The columns of `Delivery`."""
