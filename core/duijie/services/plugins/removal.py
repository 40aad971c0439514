"""Takes a plugin's own data out of the installation: into a file first, then out of the database.

What core keeps is never touched: the cases, meetings and rosters of a group stay and can be read.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Delete, Select, delete, func, select, text
from sqlalchemy.orm import Session

from duijie.domain.errors import NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.hooks.manager import BUILT_IN
from duijie.services.plugins import departure, state, tables
from duijie.services.work import Office, Work
from duijie.storage.models import (
    Observation,
    PluginArea,
    PluginFault,
    PluginJob,
    PluginPermission,
    PluginSetting,
    PluginState,
    PluginTime,
)
from duijie.storage.upsert import ensure

OWN: Final[tuple[Any, ...]] = (
    PluginSetting, PluginPermission, PluginArea, PluginJob, Observation, PluginFault, PluginTime, PluginState,
)  # fmt: skip
"""What core keeps about a plugin, by model; goes with it."""


@dataclass(frozen=True, slots=True)
class Remains:
    """What of a plugin is in the database: rows of each of its own tables, and of what core keeps about it."""

    tables: dict[str, int]
    kept: dict[str, int]

    def __bool__(self) -> bool:
        return bool(self.tables) or any(self.kept.values())


def remains(session: Session, name: str) -> Remains:
    """Count what there is of the plugin."""
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    counts = {
        table: int(connection.execute(text(f"SELECT count(*) FROM {quote(table)}")).scalar_one())  # noqa: S608  # quoted
        for table in tables.names(connection, name)
    }
    kept = {model.__tablename__: session.scalar(select(func.count()).select_from(rows_of(model, name).subquery())) or 0
            for model in OWN}
    return Remains(counts, kept)


def switch_off(work: Work, name: str) -> Remains:
    """Switch the plugin off for good, and keep all its data. Raises Forbidden, NotFound when there is no trace of it."""
    _check_not_built_in(name)
    found = remains(work.session, name)
    if not found and name not in work.office.plugins.names() and not _claimed(work.office, name):
        raise NotFound(T(f"没有名为“{name}”的插件，数据库中也没有它的数据。",
                         en=f"There is no plugin {name!r}, and nothing of it in the database."))
    ensure(work.session, PluginState, plugin=name)
    state.switch(work, name, active=False)
    return found


def purge(office: Office, name: str, file: Path) -> Remains:
    """Write all that is the plugin's into ``file``, then delete it, in one transaction; answers what that was.

    Nothing is deleted before the file is complete and on the disk. Raises Refused when ``file`` is there already,
    NotFound when nothing is left of the plugin.
    """
    _check_not_built_in(name)
    if file.exists():
        raise Refused(T(f"文件 {file} 已经存在，请换一个文件名。", en=f"The file {file} exists; choose another one."))
    with office.write(SYSTEM) as work:
        found = remains(work.session, name)
        if not found:
            raise NotFound(T(f"数据库中没有插件“{name}”的数据。", en=f"There is nothing of the plugin {name!r} in the database."))
        _hold(work, list(found.tables))
        departure.export(work, name, file, {model: rows_of(model, name) for model in OWN})
        _delete(work, name)
    return found


def rows_of(model: Any, name: str) -> Select[Any]:
    """What core keeps about the plugin in the table of ``model``."""
    if model is PluginJob:
        return select(model).where(PluginJob.key.startswith(f"{name}:", autoescape=True))
    return select(model).where(model.plugin == name)


def _check_not_built_in(name: str) -> None:
    if name.startswith(BUILT_IN):
        raise Refused(T(f"“{name}”是对接自带的，不能移除；不需要时可以停用：duijie plugins disable {name}",
                        en=f"{name} comes with duijie and cannot be removed. Switch it off: duijie plugins disable {name}"))


def _claimed(office: Office, name: str) -> bool:
    """Whether the plugin is installed and was left out."""
    return any(fault.plugin == name for fault in office.plugins.faults)


def _hold(work: Work, names: list[str]) -> None:
    """Let nobody write into the tables any more; on SQLite the transaction itself sees to that."""
    if names and not work.office.database.is_sqlite:
        connection = work.session.connection()
        quote = connection.dialect.identifier_preparer.quote
        connection.execute(text(f"LOCK TABLE {', '.join(map(quote, names))} IN ACCESS EXCLUSIVE MODE"))


def _delete(work: Work, name: str) -> None:
    here = name in work.office.plugins.names() or _claimed(work.office, name)
    gone = tables.drop(work.session.connection(), name)
    work.record("plugin.removed", "plugin", None, plugin=name, what="、".join(gone) or "—")
    work.session.flush()
    for model in OWN:
        work.session.execute(_deletion(model, name))
    work.session.expire_all()
    if here:  # still installed: without this it would come up again, and find no tables
        work.session.add(PluginState(plugin=name, active=False))
        work.session.flush()
    work.office.switches.read(work.session)


def _deletion(model: Any, name: str) -> Delete:
    if model is PluginJob:
        return delete(model).where(PluginJob.key.startswith(f"{name}:", autoescape=True))
    return delete(model).where(model.plugin == name)
