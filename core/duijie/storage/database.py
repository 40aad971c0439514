"""Opens the database. Reading and writing are two ways in, because SQLite must know before it starts.

On SQLite a transaction that means to write begins IMMEDIATE: begun as a reader, it would lose its place to
another writer and fail half-way. WAL with synchronous=FULL keeps every acknowledged commit through a power cut.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

WRITES = "duijie_writes"


class Database:
    """One engine and the two ways to open a session on it."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._engine()
        self._writing = self.engine.execution_options(**{WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; whatever it changed is thrown away."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed when the block ends, and thrown away when it raises."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _engine(self) -> Engine:
        options: dict[str, Any] = {"json_serializer": _json, "pool_pre_ping": not self.is_sqlite}
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"check_same_thread": False, "timeout": 15}
        else:
            options |= {"pool_size": 10, "max_overflow": 20}
        engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late and breaks savepoints
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
