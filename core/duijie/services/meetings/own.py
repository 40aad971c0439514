"""One person's part of a timetable: the appointments of a desk or of a requester, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duijie.domain.text import T, joined
from duijie.services.meetings import naming, slots
from duijie.services.work import Work
from duijie.storage.models import Appointment, Invitation, Meeting, Timetable


@dataclass(frozen=True, slots=True)
class Own:
    """One appointment as its person reads it. ``mark`` is what must differ for the person to be told anew."""

    slot: int
    length: int
    line: T
    mark: tuple[int, int, str]


def of_invitation(work: Work, meeting: Meeting, timetable: Timetable | None, invitation: Invitation) -> list[Own]:
    """The placed appointments of an invitation, by time."""
    if timetable is None:
        return []
    found = [a for a in timetable.appointments if a.slot is not None and _concerns(a, invitation)]
    found.sort(key=lambda a: (a.slot or 0, a.id))
    return [_own(work, meeting, a, invitation) for a in found]


def unplaced(timetable: Timetable | None, invitation: Invitation) -> list[Appointment]:
    """A requester's appointments that have no place."""
    if timetable is None:
        return []
    return [a for a in timetable.appointments if a.slot is None and _concerns(a, invitation)]


def desks_of(appointment: Appointment) -> T:
    """The desks of an appointment: 区经信局（席位 3）、供电公司（席位 8）."""
    return joined([
        T("{name}（席位 {label}）", en="{name} (desk {label})").fill(name=d.desk.department.name, label=d.desk.label)
        for d in sorted(appointment.desks, key=lambda d: d.desk.position)
    ])


def lines(own: Sequence[Own]) -> T:
    """All of them, one a line."""
    return T("\n".join(o.line.zh for o in own), en="\n".join(o.line.en for o in own))


def marks(own: Sequence[Own]) -> tuple[tuple[int, int, str], ...]:
    """What to compare to know whether somebody's appointments changed."""
    return tuple(sorted(o.mark for o in own))


def by_invitation(
    work: Work, meeting: Meeting, timetable: Timetable | None
) -> Mapping[int, list[Own]]:
    """Everybody's appointments by invitation id."""
    return {i.id: of_invitation(work, meeting, timetable, i) for i in meeting.invitations}


def _concerns(appointment: Appointment, invitation: Invitation) -> bool:
    if invitation.department_id is None:
        return appointment.invitation_id == invitation.id
    return any(d.desk.department_id == invitation.department_id for d in appointment.desks)


def _own(work: Work, meeting: Meeting, appointment: Appointment, invitation: Invitation) -> Own:
    slot = appointment.slot or 0
    hours, case = slots.span(work, meeting, slot, appointment.length), appointment.case
    if invitation.department_id is None:
        whom = desks_of(appointment)
    elif len(appointment.desks) > 1:
        whom = T("{name}（与{desks}同桌）", en="{name} (one table: {desks})").fill(
            name=naming.party(case), desks=desks_of(appointment))
    else:
        whom = naming.party(case)
    line = T("{hours} {whom}：{title}", en="{hours} {whom}: {title}").fill(hours=hours, whom=whom, title=case.title)
    return Own(slot, appointment.length, line, (slot, appointment.length, appointment.key))
