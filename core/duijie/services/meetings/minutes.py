"""The minutes of a meeting (纪要): drafted from what was recorded, completed by a person, then filed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from duijie.domain.errors import Refused
from duijie.domain.states import MeetingState, OutcomeKind, check_meeting_move
from duijie.domain.text import T, joined
from duijie.services import documents, people
from duijie.services.documents import MadeFile
from duijie.services.meetings import desk, naming
from duijie.services.meetings.access import managed, touch
from duijie.services.rules.texts import day_text
from duijie.services.typed import optional
from duijie.services.work import Work
from duijie.storage.models import Appointment, Assignment, Case, Commitment, Invitation, Meeting, Outcome

ADDED: Final = ("recorder", "others", "remarks")
_SHOWN: Final = (MeetingState.CONCLUDED, MeetingState.FILED)


@dataclass(frozen=True, slots=True)
class Minutes:
    """A meeting with its minutes; ``record`` is what `duijie.services.documents` calls ``minutes``."""

    meeting: Meeting
    record: dict[str, Any]


def read(work: Work, meeting_id: int) -> Minutes:
    """The minutes as drafted from the records; once filed, as they were filed. Raises Refused before."""
    meeting = managed(work, meeting_id)
    if meeting.state not in _SHOWN:
        raise Refused(
            T("对接会结束后才有纪要。请先结束对接会。",
              en="There are minutes once the meeting is concluded. Conclude it first.")
        )
    filed = (meeting.minutes or {}).get("record")
    return Minutes(meeting, _unpacked(filed) if filed else drafted(work, meeting))


def change(work: Work, meeting_id: int, version: int | None, typed: dict[str, str]) -> Meeting:
    """Keep what a person adds: ``chair``, ``recorder``, ``others`` (who else came), ``remarks``."""
    meeting = _draft(work, meeting_id, version)
    meeting.chair = optional(typed.get("chair", ""), "chair", 100)
    meeting.minutes = {key: optional(typed.get(key, ""), key, 4000) for key in ADDED}
    touch(meeting)
    work.record("meeting.minutes_changed", "meeting", meeting.id)
    work.session.flush()
    return meeting


def file(work: Work, meeting_id: int, version: int | None = None) -> Meeting:
    """File the minutes: they stay as they are now, and every department is told of its commitments."""
    meeting = _draft(work, meeting_id, version)
    check_meeting_move(meeting.state, MeetingState.FILED)
    record = drafted(work, meeting)
    meeting.state = MeetingState.FILED
    meeting.minutes = {key: record[key] for key in ADDED} | {"record": _packed(record)}
    work.record("meeting.filed", "meeting", meeting.id)
    work.session.flush()
    _tell_departments(work, meeting)
    return meeting


def word(work: Work, meeting_id: int, language: str) -> MadeFile:
    """The minutes as a Word file."""
    found = read(work, meeting_id)
    return documents.make(work, "minutes", found.record, language, found.meeting.number, found.meeting.group_key)


def drafted(work: Work, meeting: Meeting) -> dict[str, Any]:
    """The minutes as they follow from what stands recorded."""
    room = desk.room(work, meeting)
    added = {key: str((meeting.minutes or {}).get(key, "")) for key in ADDED}
    parts = work.parts(meeting.group_key)
    promises = _promises(work, meeting)
    return added | {
        "number": meeting.number, "title": meeting.title, "place": meeting.place, "chair": meeting.chair,
        "group": parts.group.name if parts else T.same(meeting.group_key), "area": meeting.area.name,
        "starts_at": work.local(meeting.starts_at),
        "ends_at": work.local(meeting.concluded_at) if meeting.concluded_at else None,
        "attended": [_seat(s) for s in room.stands if _came(s)],
        "absent": [s.desk.department.name for s in room.stands if not _came(s)],
        "items": _items(room.appointments),
        "resolved": [_resolved(n, p) for n, p in enumerate(promises, 1)],
        "figures": _figures(room, promises),
    }  # fmt: skip


def average_wait(room: desk.Room) -> int | None:
    """Average minutes a requester waited before a talk; None when nobody talked.

    Counted from the end of their talk before, for the first from the planned time, or from their arrival if
    that was later; a talk without a slot counts from the arrival.
    """
    waits: list[float] = []
    ended: dict[int, datetime] = {}
    talks = [a for a in room.appointments if a.started_at]
    for talk in sorted(talks, key=lambda a: a.started_at or room.now):
        came, planned = talk.invitation.signed_in_at, room.starts(talk)
        since = ended.get(talk.invitation_id) or max([m for m in (came, planned) if m], default=None)
        if since and talk.started_at:
            waits.append(max(0.0, (talk.started_at - since).total_seconds() / 60))
        if talk.ended_at:
            ended[talk.invitation_id] = talk.ended_at
    return round(sum(waits) / len(waits)) if waits else None


def _draft(work: Work, meeting_id: int, version: int | None) -> Meeting:
    meeting = managed(work, meeting_id, version)
    if meeting.state is not MeetingState.CONCLUDED:
        raise Refused(
            T("对接会目前是“{state}”，纪要不能修改。",
              en="The meeting is “{state}”; its minutes cannot be changed.")
            .fill(state=meeting.state.label)
        )
    return meeting


def _promises(work: Work, meeting: Meeting) -> Sequence[Commitment]:
    made = select(Commitment).where(Commitment.meeting_id == meeting.id, Commitment.state != "withdrawn")
    loaded = made.options(selectinload(Commitment.case))
    return work.session.scalars(loaded.order_by(Commitment.due_on, Commitment.id)).all()


def _came(stand: desk.Stand) -> bool:
    heard = [o for a in stand.done for o in a.outcomes if o.kind is not OutcomeKind.NOT_HEARD]
    return stand.present or any(o.department_id == stand.desk.department_id for o in heard)


def _seat(stand: desk.Stand) -> dict[str, Any]:
    return {"name": stand.desk.department.name, "people": _person(stand.invitation)}


def _person(invitation: Invitation | None) -> T:
    if invitation is None:
        return T("", en="")
    if invitation.substitute:
        return T("{name}（替会）", en="{name} (substitute)").fill(name=invitation.substitute)
    return invitation.user.name if invitation.user else T("", en="")


def _items(appointments: Iterable[Appointment]) -> list[dict[str, Any]]:
    """One entry per case in the order it was heard, with what each department said."""
    found: dict[int, dict[str, Any]] = {}
    for one in sorted(appointments, key=lambda a: (a.ended_at or a.started_at or a.case.received_at, a.id)):
        entry = found.setdefault(
            one.case_id,
            {
                "requester": naming.party(one.case), "number": one.case.number, "title": one.case.title,
                "said": [],
            },
        )
        entry["said"] += [_said(o) for o in one.outcomes]
    entries = [entry | {"heard": not all(s["not_heard"] for s in entry["said"])} for entry in found.values()]
    heard_first = sorted(entries, key=lambda e: not e["heard"])
    return [{"n": n} | entry for n, entry in enumerate(heard_first, 1)]


def _said(outcome: Outcome) -> dict[str, Any]:
    promise: Commitment | None = outcome.commitment
    return {
        "department": outcome.department.name,
        "kind": outcome.kind.label,
        "not_heard": outcome.kind is OutcomeKind.NOT_HEARD,
        "result": outcome.reply.kind.label if outcome.reply else T("", en=""),
        "text": outcome.text,
        "due": promise.due_on if promise else None,
        "to": outcome.transferred_to.name if outcome.transferred_to else T("", en=""),
    }


def _resolved(n: int, promise: Commitment) -> dict[str, Any]:
    return {
        "n": n, "text": promise.text, "requester": naming.party(promise.case), "number": promise.case.number,
        "department": promise.department.name, "officer": promise.officer, "due": promise.due_on,
        "working_days": promise.working_days,
    }  # fmt: skip


def _figures(room: desk.Room, promises: Sequence[Commitment]) -> dict[str, Any]:
    outcomes = room.outcomes
    heard = [a for a in room.appointments if (o := desk.counting(a)) and o.kind is not OutcomeKind.NOT_HEARD]
    came, invited = room.arrived
    return {
        "invited": invited, "came": came, "appointments": len(room.appointments), "heard": len(heard),
        "requesters": len({a.invitation_id for a in heard}), "answered": outcomes[OutcomeKind.ANSWERED],
        "commitments": len(promises), "transferred": outcomes[OutcomeKind.TRANSFERRED],
        "not_heard": outcomes[OutcomeKind.NOT_HEARD], "wait": average_wait(room),
    }  # fmt: skip


def _tell_departments(work: Work, meeting: Meeting) -> None:
    for promise in _promises(work, meeting):
        if promise.state != "open":
            continue
        case, due = promise.case, day_text(promise.due_on, work.today)
        with_co = joined([a.department.name for a in _co(work, case)])
        people.tell_department(
            work, case, promise.department_id, f"meeting.commitment:{promise.id}",
            T("请于 {due} 前兑现承诺：{n}", en="Promise due {due}: {n}").fill(due=due, n=case.number),
            T("《{m}》纪要已归档。\n议定事项：{x}\n诉求：{t}（{r}）\n责任人：{o}\n协办：{c}\n完成时限：{due}",
              en="The minutes of “{m}” are filed.\nAgreed: {x}\nCase: {t} ({r})\nOfficer: {o}\n"
              "Co-handling: {c}\nDue: {due}")
            .fill(m=meeting.title, x=promise.text, t=case.title, r=naming.party(case), due=due,
                  o=promise.officer or T("未填", en="not named"),
                  c=with_co if with_co.zh else T("无", en="none")),
        )  # fmt: skip


def _co(work: Work, case: Case) -> list[Assignment]:
    work.session.refresh(case, ["assignments"])
    return case.co


def _packed(value: Any) -> Any:
    """The record for a JSON column: texts, days and moments keep their kind."""
    if isinstance(value, T):
        return {"T": value.as_json()}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, dict):
        return {key: _packed(one) for key, one in value.items()}
    return [_packed(one) for one in value] if isinstance(value, list) else value


def _unpacked(value: Any) -> Any:
    """What `_packed` packed."""
    if isinstance(value, list):
        return [_unpacked(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"T"}:
        return T.from_json(value["T"])
    if set(value) == {"moment"}:
        return datetime.fromisoformat(value["moment"])
    if set(value) == {"day"}:
        return date.fromisoformat(value["day"])
    return {key: _unpacked(one) for key, one in value.items()}
