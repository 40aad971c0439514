"""A timetable as the page shows it: slots against desks, or requesters against slots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from duijie.services.meetings import slots
from duijie.services.work import Work

if TYPE_CHECKING:
    from duijie.storage.models import Appointment, Desk, Invitation, Meeting, Timetable


@dataclass(frozen=True)
class Chip:
    """One appointment in one cell. ``part`` counts its slots from 1; ``others`` are the desks it shares."""

    appointment: Appointment
    part: int
    others: tuple[Desk, ...]


@dataclass
class Row:
    """One line of a grid. ``slot`` of the first kind of grid, ``invitation`` of the second."""

    label: str
    cells: list[list[Chip]]
    slot: int = 0
    invitation: Invitation | None = None
    gaps: int = 0


@dataclass
class Grid:
    """Both views of a timetable, and what has no place in it. ``locked`` per desk: all of it, not all, nothing there."""

    hours: list[str]
    desks: list[Desk]
    by_desk: list[Row]
    by_party: list[Row]
    locked: list[bool | None] = field(default_factory=list)
    unplaced: list[Appointment] = field(default_factory=list)


def grid_of(work: Work, meeting: Meeting, timetable: Timetable) -> Grid:
    """Lay ``timetable`` out. Desks without any place and closed are left out."""
    placed = [a for a in timetable.appointments if a.slot is not None]
    used = {d.desk_id for a in placed for d in a.desks}
    desks = [desk for desk in meeting.desks if desk.capacity or desk.id in used]
    hours = [slots.span(work, meeting, slot) for slot in range(meeting.slots)]
    by_desk = [Row(hour, [[] for _ in desks], slot=n) for n, hour in enumerate(hours)]
    columns = {desk.id: n for n, desk in enumerate(desks)}
    parties: dict[int, Row] = {}
    for a in sorted(placed, key=lambda a: (a.invitation.name, a.invitation_id, a.slot or 0)):
        row = parties.setdefault(a.invitation_id, Row(a.invitation.name, [[] for _ in hours], invitation=a.invitation))
        mine = sorted((d.desk for d in a.desks), key=lambda d: d.position)
        for part, slot in enumerate(_slots_of(a, meeting.slots), start=1):
            row.cells[slot].append(Chip(a, part, tuple(mine)))
            for desk in mine:
                others = tuple(d for d in mine if d is not desk)
                by_desk[slot].cells[columns[desk.id]].append(Chip(a, part, others))
    for row in parties.values():
        row.gaps = _gaps(row)
    left = [a for a in timetable.appointments if a.slot is None]
    return Grid(hours, desks, by_desk, list(parties.values()), [_locked(by_desk, n) for n in range(len(desks))], left)


def _locked(rows: list[Row], column: int) -> bool | None:
    locks = [chip.appointment.locked for row in rows for chip in row.cells[column]]
    return all(locks) if locks else None


def _slots_of(appointment: Appointment, count: int) -> range:
    first = appointment.slot or 0
    return range(first, min(first + appointment.length, count))


def _gaps(row: Row) -> int:
    used = [n for n, cell in enumerate(row.cells) if cell]
    return used[-1] - used[0] + 1 - len(used) if used else 0
