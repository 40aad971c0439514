"""Brings a database to this release's tables (Alembic), and says where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from duijie.storage.database import WRITES, Database

VERSION_TABLE = "duijie_version"
_MIGRATION_LOCK = 0x6475696A  # any number, the same for every process of duijie


def upgrade(database: Database, target: str = "head") -> None:
    """Run what is missing up to ``target``; two processes that start at once take turns."""
    with database.engine.execution_options(**{WRITES: True}).begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        command.upgrade(_config(connection), target)


def downgrade(database: Database, target: str) -> None:
    """Go back to ``target`` (``base`` for an empty database)."""
    with database.engine.execution_options(**{WRITES: True}).begin() as connection:
        command.downgrade(_config(connection), target)


def current(database: Database) -> str | None:
    """The revision the database is at; None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def newest() -> str | None:
    """The revision this release wants."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def is_current(database: Database) -> bool:
    """Whether nothing is missing."""
    return current(database) == newest()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
