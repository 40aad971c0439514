"""A timetable as the page shows it: slots against desks, or requesters against slots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from duijie.services.meetings import slots
from duijie.services.work import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duijie.storage.models import Appointment, Desk, Invitation, Meeting, Timetable


@dataclass(frozen=True)
class Chip:
    """One appointment in one cell. ``part`` counts its slots from 1; ``others`` are the desks it shares.

    ``labels`` are the numbers of all its desks. A ``ghost`` marks where it stood in an earlier timetable.
    """

    appointment: Appointment
    part: int
    others: tuple[Desk, ...]
    labels: str
    ghost: bool = False


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
    """Both views of a timetable, and what has no place in it. ``used``: per desk, whether anything stands there."""

    hours: list[str]
    desks: list[Desk]
    by_desk: list[Row]
    by_party: list[Row]
    used: list[bool] = field(default_factory=list)
    unplaced: list[Appointment] = field(default_factory=list)


def grid_of(work: Work, meeting: Meeting, timetable: Timetable, moved: Sequence[Appointment] = ()) -> Grid:
    """Lay ``timetable`` out. Desks without any place and closed are left out.

    ``moved`` are appointments of an earlier timetable that stand elsewhere now: ghosts mark where they were.
    """
    placed = [a for a in timetable.appointments if a.slot is not None]
    ghosts = [a for a in moved if a.slot is not None and a.slot + a.length <= meeting.slots]
    used = {d.desk_id for a in (*placed, *ghosts) for d in a.desks}
    desks = [desk for desk in meeting.desks if desk.capacity or desk.id in used]
    hours = [slots.span(work, meeting, slot) for slot in range(meeting.slots)]
    by_desk = [Row(hour, [[] for _ in desks], slot=n) for n, hour in enumerate(hours)]
    columns = {desk.id: n for n, desk in enumerate(desks)}
    parties: dict[int, Row] = {}
    shown = [(a, False) for a in placed] + [(a, True) for a in ghosts]
    for a, ghost in sorted(shown, key=lambda s: (s[0].invitation.name, s[0].invitation_id, s[0].slot or 0, s[1])):
        row = parties.setdefault(a.invitation_id, Row(a.invitation.name, [[] for _ in hours], invitation=a.invitation))
        mine = sorted((d.desk for d in a.desks), key=lambda d: d.position)
        labels = "＋".join(desk.label for desk in mine)
        for part, slot in enumerate(_slots_of(a, meeting.slots), start=1):
            row.cells[slot].append(Chip(a, part, tuple(mine), labels, ghost))
            for desk in mine:
                others = tuple(d for d in mine if d is not desk)
                by_desk[slot].cells[columns[desk.id]].append(Chip(a, part, others, labels, ghost))
    for row in parties.values():
        row.gaps = _gaps(row)
    left = [a for a in timetable.appointments if a.slot is None]
    busy = [any(row.cells[n] for row in by_desk) for n in range(len(desks))]
    return Grid(hours, desks, by_desk, list(parties.values()), busy, left)


def _slots_of(appointment: Appointment, count: int) -> range:
    first = appointment.slot or 0
    return range(first, min(first + appointment.length, count))


def _gaps(row: Row) -> int:
    used = [n for n, cell in enumerate(row.cells) if any(not chip.ghost for chip in cell)]
    return used[-1] - used[0] + 1 - len(used) if used else 0
