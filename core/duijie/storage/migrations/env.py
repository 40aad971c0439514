"""Alembic's entry: runs on the connection that duijie.storage.schema hands over."""

from alembic import context

import duijie.storage.models  # noqa: F401  # fills the metadata
from duijie.storage.base import Base
from duijie.storage.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
    transaction_per_migration=False,
    include_name=lambda name, kind, _parents: kind != "table" or not (name or "").startswith("x_"),
)
context.run_migrations()
