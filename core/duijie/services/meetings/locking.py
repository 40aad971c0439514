"""Parts of a timetable that stay when the rest is solved again: a desk, a requester, a period.

A lock of a part covers the talks that stand in it whenever the timetable is solved, those placed after it was
set too. Single talks carry their lock themselves (`Appointment.locked`).
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select

from duijie.domain.errors import Invalid, NotFound
from duijie.domain.text import T
from duijie.services.meetings import naming, slots
from duijie.services.meetings.access import editable, touch
from duijie.services.work import Work
from duijie.storage.models import Appointment, Meeting, PlanLock, Timetable

_PERIOD: Final = T("请选择从哪个时段到哪个时段，结束不能早于开始。",
                   en="Choose from which slot to which; the end cannot be before the beginning.")


def of_meeting(work: Work, meeting: Meeting) -> Sequence[PlanLock]:
    """The locks of parts, oldest first."""
    return work.session.scalars(select(PlanLock).where(PlanLock.meeting_id == meeting.id).order_by(PlanLock.id)).all()


def covers(lock: PlanLock, appointment: Appointment) -> bool:
    """Whether a placed talk stands in the locked part."""
    if appointment.slot is None:
        return False
    if lock.desk_id is not None:
        return any(link.desk_id == lock.desk_id for link in appointment.desks)
    if lock.invitation_id is not None:
        return appointment.invitation_id == lock.invitation_id
    return (lock.first_slot or 0) <= appointment.slot <= (lock.last_slot or 0)


def kept(locks: Iterable[PlanLock], timetable: Timetable | None) -> dict[str, int]:
    """Appointment key → slot of every talk that stays where ``timetable`` has it."""
    parts = list(locks)
    return {
        a.key: a.slot for a in (timetable.appointments if timetable else ())
        if a.slot is not None and (a.locked or any(covers(lock, a) for lock in parts))
    }


def label(work: Work, meeting: Meeting, lock: PlanLock) -> T:
    """How the board names a locked part: 供电公司, 滨港机械厂, 14:00–14:36."""
    if lock.desk_id is not None:
        return next((d.department.name for d in meeting.desks if d.id == lock.desk_id), T.same("—"))
    if lock.invitation_id is not None:
        who = next((i for i in meeting.invitations if i.id == lock.invitation_id), None)
        return T.same(who.name) if who else T.same("—")
    first, last = lock.first_slot or 0, lock.last_slot or 0
    return T.same(slots.span(work, meeting, first, last - first + 1))


def add_desk(work: Work, meeting_id: int, version: int | None, desk_id: int) -> PlanLock:
    """Keep whatever stands at a desk. Locking twice locks once. Raises NotFound, Conflict, Refused."""
    meeting = editable(work, meeting_id, version)
    desk = next((d for d in meeting.desks if d.id == desk_id), None)
    if desk is None:
        raise NotFound
    what = T("锁定席位 {name}", en="locked the desk of {name}").fill(name=desk.department.name)
    return _add(work, meeting, what, desk_id=desk_id)


def add_requester(work: Work, meeting_id: int, version: int | None, invitation_id: int) -> PlanLock:
    """Keep all talks of one requester where they are. Raises NotFound, Conflict, Refused."""
    meeting = editable(work, meeting_id, version)
    who = next((i for i in meeting.invitations if i.id == invitation_id and i.department_id is None), None)
    if who is None:
        raise NotFound
    return _add(work, meeting, T("锁定 {name}", en="locked {name}").fill(name=naming.shown_name(who)),
                invitation_id=invitation_id)


def add_period(work: Work, meeting_id: int, version: int | None, first: int, last: int) -> PlanLock:
    """Keep the talks that begin from slot ``first`` to slot ``last``. Raises Invalid, Conflict, Refused."""
    meeting = editable(work, meeting_id, version)
    if not 0 <= first <= last < meeting.slots:
        raise Invalid.field("last", _PERIOD.zh, _PERIOD.en)
    hours = slots.span(work, meeting, first, last - first + 1)
    return _add(work, meeting, T("锁定 {hours}", en="locked {hours}").fill(hours=hours), first_slot=first, last_slot=last)


def remove(work: Work, meeting_id: int, version: int | None, lock_id: int) -> None:
    """Let a part go. Raises NotFound, Conflict, Refused."""
    meeting = editable(work, meeting_id, version)
    lock = work.session.get(PlanLock, lock_id)
    if lock is None or lock.meeting_id != meeting.id:
        raise NotFound
    what = T("解锁 {name}", en="unlocked {name}").fill(name=label(work, meeting, lock))
    work.session.delete(lock)
    _note(work, meeting, what)


def clear(work: Work, meeting: Meeting) -> None:
    """Let every part go."""
    for lock in of_meeting(work, meeting):
        work.session.delete(lock)
    work.session.flush()


def _add(work: Work, meeting: Meeting, what: T, **of: int) -> PlanLock:
    for lock in of_meeting(work, meeting):
        if all(getattr(lock, name) == value for name, value in of.items()):
            return lock
    lock = PlanLock(meeting_id=meeting.id, **of)
    work.session.add(lock)
    _note(work, meeting, what)
    return lock


def _note(work: Work, meeting: Meeting, what: T) -> None:
    touch(meeting)
    work.record("meeting.changed", "meeting", meeting.id, what=what)
    work.session.flush()
