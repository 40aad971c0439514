"""Two timetables of a meeting side by side: what moved, in plain words, and who must be told of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from duijie.domain.text import T, joined
from duijie.services.meetings import naming, people, slots, telling
from duijie.services.meetings.own import Own, marks, of_invitation
from duijie.services.reminders import Recipient
from duijie.services.work import Work
from duijie.storage.models import Appointment, Desk, Invitation, Meeting, Timetable

KINDS = ("dropped", "moved", "placed", "gone", "new")


@dataclass(frozen=True, slots=True)
class Change:
    """One talk that is not where it was. ``appointment`` is the later one, or the earlier one if it is gone.

    ``kind``: moved; dropped (has no place any more); placed (has one now); new (was not asked for before); gone (is
    not asked for any more).
    """

    kind: str
    appointment: Appointment
    before: int | None
    after: int | None
    text: T


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody whose times changed: the people behind the invitation, and the lines they knew and will read."""

    invitation: Invitation
    people: tuple[Recipient, ...]
    before: tuple[Own, ...]
    after: tuple[Own, ...]

    @property
    def changed(self) -> bool:
        """Whether the times themselves differ; otherwise the last message has not gone out yet, and goes again."""
        return marks(self.before) != marks(self.after)

    @property
    def by_phone(self) -> bool:
        """Whether no message reaches them: somebody has to telephone."""
        return self.invitation.department_id is None and not self.invitation.email


@dataclass(frozen=True, slots=True)
class Tally:
    """A timetable in four numbers: talks placed and not, idle slots, requesters who have to wait in between."""

    placed: int
    left: int
    gaps: int
    waiting: int


def changes(work: Work, meeting: Meeting, before: Timetable, after: Timetable) -> list[Change]:
    """What differs between two timetables, worst first, then by time."""
    old, new = ({a.key: a for a in t.appointments} for t in (before, after))
    found = [_change(work, meeting, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]
    return sorted((c for c in found if c), key=lambda c: (KINDS.index(c.kind), c.after or c.before or 0, c.appointment.key))


def told(work: Work, meeting: Meeting, before: Timetable | None, after: Timetable) -> list[Told]:
    """Who hears of it when ``after`` is published in the place of ``before``: requesters first."""
    found = [
        Told(invitation, tuple(people.of_invitation(work, meeting, invitation)),
             tuple(of_invitation(work, meeting, before, invitation)), tuple(mine))
        for invitation, mine in telling.to_tell(work, meeting, after, before)
    ]  # fmt: skip
    return sorted(found, key=lambda t: (t.invitation.department_id is not None, t.invitation.id))


def tally(timetable: Timetable) -> Tally:
    """The numbers of one timetable."""
    placed = [a for a in timetable.appointments if a.slot is not None]
    busy: dict[int, set[int]] = {}
    for a in placed:
        busy.setdefault(a.invitation_id, set()).update(range(a.slot or 0, (a.slot or 0) + a.length))
    idle = [max(own) + 1 - min(own) - len(own) for own in busy.values()]
    return Tally(len(placed), len(timetable.appointments) - len(placed), sum(idle), sum(gap > 0 for gap in idle))


def who(appointment: Appointment) -> T:
    """Whose talk it is, and with whom: 滨港机械厂（供电公司）."""
    return named(naming.party(appointment.case), [link.desk for link in appointment.desks])


def named(name: T, desks: Iterable[Desk]) -> T:
    """A requester with the desks of a talk, by their place in the room."""
    at = joined([desk.department.name for desk in sorted(desks, key=lambda desk: desk.position)])
    return T("{name}（{desks}）", en="{name} ({desks})").fill(name=name, desks=at)


def moved(work: Work, meeting: Meeting, whose: T, length: int, before: int | None, after: int | None) -> T:
    """One talk's move as a sentence; None: no place."""
    first, then = ("" if slot is None else slots.span(work, meeting, slot, length) for slot in (before, after))
    kind = "new" if before is None and after is not None else "dropped" if after is None else "moved"
    return (_TEXTS[kind] if before is not None or after is not None else _NOT_PLACED).fill(
        who=whose, first=first, then=then)


def _change(work: Work, meeting: Meeting, old: Appointment | None, new: Appointment | None) -> Change | None:
    shown = new or old
    before, after = old.slot if old else None, new.slot if new else None
    if shown is None or (before is None and after is None):
        return None
    same_length = old is None or new is None or old.length == new.length
    if old is not None and new is not None and before == after and same_length:
        return None
    kind = _kind(old, new)
    first = slots.span(work, meeting, before, old.length) if old and before is not None else ""
    then = slots.span(work, meeting, after, new.length) if new and after is not None else ""
    return Change(kind, shown, before, after, _TEXTS[kind].fill(who=who(shown), first=first, then=then))


def _kind(old: Appointment | None, new: Appointment | None) -> str:
    if new is None:
        return "gone"
    if old is None:
        return "new" if new.slot is not None else "gone"
    if new.slot is None:
        return "dropped"
    return "moved" if old.slot is not None else "placed"


_NOT_PLACED = T("{who}：排不上，转到下次", en="{who}: has no place and is carried over")
_TEXTS = {
    "moved": T("{who}：{first} 改到 {then}", en="{who}: from {first} to {then}"),
    "dropped": T("{who}：原为 {first}，现在排不上", en="{who}: was {first}, has no place now"),
    "placed": T("{who}：原先没排上，现在 {then}", en="{who}: had no place, now {then}"),
    "new": T("{who}：新增，{then}", en="{who}: new, {then}"),
    "gone": T("{who}：原为 {first}，已不需要", en="{who}: was {first}, is no longer wanted"),
}
