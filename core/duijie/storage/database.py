"""Opens the database. Reading and writing are two ways in, because SQLite must know before it starts.

On SQLite a transaction that means to write begins IMMEDIATE: begun as a reader, it would lose its place to
another writer and fail half-way. WAL with synchronous=FULL keeps every acknowledged commit through a power cut.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from duijie.domain.errors import Busy, Conflict
from duijie.domain.text import T
from duijie.storage.turns import Turns

WRITES = "duijie_writes"
PATIENCE = 5  # seconds that a writer waits for another before it gives up; somebody sits in front of the screen
_BUSY = f"busy_timeout={PATIENCE * 1000}"
_LEFT = "duijie_patience_left"  # of PATIENCE, after waiting for the other threads of this process
_NO_ADDRESS = "DUIJIE_DATABASE_URL: write postgresql://name:password@host/database, or leave it empty for SQLite"
_LOCKED = ("database is locked", "deadlock detected", "lock timeout", "could not serialize")
_MEANWHILE = T("在您填写期间，他人已更新了这条记录。您的内容已保留在页面上，请对照最新情况后再提交。",
               en="Somebody else changed this record while you were writing. What you typed is still on the page: "
               "compare it with the latest and send it again.")


class Database:
    """One engine and the two ways to open a session on it."""

    def __init__(self, url: str, durable: bool = True) -> None:
        self._durable = durable
        try:
            self.url = make_url(url)
        except ArgumentError:
            raise ValueError(_NO_ADDRESS) from None  # without repeating it: there may be a password in it
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError(_NO_ADDRESS)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._engine()
        self._turns = Turns() if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; whatever it changed is thrown away."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed when the block ends, and thrown away when it raises.

        Raises Conflict when somebody else changed a record first, Busy when another writer did not let go.
        """
        turn = self._turns.turn(PATIENCE) if self._turns else nullcontext(PATIENCE)
        try:
            with turn as left, Session(self._writing(left), expire_on_commit=False) as session, session.begin():
                yield session
        except StaleDataError as error:
            raise Conflict(_MEANWHILE) from error
        except OperationalError as error:
            if any(word in str(error.orig) for word in _LOCKED):
                raise Busy from error
            raise

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _writing(self, left: float) -> Engine:
        return self.engine.execution_options(**{WRITES: True, _LEFT: left})

    def _engine(self) -> Engine:
        options: dict[str, Any] = {"json_serializer": _json, "pool_pre_ping": not self.is_sqlite}
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"check_same_thread": False, "timeout": PATIENCE}
        else:
            options |= {"pool_size": 10, "max_overflow": 20}
        engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(engine, "connect", self._prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _prepare_sqlite(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and breaks savepoints
        synchronous = "FULL" if self._durable else "OFF"
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", _BUSY):
            connection.execute(f"PRAGMA {pragma}")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(WRITES):
        connection.exec_driver_sql("BEGIN")
        return
    left = max(1, int(options.get(_LEFT, PATIENCE) * 1000))
    connection.exec_driver_sql(f"PRAGMA busy_timeout={left}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA {_BUSY}")
