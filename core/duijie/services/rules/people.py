"""Who is meant: the people behind a rule's `Who`, and what to say when nobody sits there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import select

from duijie.domain.roles import Role
from duijie.domain.rules import Anchor, Who
from duijie.domain.states import AssignmentRole
from duijie.domain.text import T
from duijie.services.reminders.planning import Recipient, of_requester, of_user
from duijie.services.rules.facts import Held
from duijie.services.work import Work
from duijie.storage.models import Area, Assignment, Case, Grant, RosterEntry, RosterSeat, User

V = TypeVar("V")
_KEPT: Final = "duijie_people"  # where a transaction's session keeps them
_LEADERS: Final[Mapping[Who, tuple[str, ...]]] = {Who.HEAD: ("head",), Who.SUPERVISOR: ("supervisor", "head")}
_MISSING: Final = {
    Who.HEAD: T("该部门未登记负责人", en="no head is on the roster"),
    Who.SUPERVISOR: T("该部门未登记分管领导", en="no supervising leader is on the roster"),
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person to tell, as what, and why it is them where somebody else was meant."""

    to: Recipient
    who: Who
    instead: T | None = None


def addressees(work: Work, case: Case, anchor: Held, who: Iterable[Who]) -> list[Addressee]:
    """Everybody whom ``who`` means for ``case``, each person once, in the order of ``who``."""
    found: dict[str, Addressee] = {}
    for one in who:
        for person in _behind(work, case, anchor, one):
            found.setdefault(person.to.key, person)
    return list(found.values())


def coordinators(work: Work, area_id: int) -> list[User]:
    """The active coordinators of an area and of the areas above it."""
    return once(work, ("coordinators", area_id), lambda: _coordinators(work, area_id))


def _coordinators(work: Work, area_id: int) -> list[User]:
    areas, current = [area_id], work.session.get(Area, area_id)
    while current and current.parent_id:
        areas.append(current.parent_id)
        current = work.session.get(Area, current.parent_id)
    holders = select(Grant.user_id).where(Grant.role == Role.COORDINATOR, Grant.area_id.in_(areas))
    people = select(User).where(User.id.in_(holders), User.active)
    return list(work.session.scalars(people.order_by(User.id)))


def _behind(work: Work, case: Case, anchor: Held, who: Who) -> list[Addressee]:
    if who is Who.REQUESTER:
        return [Addressee(of_requester(case), who)]
    if who is Who.COORDINATOR:
        return [Addressee(of_user(user), who) for user in coordinators(work, case.area_id)]
    if who is Who.CO and anchor.on is Anchor.CO_DUE and anchor.department_id is not None:
        return _of_department(work, case, anchor.department_id, who)
    if who is Who.CO:
        return [a for d in _co(work, case) for a in _of_department(work, case, d, who)]
    if anchor.department_id is None:
        return _instead(work, case, who, T("没有主办部门", en="no lead department"))
    return _of_department(work, case, anchor.department_id, who)


def remember(work: Work) -> None:
    """From now on in this transaction, look up each department's people once: many steps fire in it."""
    work.session.info[_KEPT] = {}


def once(work: Work, key: tuple[object, ...], look: Callable[[], V]) -> V:
    """What ``look`` answers; out of memory where `remember` was called in this transaction."""
    kept: dict[tuple[object, ...], V] | None = work.session.info.get(_KEPT)
    if kept is None:
        return look()
    if key not in kept:
        kept[key] = look()
    return kept[key]


def _of_department(work: Work, case: Case, department_id: int, who: Who) -> list[Addressee]:
    """The people of a department: its leader, its head, or its representatives; whoever stands in says for whom."""
    parts = _LEADERS.get(who, ())
    for part in parts:
        if seated := _seated(work, case.group_key, department_id, part):
            return [Addressee(of_user(user), who, None if part == parts[0] else _MISSING[who]) for user in seated]
    stands_in = _MISSING.get(who)
    if people := representatives(work, case.group_key, department_id):
        return [Addressee(of_user(user), who, stands_in) for user in people]
    return _instead(work, case, who, T("该部门未登记代表", en="no representative is on the roster"))


def representatives(work: Work, group_key: str, department_id: int) -> Sequence[User]:
    """Who speaks for a department in a group: representatives, else alternates, else who may act for it."""
    for part in ("representative", "alternate"):
        if seated := _seated(work, group_key, department_id, part):
            return seated
    return once(work, ("holders", department_id), lambda: _holders(work, department_id))


def _holders(work: Work, department_id: int) -> Sequence[User]:
    holders = select(Grant.user_id).where(
        Grant.role == Role.REPRESENTATIVE, Grant.department_id == department_id
    )
    people = select(User).where(User.id.in_(holders), User.active)
    return work.session.scalars(people.order_by(User.id)).all()


def _seated(work: Work, group_key: str, department_id: int, part: str) -> Sequence[User]:
    return once(work, (part, group_key, department_id), lambda: _seats(work, group_key, department_id, part))


def _seats(work: Work, group_key: str, department_id: int, part: str) -> Sequence[User]:
    seats = (
        select(User)
        .join(RosterSeat, RosterSeat.user_id == User.id)
        .join(RosterEntry, RosterEntry.id == RosterSeat.entry_id)
        .where(RosterEntry.group_key == group_key, RosterEntry.department_id == department_id)
        .where(RosterSeat.part == part, User.active)
    )
    return work.session.scalars(seats.order_by(RosterSeat.position, RosterSeat.id)).all()


def _instead(work: Work, case: Case, who: Who, reason: T) -> list[Addressee]:
    return [Addressee(of_user(user), who, reason) for user in coordinators(work, case.area_id)]


def _co(work: Work, case: Case) -> Sequence[int]:
    given = select(Assignment.department_id).where(
        Assignment.case_id == case.id, Assignment.active, Assignment.role == AssignmentRole.CO
    )
    return work.session.scalars(given.order_by(Assignment.id)).all()
