"""An INSERT that lets an existing row win, on both databases."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from duijie.storage.base import Base


def insert_new(session: Session, model: type[Base], values: dict[str, Any]) -> int | None:
    """Insert one row of ``model`` unless its key is already there; answers the new id, or None.

    Two processes that insert the same key at once make one row and no error.
    """
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = make(model).values(**values).on_conflict_do_nothing().returning(model.__table__.c.id)
    found = session.execute(statement).scalar()
    return None if found is None else int(found)
