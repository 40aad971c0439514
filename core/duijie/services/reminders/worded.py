"""Messages in the administrator's words, where there are any; else as whoever plans them wrote them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from duijie.domain.message_texts import filled, key_of
from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Case, Meeting, MessageText

if TYPE_CHECKING:
    from duijie.services.reminders.planning import NewReminder

Texts = Mapping[str, tuple[T, T]]


def worded(work: Work, new: "NewReminder") -> "NewReminder":
    """``new`` in the administrator's words."""
    overlay = _overlays(work).get(key_of(new.kind, new.of_kind))
    if overlay is None:
        return new
    values = values_of(work, new.about_type, new.about_id, new.to.name)
    return replace(
        new, subject=put(overlay[0], values, new.subject, new.body), body=put(overlay[1], values, new.subject, new.body),
        original={"subject": new.subject.as_json(), "body": new.body.as_json()},
    )  # fmt: skip


def put(text: T, values: Mapping[str, T], subject: T, body: T) -> T:
    """``text`` with its places filled, each in its language."""
    known = dict(values) | {"subject": subject, "body": body}
    return T(filled(text.zh, {k: v.zh for k, v in known.items()}), en=filled(text.en, {k: v.en for k, v in known.items()}))


def values_of(work: Work, about_type: str, about_id: int, name: str) -> dict[str, T]:
    """What the places of a message about a record stand for; those that do not fit it are missing."""
    # rules plan reminders, so they import this package first
    from duijie.services.rules.texts import day_text

    values = {"name": T.same(name)}
    record = work.session.get(Case if about_type == "case" else Meeting, about_id) if about_type in ("case", "meeting") else None
    if not isinstance(record, Case | Meeting):
        return values
    parts = work.parts(record.group_key)
    values |= {"number": T.same(record.number), "title": T.same(record.title), "area": record.area.name,
               "group": parts.group.name if parts else T.same(record.group_key)}  # fmt: skip
    if isinstance(record, Meeting):
        return values | {"due": day_text(work.local(record.starts_at).date(), work.today)}
    values |= {"due": day_text(record.due_on, work.today)} if record.due_on else {}
    return values | ({"department": record.lead.department.name} if record.lead else {})


def _overlays(work: Work) -> Texts:
    """The administrator's texts by key; looked up once in a piece of work."""
    if "texts" not in work.seen:
        rows = work.session.scalars(select(MessageText))
        work.seen["texts"] = {row.key: (row.subject, row.body) for row in rows}
    found: Texts = work.seen["texts"]
    return found
