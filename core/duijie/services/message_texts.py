"""The administrator's own words for messages: read, change, look at with a real example, give up again."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select

from duijie.domain.errors import Forbidden, NotFound
from duijie.domain.message_texts import AS_IT_IS, KINDS, check
from duijie.domain.text import T
from duijie.services.reminders.doubts import in_own_areas
from duijie.services.reminders.worded import put, values_of
from duijie.services.work import Work
from duijie.storage.models import MessageText, Reminder

_SUBJECT: Final = T("关于 QF-2026-0001 的消息", en="A message about QF-2026-0001")
_BODY: Final = T("《路灯不亮》：请于 12月8日 前办理答复。", en="“A street lamp is dark”: please answer by 8 December.")
_INVENTED: Final = {
    "name": T("李明", en="Li Ming"), "number": T.same("QF-2026-0001"), "title": T("路灯不亮", en="A street lamp is dark"),
    "area": T("滨港街道", en="Bingang Street"), "group": T("顾问团", en="Advisory group"),
    "department": T("供电公司", en="Power company"), "due": T("12月8日", en="8 December"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message, its texts now, and whether they are the administrator's."""

    key: str
    name: T
    subject: T
    body: T
    changed: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """How a message would read. ``real``: made of one that was really planned, about ``number``."""

    subject: T
    body: T
    number: str
    real: bool


def all_of(work: Work) -> list[Kind]:
    """Every kind of message."""
    own = {row.key: row for row in work.session.scalars(select(MessageText))}
    return [_kind(key, own.get(key)) for key in KINDS]


def one(work: Work, key: str) -> Kind:
    """One kind. Raises NotFound."""
    if key not in KINDS:
        raise NotFound
    return _kind(key, work.session.get(MessageText, key))


def change(work: Work, key: str, subject: T, body: T) -> None:
    """Take the administrator's words from now on. Raises Forbidden, NotFound, Invalid."""
    kind = one(work, key)
    _may(work)
    check(subject, body)
    if (subject, body) == AS_IT_IS:
        restore(work, key)
        return
    work.seen.pop("texts", None)
    work.session.merge(MessageText(key=key, subject=subject, body=body, by=work.actor.name, at=work.now))
    work.record("texts.changed", "texts", None, name=kind.name)


def restore(work: Work, key: str) -> None:
    """Back to duijie's own words. Raises Forbidden, NotFound."""
    kind = one(work, key)
    _may(work)
    work.seen.pop("texts", None)
    if row := work.session.get(MessageText, key):
        work.session.delete(row)
        work.record("texts.changed", "texts", None, name=kind.name)


def preview(work: Work, key: str, subject: T, body: T) -> Shown:
    """How the latest message of this kind that the actor may see would read, else an invented one. Raises Invalid."""
    check(subject, body)
    stem = key.partition(".")[2] if key.startswith("rule.") else ""
    of_kind = Reminder.kind.startswith("rule:") & (Reminder.notice == stem) if stem else \
        or_(Reminder.kind == key, Reminder.kind.startswith(f"{key}:"))
    latest = select(Reminder).where(of_kind, in_own_areas(work), Reminder.outlet_id.is_(None)).order_by(Reminder.id.desc())
    example = work.session.scalars(latest.limit(1)).first()
    if example is None:
        return Shown(put(subject, _INVENTED, _SUBJECT, _BODY), put(body, _INVENTED, _SUBJECT, _BODY), "", False)
    was = example.original
    own = (T.from_json(was["subject"]), T.from_json(was["body"])) if was else (example.subject, example.body)
    values = values_of(work, example.about_type, example.about_id, example.to_name)
    return Shown(put(subject, values, *own), put(body, values, *own), values.get("number", T.same("")).zh, True)


def _kind(key: str, row: MessageText | None) -> Kind:
    return Kind(key, KINDS[key], *((row.subject, row.body) if row else AS_IT_IS), changed=row is not None)


def _may(work: Work) -> None:
    if not work.actor.keeps_departments:
        raise Forbidden
