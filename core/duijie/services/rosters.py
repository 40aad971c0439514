"""The roster: seeded from the plugins once, the administrator's from then on."""

from sqlalchemy import select

from duijie.services.work import Work
from duijie.storage.models import Department, RosterEntry, RosterSeat


def seed(work: Work) -> None:
    """Insert every department and roster entry that the database does not have yet; what is there stays as it is."""
    known = {d.key: d for d in work.session.scalars(select(Department))}
    seated = set(work.session.execute(select(RosterEntry.group_key, RosterEntry.department_id)).tuples())
    for parts in work.office.groups:
        for position, declared in enumerate(parts.departments):
            department = known.get(declared.key)
            if department is None:
                department = Department(key=declared.key, name=declared.name, kind=declared.kind)
                work.session.add(department)
                work.session.flush()
                known[declared.key] = department
            if (parts.group.key, department.id) not in seated:
                work.session.add(
                    RosterEntry(
                        group_key=parts.group.key,
                        department_id=department.id,
                        responsibility=declared.responsibility,
                        topics=list(declared.topics),
                        seats=declared.seats,
                        observer=declared.observer,
                        position=position,
                    )
                )
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
