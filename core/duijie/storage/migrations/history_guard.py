"""The triggers that keep the history append-only, in each database's own language."""

from sqlalchemy import Connection, text

_SQLITE = (
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION event_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$ "
    "LANGUAGE plpgsql",
    "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION event_append_only()",
    "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event EXECUTE FUNCTION event_append_only()",
)


def install(connection: Connection) -> None:
    """Make the database refuse to change or delete an event."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Take the guard away; only a downgrade to nothing does."""
    statements: tuple[str, ...]
    if connection.dialect.name == "sqlite":
        statements = ("DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete")
    else:
        statements = (
            "DROP TRIGGER event_no_change ON event",
            "DROP TRIGGER event_no_truncate ON event",
            "DROP FUNCTION event_append_only()",
        )
    for statement in statements:
        connection.execute(text(statement))
