"""A plugin's own tables in the database, and their history of migrations, one per plugin.

The history stands in ``x_<plugin>_version`` beside the tables, so it survives the plugin's removal: whoever
installs it again goes on where it stopped.
"""

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, text

from duijie import storage
from duijie.hooks.capabilities import Tables
from duijie.hooks.faults import Failed
from duijie.services.plugins.own_tables import prefix
from duijie.storage.database import WRITES, Database

ENVIRONMENT: Final = Path(storage.__file__).parent / "plugin_migrations"
_LOCK: Final = 0x6475696B


def upgrade(database: Database, plugin: str, module: str, tables: Tables) -> str | None:
    """Bring a plugin's tables to what it brings along; answers the revision. All of it or nothing."""
    folder = migrations_folder(module, tables)
    with database.engine.execution_options(**{WRITES: True}).begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        before = set(inspect(connection).get_table_names())
        command.upgrade(_config(connection, plugin, folder), "head")
        inspect(connection).clear_cache()
        for name in set(inspect(connection).get_table_names()) ^ before:
            if not name.startswith(prefix(plugin)):
                raise Failed(f"its migrations touch the table {name!r}, which is not the plugin's own")
        return _revision(connection, plugin)


def current(database: Database, plugin: str) -> str | None:
    """The revision of a plugin's tables; None where it has none, or was never here."""
    with database.engine.connect() as connection:
        return _revision(connection, plugin)


def newest(module: str, tables: Tables) -> str | None:
    """The revision that the plugin brings along."""
    script = ScriptDirectory(str(ENVIRONMENT), version_locations=[str(migrations_folder(module, tables))])
    return script.get_current_head()


def differences(database: Database, plugin: str, module: str, tables: Tables) -> list[str]:
    """What the migrations make otherwise than ``metadata`` says, on a database that is thrown away afterwards."""
    upgrade(database, plugin, module, tables)
    history = f"{prefix(plugin)}version"
    options: dict[str, Any] = {
        "version_table": history,
        "include_name": lambda name, kind, _: kind != "table" or (name.startswith(prefix(plugin)) and name != history),
    }
    with database.engine.connect() as connection:
        return [_worded(one) for one in compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata)]


def names(connection: Connection, plugin: str) -> list[str]:
    """The tables of a plugin that are in the database, whether it is installed or not.

    ``x_care_home_visits`` looks like a table of ``care`` too: where a plugin ``care_home`` has its history of
    migrations here, it is that one's.
    """
    look, start = inspect(connection), prefix(plugin)
    found = sorted(name for name in look.get_table_names() if name.startswith(start))
    histories = [name for name in found if name.endswith("_version") and name != f"{start}version"]
    others = tuple(name.removesuffix("version") for name in histories
                   if [column["name"] for column in look.get_columns(name)] == ["version_num"])
    return [name for name in found if not (others and name.startswith(others))]


def drop(connection: Connection, plugin: str) -> list[str]:
    """Drop a plugin's tables and the history of its migrations; answers which."""
    metadata = MetaData()
    gone = names(connection, plugin)
    metadata.reflect(connection, only=gone)
    metadata.drop_all(connection)
    return gone


def migrations_folder(module: str, tables: Tables) -> Path:
    """The folder of the plugin's migrations, in its package. Raises Failed where there is none."""
    package = import_module(module.rpartition(".")[0] or module)
    folder = Path(str(package.__file__)).parent / tables.migrations
    if not folder.is_dir():
        raise Failed(f"there is no folder {tables.migrations!r} in the package {package.__name__}")
    return folder


def _revision(connection: Connection, plugin: str) -> str | None:
    options: dict[str, Any] = {"version_table": f"{prefix(plugin)}version"}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _worded(difference: Any) -> str:
    """One difference as Alembic gives it: a tuple, or a list of tuples for one column."""
    what, *about = difference[0] if isinstance(difference, list) else difference
    if what in ("add_table", "remove_table"):
        where = f"table {about[0].name!r}"
    elif what in ("add_column", "remove_column"):
        where = f"column {about[1]}.{about[2].name}"
    elif what.startswith("modify_"):
        where = f"column {about[1]}.{about[2]}"
    else:
        where = f"{type(about[0]).__name__.lower()} {about[0].name!r}"
    said = {"add": "the models have it and the migrations do not make it",
            "remove": "the migrations make it and the models do not have it"}
    return f"{where}: {said.get(what.partition('_')[0], what.replace('_', ' ') + ' differs between migrations and models')}"


def _config(connection: Connection, plugin: str, folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ENVIRONMENT).replace("%", "%%"))
    config.set_main_option("version_locations", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = f"{prefix(plugin)}version"
    return config
