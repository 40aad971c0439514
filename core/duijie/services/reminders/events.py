"""What happened, for other systems: an entry of the history becomes a message to each webhook that wants it.

It is planned in the transaction of the entry itself, so neither is there without the other.
"""

from typing import Any

from sqlalchemy import exists, select

from duijie.domain.events import sentence
from duijie.domain.text import T
from duijie.services.reminders.posting import open_ones
from duijie.services.reminders.records import where
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Event, Invitation, Meeting, Outlet, Reminder
from duijie.storage.upsert import insert_new

_WHY = T("因为：该渠道订阅了这类事件", en="Because this channel is told of such events")
_NOTHING = T("", en="")


def announce(work: Work, event: Event) -> int:
    """Plan ``event`` for the webhooks that are told of it; answers how many. Cases and meetings only."""
    about_type, about_id = ("case", event.case_id) if event.case_id is not None else (event.about_type, event.about_id)
    wanting = [one for one in open_ones(work) if _is_told(work, one, event.kind)]
    if not wanting or about_id is None or about_type not in ("case", "meeting"):
        return 0
    record = work.session.get(Case if about_type == "case" else Meeting, about_id)
    if not isinstance(record, Case | Meeting):
        return 0
    concerned = [one for one in wanting if _concerns(work, one, record)]
    if concerned:
        work.session.flush()  # the event's number makes the key
    return sum(_plan(work, one, event, record) for one in concerned)


def contents(work: Work, event: Event, record: Case | Meeting) -> dict[str, Any]:
    """``{event, occurred_at, object, actor}``. No personal data: who wants more follows the address and signs in."""
    kind = "case" if isinstance(record, Case) else "meeting"
    path = f"/{kind}s/{record.id}"
    return {
        "event": event.kind,
        "occurred_at": event.at.isoformat(),
        "object": {
            "type": kind, "id": record.id, "number": record.number, "state": record.state.value,
            "group": record.group_key, "area": record.area.key, "url": f"{work.office.public_url}{path}",
        },
        "actor": {"kind": event.actor_kind, "id": event.actor_id},
    }  # fmt: skip


def _is_told(work: Work, outlet: Outlet, kind: str) -> bool:
    channel = work.office.notifiers.get(outlet.channel)
    return channel is not None and channel.of_events and kind.partition(".")[0] in outlet.kinds


def _concerns(work: Work, outlet: Outlet, record: Case | Meeting) -> bool:
    """Whether the record lies in the outlet's area, or is its department's."""
    about = "case" if isinstance(record, Case) else "meeting"
    if outlet.area_id is not None:
        return outlet.area_id in where(work, about, record.id).areas
    if outlet.department_id is None:
        return True
    if isinstance(record, Case):
        of_it = exists().where(Assignment.case_id == record.id, Assignment.active,
                               Assignment.department_id == outlet.department_id)  # fmt: skip
    else:
        of_it = exists().where(Invitation.meeting_id == record.id, Invitation.department_id == outlet.department_id)
    return bool(work.session.scalar(select(of_it)))


def _subject(event: Event, record: Case | Meeting) -> T:
    """QF-2026-0001 提出异议: what an administrator reads in the log; without the names and reasons of the entry."""
    told = sentence(event.kind, {})
    return T(f"{record.number} {told.zh.partition('：')[0]}", en=f"{record.number} {told.en.partition(':')[0]}")


def _plan(work: Work, outlet: Outlet, event: Event, record: Case | Meeting) -> bool:
    said = contents(work, event, record)
    values = {
        "key": f"event:{event.id}:o{outlet.id}", "about_type": said["object"]["type"], "about_id": record.id,
        "revision": str(event.id), "kind": f"event:{event.kind}", "channel": outlet.channel, "outlet_id": outlet.id,
        "to_name": outlet.name, "subject": _subject(event, record), "body": _NOTHING, "why": _WHY,
        "event": said, "due_at": work.now, "next_at": work.now, "created_at": work.now,
    }  # fmt: skip
    return insert_new(work.session, Reminder, values) is not None
