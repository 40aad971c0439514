"""The desks of a meeting: which departments sit in the room, with how many representatives."""

from collections.abc import Mapping

from sqlalchemy import select

from duijie.domain.errors import Invalid, NotFound
from duijie.domain.states import MeetingState
from duijie.domain.text import T, joined
from duijie.services.meetings import invitations
from duijie.services.meetings.access import editable, touch
from duijie.services.work import Work
from duijie.storage.models import (
    AppointmentDesk,
    Department,
    Desk,
    Meeting,
    RosterEntry,
)

MOST_SEATS = 20


def arrange(work: Work, meeting: Meeting, seats: Mapping[int, int]) -> list[Department]:
    """Give each department of ``seats`` (id → representatives) a desk, close or remove the others.

    Answers the departments whose desk changed. Raises Invalid for more than 20 or fewer than 1 at a desk.
    """
    if any(not 1 <= number <= MOST_SEATS for number in seats.values()):
        raise Invalid.field("desks", f"每个席位的代表人数应为 1 至 {MOST_SEATS}。",
                            f"A desk is staffed by 1 to {MOST_SEATS} representatives.")
    have = {desk.department_id: desk for desk in meeting.desks}
    changed = [_seat(work, meeting, have.get(department), department, number) for department, number in seats.items()]
    changed += [_unseat(work, meeting, desk) for department, desk in have.items() if department not in seats]
    work.session.flush()
    work.session.expire(meeting, ["desks"])
    _number(work, meeting)
    invitations.sync(work, meeting)
    return [department for department in changed if department]


def rearrange(work: Work, meeting_id: int, version: int | None, seats: Mapping[int, int]) -> Meeting:
    """Change the desks of a meeting. Raises Invalid, Conflict, Refused."""
    meeting = editable(work, meeting_id, version)
    if changed := arrange(work, meeting, seats):
        touch(meeting)
        what = T("席位：{names}", en="desks: {names}").fill(names=joined([d.name for d in changed]))
        work.record("meeting.changed", "meeting", meeting.id, what=what)
        work.session.flush()
    return meeting


def add(work: Work, meeting_id: int, version: int | None, department_id: int) -> Meeting:
    """Add one department's desk, with the seats of the group's roster. Raises NotFound, Conflict, Refused."""
    meeting = editable(work, meeting_id, version)
    if work.session.get(Department, department_id) is None:
        raise NotFound
    seats = {desk.department_id: desk.capacity for desk in meeting.desks if desk.capacity}
    return rearrange(work, meeting_id, None, seats | {department_id: usual_seats(work, meeting, department_id)})


def usual_seats(work: Work, meeting: Meeting, department_id: int) -> int:
    """How many representatives the department sends to meetings of this group, by its roster."""
    wanted = select(RosterEntry.seats).where(
        RosterEntry.group_key == meeting.group_key, RosterEntry.department_id == department_id
    )
    return max(1, work.session.scalar(wanted) or 1)


def _seat(work: Work, meeting: Meeting, desk: Desk | None, department_id: int, number: int) -> Department | None:
    if desk is None:
        department = work.session.get_one(Department, department_id)
        work.session.add(Desk(meeting_id=meeting.id, department=department, label="", capacity=number,
                              position=len(meeting.desks) + 100))
        return department
    if desk.capacity == number:
        return None
    desk.capacity = number
    return desk.department


def _unseat(work: Work, meeting: Meeting, desk: Desk) -> Department | None:
    """Remove a desk that no timetable and no sent invitation knows; close any other."""
    used = work.session.scalar(select(AppointmentDesk.desk_id).where(AppointmentDesk.desk_id == desk.id).limit(1))
    if used is None and meeting.state is MeetingState.DRAFT:
        work.session.delete(desk)
        invitations.forget_department(work, meeting, desk.department_id)
        return desk.department
    was = desk.capacity
    desk.capacity = 0
    return desk.department if was else None


def _number(work: Work, meeting: Meeting) -> None:
    """Number the desks by the group's roster; those from outside it come last."""
    wanted = select(RosterEntry.department_id, RosterEntry.position).where(RosterEntry.group_key == meeting.group_key)
    places = dict(iter(work.session.execute(wanted)))
    ordered = sorted(meeting.desks, key=lambda d: (places.get(d.department_id, 999), d.id))
    for position, desk in enumerate(ordered):
        desk.position, desk.label = position, str(position + 1)
    work.session.flush()
    work.session.expire(meeting, ["desks"])
