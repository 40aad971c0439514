"""Writes all that is a plugin's into one file: a zip of JSON lines that anybody can read.

``plugin.json`` says what is in it; ``tables/<table>.jsonl`` holds the plugin's own tables, one row a line, and
``duijie/<table>.jsonl`` what duijie kept about it. Secrets are left out.
"""

import base64
import contextlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Select, inspect, text
from sqlalchemy import Table as SqlTable

from duijie import __version__
from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.services.plugins import tables
from duijie.services.work import Work
from duijie.storage.models import PluginSetting

FORMAT: Final = 1
_AT_A_TIME: Final = 500


def export(work: Work, name: str, file: Path, kept: Mapping[Any, Select[Any]]) -> None:
    """Write the plugin's tables and what is ``kept`` about it (model → its rows) into ``file``, and onto the disk.

    Raises Refused when what can be read back is not all that was there, OSError when the disk does not take it.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as stream:
            counts = _write(work, name, stream, kept)
            stream.flush()
            os.fsync(stream.fileno())
        _read_again(part, counts)
        part.replace(file)
        _sync_folder(file.absolute().parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write(work: Work, name: str, stream: Any, kept: Mapping[Any, Select[Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables.names(work.session.connection(), name):
            counts[f"tables/{table}.jsonl"] = _lines(archive, f"tables/{table}.jsonl", _rows(work, table))
        for model, rows in kept.items():
            inside = f"duijie/{model.__tablename__}.jsonl"
            counts[inside] = _lines(archive, inside, _own(work, model.__table__, rows))
        archive.writestr("plugin.json", _json(_about(work, name, counts), indent=2))
    return counts


def _about(work: Work, name: str, counts: Mapping[str, int]) -> dict[str, Any]:
    look = inspect(work.session.connection())
    own = tables.names(work.session.connection(), name)
    return {
        "format": FORMAT, "plugin": name, "duijie": __version__, "exported_at": work.now, "rows": counts,
        "columns": {table: {c["name"]: str(c["type"]) for c in look.get_columns(table)} for table in own},
    }  # fmt: skip


def _rows(work: Work, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a plugin's table as the database holds them, a few hundred at a time."""
    connection = work.session.connection()
    quoted = connection.dialect.identifier_preparer.quote(table)
    wanted = text(f"SELECT * FROM {quoted}").execution_options(yield_per=_AT_A_TIME)  # noqa: S608  # quoted
    for row in connection.execute(wanted):
        yield dict(row._mapping)


def _own(work: Work, table: SqlTable, rows: Select[Any]) -> Iterator[dict[str, Any]]:
    for row in work.session.scalars(rows):
        values = {column.name: getattr(row, column.key) for column in table.columns}
        yield values | {"value": None} if isinstance(row, PluginSetting) and row.secret else values


def _lines(archive: zipfile.ZipFile, inside: str, rows: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    with archive.open(inside, "w", force_zip64=True) as member:
        for row in rows:
            member.write(_json(row).encode() + b"\n")
            count += 1
    return count


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain, indent=indent)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    return str(value)


def _read_again(part: Path, counts: Mapping[str, int]) -> None:
    """What cannot be read back has not been kept."""
    try:
        with zipfile.ZipFile(part) as archive:
            found = {inside: archive.read(inside).count(b"\n") for inside in counts}
            json.loads(archive.read("plugin.json"))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Refused(_BROKEN.fill(what=error)) from error
    if found != dict(counts):
        raise Refused(_BROKEN.fill(what=f"{found} ≠ {dict(counts)}"))


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system lets a folder be synced
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


_BROKEN = T("导出文件读回时与数据库不一致，没有删除任何数据：{what}",
            en="The exported file does not hold what the database has; nothing was deleted: {what}")
