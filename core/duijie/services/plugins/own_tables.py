"""Whether the tables that a plugin declares are its own. Apart from their migrations, which take Alembic."""

from sqlalchemy import MetaData

from duijie.hooks.capabilities import Tables
from duijie.hooks.faults import Failed


def prefix(plugin: str) -> str:
    """How the names of a plugin's tables begin."""
    return f"x_{plugin}_"


def described(tables: Tables, plugin: str) -> Tables:
    """``tables`` with their names. Raises Failed naming a table that is not the plugin's own."""
    if tables.metadata is None:
        return tables
    if not isinstance(tables.metadata, MetaData):
        raise Failed(f"metadata is a {type(tables.metadata).__name__}, not a sqlalchemy.MetaData")
    own = set(tables.metadata.tables)
    for table in tables.metadata.tables.values():
        if not table.name.startswith(prefix(plugin)):
            raise Failed(f"table {table.name!r} must be named {prefix(plugin)}…")
        for key in table.foreign_keys:
            if (target := key.target_fullname.rpartition(".")[0]) not in own:
                raise Failed(f"table {table.name!r} refers to {target!r}; a plugin's tables refer only to each other. "
                             "Keep the id as a plain number")
    return Tables(tables.metadata, tables.migrations, tuple(sorted(own)))
