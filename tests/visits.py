"""A stranger's plugin with a table of its own, laid out as pip would install it: importable and registered."""

from importlib import invalidate_caches
from pathlib import Path

PLUGIN = '''"""Visits."""

from duijie.api import Context, EventFacts, Field, FieldType, Finding, Option, Permission, Plugin, Role, T, Tables, hookimpl
from visits.models import Base, Visit


@hookimpl
def duijie_plugin() -> Plugin:
    options = (
        Option(Field("word", FieldType.TEXT, T("问候语", en="Greeting")), default="hi"),
        Option(Field("key", FieldType.TEXT, T("密钥", en="Key")), secret=True),
    )
    rights = (Permission("see", T("查看", en="See visits"), (Role.COORDINATOR,)),)
    return Plugin(1, T("走访", en="Visits"), options=options, permissions=rights)


@hookimpl
def duijie_tables() -> list[Tables]:
    return [Tables(Base.metadata)]


@hookimpl
def duijie_on_event(event: EventFacts, context: Context) -> None:
    with context.store.write() as session:
        session.merge(Visit(id=event.id, note=event.kind))


@hookimpl
def duijie_health(context: Context) -> list[Finding]:
    return [Finding("warn", T("还没有人走访。", en="Nobody visits yet."))]
'''

MODELS = '''"""Tables."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Visit(Base):
    __tablename__ = "x_visits_visit"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime | None]
    picture: Mapped[bytes | None]
'''

MIGRATION = '''"""The first table."""

import sqlalchemy as sa
from alembic import op

revision = "v1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "x_visits_visit", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("note", sa.String(200), nullable=False), sa.Column("at", sa.DateTime()),
        sa.Column("picture", sa.LargeBinary()),
    )


def downgrade() -> None:
    op.drop_table("x_visits_visit")
'''

FAILING = '''"""A second step that fails half-way."""

import sqlalchemy as sa
from alembic import op

revision = "v2"
down_revision = "v1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("x_visits_half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO nowhere VALUES (1)")


def downgrade() -> None:
    op.drop_table("x_visits_half")
'''


def lay_out(site: Path, *, failing: bool = False) -> Path:
    """Put the package into ``site``, without registering it; answers the package's folder."""
    package = site / "visits"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text('"""Visits."""\n')
    (package / "py.typed").touch()
    (package / "plugin.py").write_text(PLUGIN)
    (package / "models.py").write_text(MODELS)
    (package / "migrations" / "0001_first.py").write_text(MIGRATION)
    if failing:
        (package / "migrations" / "0002_fails.py").write_text(FAILING)
    return package


def register(site: Path, name: str = "visits", value: str = "visits.plugin", version: str = "1.2") -> None:
    """Register a plugin of the distribution ``duijie-<name>``, as pip would."""
    info = site / f"duijie_{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: duijie-{name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[duijie]\n{name} = {value}\n")
    invalidate_caches()


def unregister(site: Path, name: str = "visits", version: str = "1.2") -> None:
    """What ``pip uninstall`` leaves: nothing of it."""
    info = site / f"duijie_{name}-{version}.dist-info"
    for file in info.iterdir():
        file.unlink()
    info.rmdir()
    invalidate_caches()
