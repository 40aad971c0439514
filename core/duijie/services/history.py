"""Reading the append-only history."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select

from duijie.domain.errors import Forbidden
from duijie.domain.events import KINDS, sentence
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.cells import harmless
from duijie.services.work import Work
from duijie.storage.models import Case, Event, Meeting, User

PAGE = 50
ABOUT = {
    "case": T("诉求", en="Case"),
    "meeting": T("对接会", en="Meeting"),
    "user": T("账号", en="Account"),
    "area": T("片区", en="Area"),
    "roster": T("顾问团成员", en="Roster"),
    "plugin": T("插件", en="Plugin"),
    "calendar": T("工作日历", en="Calendar"),
    "clock": T("演示时钟", en="Demo clock"),
    "ledger": T("台账", en="Ledger"),
    "event": T("流水", en="History"),
}
_COLUMNS = (
    T("编号", en="No."), T("时间", en="Time"), T("人员", en="Who"), T("身份", en="As"),
    T("地址", en="Address"), T("事项代码", en="Kind"), T("对象", en="About"), T("内容", en="What"),
)  # fmt: skip
_NAMED = {
    "case": (Case.id, Case.number),
    "meeting": (Meeting.id, Meeting.number),
    "user": (User.id, User.login),
}
ACTORS = {
    "user": T("工作人员", en="Staff"),
    "requester": T("诉求人", en="Requester"),
    "system": T("系统自动", en="By itself"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history, ready to be read. ``about`` names the record: 诉求 QF-2026-0001."""

    event: Event
    says: T
    about: T


@dataclass(frozen=True, slots=True)
class Filter:
    """What part of the history is wanted; empty fields ask for everything.

    ``kind`` is one kind of entry, or all about one sort of record: ``case.``.
    """

    kind: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None


def page(work: Work, wanted: Filter, number: int) -> tuple[list[Entry], int]:
    """Page ``number`` (from 1), newest first, and how many pages there are. Forbidden but for auditors."""
    _check_auditor(work)
    total = work.session.scalar(select(func.count()).select_from(_query(work, wanted).subquery())) or 0
    some = _query(work, wanted).order_by(Event.id.desc()).limit(PAGE).offset((number - 1) * PAGE)
    return _entries(work, work.session.scalars(some).all()), max(1, -(-total // PAGE))


def as_csv(work: Work, wanted: Filter, language: str) -> bytes:
    """All of it as CSV in UTF-8 with a byte order mark; no cell can be taken for a formula.

    Raises Forbidden but for auditors.
    """
    _check_auditor(work)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.to(language) for column in _COLUMNS])
    rows = 0
    found = _query(work, wanted).order_by(Event.id).execution_options(yield_per=500)
    for some in work.session.scalars(found).partitions():
        for entry in _entries(work, some):
            writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in _cells(work, entry, language)])
            rows += 1
    work.record("events.exported", "event", None, rows=rows)
    return out.getvalue().encode("utf-8-sig")


def of_record(work: Work, about_type: str, about_id: int) -> list[Entry]:
    """The history of one record, oldest first."""
    found = select(Event).where(Event.about_type == about_type, Event.about_id == about_id).order_by(Event.id)
    return _entries(work, work.session.scalars(found).all())


def kinds() -> dict[str, list[str]]:
    """Every kind of entry for the filter, by the sort of record that it is about."""
    found: dict[str, list[str]] = {}
    for kind in KINDS:
        found.setdefault(kind.split(".")[0], []).append(kind)
    return found


def _cells(work: Work, entry: Entry, language: str) -> list[object]:
    e = entry.event
    at = work.local(e.at).isoformat(sep=" ", timespec="seconds")
    kind = ACTORS.get(e.actor_kind, T.same(e.actor_kind)).to(language)
    return [e.id, at, e.actor, kind, e.address, e.kind, entry.about.to(language), entry.says.to(language)]


def _entries(work: Work, events: Sequence[Event]) -> list[Entry]:
    names = _names(work, events)
    return [Entry(event, sentence(event.kind, event.data), _about(event, names)) for event in events]


def _about(event: Event, names: Mapping[tuple[str, int], str]) -> T:
    what = ABOUT.get(event.about_type, T.same(event.about_type))
    if event.about_id is None:
        return what
    name = names.get((event.about_type, event.about_id), f"#{event.about_id}")
    return T(f"{what.zh} {name}", en=f"{what.en} {name}")


def _names(work: Work, events: Sequence[Event]) -> dict[tuple[str, int], str]:
    """What the records of these entries are called, in one question per sort of record."""
    found: dict[tuple[str, int], str] = {}
    for about, (key, name) in _NAMED.items():
        ids = {e.about_id for e in events if e.about_type == about and e.about_id is not None}
        if ids:
            rows = work.session.execute(select(key, name).where(key.in_(ids)))
            found |= {(about, row[0]): row[1] for row in rows}
    return found


def _check_auditor(work: Work) -> None:
    if work.actor.kind != "system" and not work.actor.has(Role.AUDITOR):
        raise Forbidden


def _query(work: Work, wanted: Filter) -> Select[Event]:
    query = select(Event)
    if wanted.kind.endswith("."):
        query = query.where(Event.kind.startswith(wanted.kind, autoescape=True))
    elif wanted.kind:
        query = query.where(Event.kind == wanted.kind)
    if wanted.actor:
        query = query.where(Event.actor.icontains(wanted.actor, autoescape=True))
    if wanted.since:
        query = query.where(Event.at >= work.at(wanted.since))
    if wanted.until:
        query = query.where(Event.at < work.at(wanted.until + timedelta(days=1)))
    return query
