"""Migrations and models tell the same story, on both databases; history cannot be rewritten."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete, inspect, update
from sqlalchemy.exc import DatabaseError

from duijie.domain.roles import SYSTEM
from duijie.services.work import Office
from duijie.storage import models, schema
from duijie.storage.base import Base
from duijie.storage.database import Database

pytestmark = pytest.mark.both_databases


def test_the_migrations_make_what_the_models_say(office: Office) -> None:
    with office.database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "version_table": schema.VERSION_TABLE}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_up(empty_url: str) -> None:
    database = Database(empty_url)
    schema.upgrade(database)
    assert schema.is_current(database)
    schema.downgrade(database, "base")
    assert inspect(database.engine).get_table_names() == [schema.VERSION_TABLE]
    assert not schema.is_current(database)
    schema.upgrade(database)
    assert schema.is_current(database)
    database.close()


@pytest.mark.parametrize("change", [update(models.Event).values(actor="nobody"), delete(models.Event)])
def test_the_history_cannot_be_changed_or_deleted(office: Office, change: object) -> None:
    with office.write(SYSTEM) as work:
        work.record("user.added", "user", 1, login="a")
    with pytest.raises(DatabaseError, match="append-only"), office.write(SYSTEM) as work:
        work.session.execute(change)  # type: ignore[call-overload]
    with office.read(SYSTEM) as work:
        assert [e.actor for e in work.session.query(models.Event)] == ["duijie"]


def test_a_moment_without_a_zone_is_refused(lite: Office) -> None:
    naive = datetime(2026, 11, 23, 9, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(Exception, match="time zone"), lite.write(SYSTEM) as work:
        work.session.add(models.PluginFault(at=naive, last_at=naive, plugin="p", hook="h", error="e"))
