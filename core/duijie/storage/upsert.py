"""An INSERT that lets an existing row win, on both databases."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from duijie.storage.base import Base


def insert_new(session: Session, model: type[Base], values: dict[str, Any]) -> int | None:
    """Insert one row of ``model`` unless its key is already there; answers the new id, or None.

    Two processes that insert the same key at once make one row and no error.
    """
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101  # for the type checker: a mapped class has one
    statement = _statement(session.get_bind().dialect.name, table, tuple(values))
    found = session.execute(statement, values).scalar()
    return None if found is None else int(found)


@lru_cache(maxsize=64)
def _statement(dialect: str, table: Table, columns: tuple[str, ...]) -> ReturningInsert[tuple[Any]]:
    """The statement for these columns; built once, because building costs more than running it."""
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    chosen = make(table).values({name: bindparam(name) for name in columns})
    return chosen.on_conflict_do_nothing().returning(table.c.id)


def ensure(session: Session, model: type[Base], **values: Any) -> None:
    """Insert a row with its defaults unless one with its key is there; for tables whose key is given."""
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(make(model).values(**values).on_conflict_do_nothing())
