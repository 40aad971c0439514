"""The roster: seeded from the plugins once, the administrator's from then on."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from duijie.domain.errors import Forbidden, Invalid, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import roster_updates, typed
from duijie.services.work import Work
from duijie.storage.models import Department, Grant, RosterEntry, RosterSeat, User

PARTS = {
    "representative": T("代表", en="Representative"),
    "alternate": T("候补", en="Alternate"),
    "head": T("负责人", en="Head"),
    "supervisor": T("分管领导", en="Supervising leader"),
}


def seed(work: Work) -> None:
    """Insert the declared departments of every group that the database sees for the first time.

    Of a group that has a roster nothing is touched; what its plugin declares otherwise is a difference for the
    administrator (`duijie.services.roster_updates`).
    """
    there = set(work.session.scalars(select(RosterEntry.group_key).distinct()))
    for parts in work.office.groups:
        if parts.group.key in there:
            roster_updates.note_equal(work, parts.group.key)
            continue
        for position, declared in enumerate(parts.departments):
            roster_updates.insert(work, parts.group.key, declared, position)
    work.session.flush()


def seat(work: Work, department_id: int, user_id: int, part: str, position: int = 0) -> None:
    """Seat a person in every group their department sits in. ``part``: representative, alternate, head."""
    entries = work.session.scalars(select(RosterEntry).where(RosterEntry.department_id == department_id))
    for entry in entries.all():
        work.session.add(RosterSeat(entry_id=entry.id, user_id=user_id, part=part, position=position))
    work.session.flush()


def entries_of(work: Work, group_key: str) -> list[RosterEntry]:
    """The active roster of a group, in its order."""
    wanted = select(RosterEntry).where(RosterEntry.group_key == group_key, RosterEntry.active)
    return list(work.session.scalars(wanted.order_by(RosterEntry.position, RosterEntry.id)))


def departments(work: Work) -> list[Department]:
    """Every department, in the order in which the plugins brought them."""
    return list(work.session.scalars(select(Department).order_by(Department.id)))


def whole_of(work: Work, group_key: str) -> list[RosterEntry]:
    """The roster of a group with the seats that are out of use, which come last."""
    wanted = select(RosterEntry).where(RosterEntry.group_key == group_key)
    ordered = wanted.order_by(RosterEntry.active.desc(), RosterEntry.position, RosterEntry.id)
    people = selectinload(RosterEntry.people)
    return list(work.session.scalars(ordered.options(people)))


def entry(work: Work, entry_id: int) -> RosterEntry:
    """One roster entry. Raises NotFound."""
    found = work.session.get(RosterEntry, entry_id)
    if found is None:
        raise NotFound
    return found


def colleagues(work: Work, record: RosterEntry) -> list[User]:
    """The accounts in use that may speak for the entry's department: who can be put into the roster."""
    wanted = select(User).where(User.id.in_(_speaking_for(record)), User.active).order_by(User.login)
    return list(work.session.scalars(wanted))


def change(
    work: Work,
    entry_id: int,
    *,
    responsibility: str,
    topics: Sequence[str],
    seats: int,
    observer: bool,
    active: bool,
) -> RosterEntry:
    """Change a department's seat in a group. Topics that the group does not have are left out.

    Raises Forbidden unless the actor administers every area, NotFound, Invalid.
    """
    _check_administrator(work)
    if not 1 <= seats <= 50:
        raise Invalid.field("seats", "代表人数为 1 到 50。", "Enter between 1 and 50 representatives.")
    record = entry(work, entry_id)
    parts = work.parts(record.group_key)
    known = [topic.key for topic in parts.group.topics] if parts else list(topics)
    record.responsibility = typed.optional(responsibility, "responsibility")
    record.topics = [key for key in known if key in topics]
    record.seats, record.observer, record.active = seats, observer, active
    work.record("roster.changed", "roster", record.id, what=record.department.name)
    return record


def put(work: Work, entry_id: int, user_id: int, part: str) -> None:
    """Put a person of the department into one entry; twice is once. ``part`` is a key of `PARTS`.

    Raises Forbidden unless the actor administers every area, NotFound, Invalid.
    """
    _check_administrator(work)
    record = entry(work, entry_id)
    if part not in PARTS:
        raise Invalid.field("part", "请选择代表、候补、负责人或分管领导。",
                            "Choose representative, alternate, head or supervising leader.")
    found = select(User.id).where(User.id == user_id, User.id.in_(_speaking_for(record)))
    if work.session.scalar(found) is None:
        raise Invalid.field("user_id", "请选择这个部门的人员；没有的话，请先在“账号”中授予部门代表角色。",
                            "Choose somebody of this department; if there is nobody, first give somebody "
                            "the role of representative.")
    if not any(s.user_id == user_id and s.part == part for s in record.people):
        record.people.append(RosterSeat(user_id=user_id, part=part, position=len(record.people)))
        work.record("roster.changed", "roster", record.id, what=record.department.name)


def take_out(work: Work, seat_id: int) -> int:
    """Take a person out of an entry; answers which. Raises Forbidden, NotFound."""
    _check_administrator(work)
    found = work.session.get(RosterSeat, seat_id)
    if found is None:
        raise NotFound
    work.record("roster.changed", "roster", found.entry_id, what=found.entry.department.name)
    work.session.delete(found)
    return found.entry_id


def _speaking_for(record: RosterEntry) -> Select[int]:
    of_department = Grant.department_id == record.department_id
    return select(Grant.user_id).where(Grant.role == Role.REPRESENTATIVE, of_department)


def _check_administrator(work: Work) -> None:
    if not work.actor.keeps_departments:
        raise Forbidden
