"""The daily list: one message in the place of many; each of those is marked as contained in it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, select, update

from duijie.domain.notices import Notice
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services.work import Office, Work
from duijie.storage.models import Reminder
from duijie.storage.upsert import insert_new

MOST_LISTED: Final = 50
_SUBJECT: Final = T("今日汇总：{n} 条提醒", en="Today's digest: {n} notices")
_WHY: Final = T("因为：提醒方式中设置了每日汇总；到时没有提醒就不发",
                en="Because a daily digest is set under “My notices”; none comes when there is nothing to say")
Place = tuple[int | None, int | None, str]
"""(user, outlet, channel): where one list goes."""


def gather_due(office: Office, limit: int = 50) -> int:
    """Write the lists whose hour has come, each in its own transaction; answers how many places were looked after."""
    with office.read(SYSTEM) as work:
        due = select(Reminder.user_id, Reminder.outlet_id, Reminder.channel).where(_ready(work)).distinct().limit(limit)
        places = [(row[0], row[1], row[2]) for row in work.session.execute(due)]
    for place in places:
        with office.write(SYSTEM) as work:
            _gather(work, place)
    return len(places)


def _ready(work: Work) -> ColumnElement[bool]:
    return (Reminder.state == "gathered") & (Reminder.next_at <= work.now)


def _gather(work: Work, place: Place) -> None:
    user_id, outlet_id, channel = place
    whose = (Reminder.user_id.is_not_distinct_from(user_id), Reminder.outlet_id.is_not_distinct_from(outlet_id))
    rows = select(Reminder).where(_ready(work), *whose, Reminder.channel == channel).order_by(Reminder.due_at, Reminder.id)
    found = work.session.scalars(rows.with_for_update()).all()
    fresh = [row for row in found if row.useful_until is None or row.useful_until > work.now]
    for row in found:
        if row not in fresh:
            row.state, row.last_error = "expired", "not sent in time to be of use"
    if len(fresh) == 1:  # a list of one is that one
        fresh[0].state = "planned"
    elif fresh and (digest := _write(work, fresh, f"u{user_id}" if outlet_id is None else f"o{outlet_id}")):
        mine = update(Reminder).where(Reminder.id.in_([row.id for row in fresh]))
        work.session.execute(mine.values(state="contained", digest_id=digest, sent_at=work.now))


def _write(work: Work, rows: Sequence[Reminder], to: str) -> int | None:
    first, day = rows[0], work.local(work.now)
    values = {
        "key": f"digest:{to}:{day:%Y%m%d%H%M%S}:{first.channel}", "about_type": "digest",
        "about_id": first.user_id or first.outlet_id, "revision": f"{day:%Y-%m-%d}", "kind": "digest.daily",
        "notice": Notice.DIGEST.value, "channel": first.channel, "user_id": first.user_id, "outlet_id": first.outlet_id,
        "to_name": first.to_name, "to_address": first.to_address, "language": first.language,
        "subject": _SUBJECT.fill(n=len(rows)), "body": _listed(work.office, rows), "why": _WHY,
        "link": "/account/messages" if first.user_id else "",
        "due_at": work.now, "next_at": work.now, "created_at": work.now,
    }  # fmt: skip
    return insert_new(work.session, Reminder, values)


def _listed(office: Office, rows: Sequence[Reminder]) -> T:
    """A line for each, with its address."""
    lines = [T(_line(office, n, row, "zh"), en=_line(office, n, row, "en")) for n, row in enumerate(rows[:MOST_LISTED], 1)]
    if more := len(rows) - len(lines):
        lines.append(T(f"另有 {more} 条，请登录查看。", en=f"And {more} more: sign in to see them."))
    return T("\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))


def _line(office: Office, number: int, row: Reminder, language: str) -> str:
    return f"{number}. {row.subject.to(language)}" + (f"\n   {office.public_url}{row.link}" if row.link else "")
