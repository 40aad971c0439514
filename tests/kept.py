"""What tests begin with, built once in each test process and copied from then on: tables, and the rows of a town.

Values go from one database to the next as the driver hands them out, so that a copy is to the byte what was built.
"""

import functools
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Table, exists, or_, select

from duijie.domain.roles import SYSTEM
from duijie.services.work import Office, Work
from duijie.storage import schema
from duijie.storage.base import Base
from duijie.storage.database import Database

V = TypeVar("V")
Rows = dict[str, Any]  # by table: its rows on SQLite, what COPY writes on PostgreSQL

_TABLES = list(Base.metadata.tables.values())
_EMPTY = select(or_(*(exists().select_from(table) for table in _TABLES)))
_kept: dict[tuple[object, ...], tuple[datetime, Rows, Any]] = {}


@functools.cache
def sqlite_tables() -> bytes:
    """An SQLite file with this release's tables and nothing in them."""
    with tempfile.TemporaryDirectory(prefix="duijie-tables-") as folder:
        database = Database(f"sqlite:///{folder}/duijie.db")
        schema.upgrade(database)
        database.close()
        return Path(folder, "duijie.db").read_bytes()


def migrate(database: Database) -> None:
    """This release's tables in an empty database; nothing where they are there already."""
    if schema.current(database) is not None:
        return
    if database.is_sqlite:
        database.close()
        Path(database.url.database or "").write_bytes(sqlite_tables())
    else:
        schema.upgrade(database)


def once(office: Office, build: Callable[[Work], V]) -> V:
    """What ``build`` answers, in one piece of work on an empty office: a value that no test changes.

    The next office on this day whose groups declare the same departments gets a copy of the rows.
    """
    with office.read(SYSTEM) as work:
        empty, now = not work.session.scalar(_EMPTY), work.now
    declared = repr([(parts.group.key, parts.departments) for parts in office.groups])
    key = (build, office.database.is_sqlite, now.date(), declared)
    if empty and key in _kept and _kept[key][0] <= now:  # a test may have turned the clock back
        _, rows, answer = _kept[key]
        _put(office.database, rows)
        return answer  # type: ignore[no-any-return]
    with office.write(SYSTEM) as work:
        answer = build(work)
    if empty:
        _kept[key] = (now, _take(office.database), answer)
    return answer


def _take(database: Database) -> Rows:
    if database.is_sqlite:
        with closing(sqlite3.connect(database.url.database or "")) as source:
            found = {
                table.name: source.execute(f'SELECT {_columns(table)} FROM "{table.name}"').fetchall()
                for table in _TABLES
            }
    else:
        with database.engine.connect() as connection:
            cursor = connection.connection.cursor()
            found = {table.name: _copied(cursor, table) for table in _TABLES}
    return {name: rows for name, rows in found.items() if rows}


def _copied(cursor: Any, table: Table) -> bytes:
    with cursor.copy(f'COPY "{table.name}" ({_columns(table)}) TO STDOUT') as out:
        return b"".join(map(bytes, out))


def _put(database: Database, rows: Rows) -> None:
    tables = [table for table in _TABLES if table.name in rows]
    if database.is_sqlite:
        with closing(sqlite3.connect(database.url.database or "")) as target, target:
            for table in tables:
                marks = ", ".join("?" * len(table.columns))
                target.executemany(
                    f'INSERT INTO "{table.name}" ({_columns(table)}) VALUES ({marks})', rows[table.name]
                )
        return
    with database.engine.begin() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")  # tables come in any order
        for table in tables:
            with cursor.copy(f'COPY "{table.name}" ({_columns(table)}) FROM STDIN') as into:
                into.write(rows[table.name])
            for column in table.columns:
                if column is table.autoincrement_column:
                    sequence = f"pg_get_serial_sequence('\"{table.name}\"', '{column.name}')"
                    cursor.execute(f'SELECT setval({sequence}, max({column.name})) FROM "{table.name}"')


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)
