"""Who is told about a meeting: the people behind an invitation, and the coordinators of its area."""

from collections.abc import Iterable

from sqlalchemy import select

from duijie.domain.roles import Role
from duijie.services.reminders import Recipient, of_requester, of_user
from duijie.services.work import Work
from duijie.storage.models import Area, Grant, Invitation, Meeting, RosterEntry, RosterSeat, User


def of_invitation(work: Work, meeting: Meeting, invitation: Invitation) -> list[Recipient]:
    """Who actually comes for an invitation: the person named, else the department's representatives.

    A person named whose account is out of use by now comes no more: the representatives are told instead. A
    substitute without an account is named beside the representatives, who pass the message on.
    """
    if invitation.department_id is None:
        return [of_requester(invitation)]
    if invitation.user is not None and invitation.user.active:
        return [of_user(invitation.user)]
    found = [of_user(user) for user in representatives(work, meeting, invitation.department_id)]
    if invitation.substitute:
        found.append(Recipient(invitation.substitute, phone=invitation.substitute_phone))
    return found


def seated(work: Work, meeting: Meeting, department_id: int, *parts: str) -> list[User]:
    """The active people of a department's roster entry with one of ``parts``, in order."""
    wanted = (
        select(User)
        .join(RosterSeat, RosterSeat.user_id == User.id)
        .join(RosterEntry, RosterEntry.id == RosterSeat.entry_id)
        .where(
            RosterEntry.group_key == meeting.group_key,
            RosterEntry.department_id == department_id,
            RosterSeat.part.in_(parts),
            User.active,
        )
        .order_by(RosterSeat.position, RosterSeat.id)
    )
    return list(dict.fromkeys(work.session.scalars(wanted)))


def representatives(work: Work, meeting: Meeting, department_id: int) -> list[User]:
    """The roster's representatives, else its alternates, else whoever may speak for the department."""
    for part in ("representative", "alternate"):
        if users := seated(work, meeting, department_id, part):
            return users
    wanted = select(User).join(Grant, Grant.user_id == User.id)
    return list(work.session.scalars(wanted.where(Grant.department_id == department_id, User.active).order_by(User.id)))


def coordinators(work: Work, meeting: Meeting) -> list[User]:
    """The active coordinators of the meeting's area or of one above it."""
    wanted = select(User).join(Grant, Grant.user_id == User.id)
    of_area = wanted.where(Grant.role == Role.COORDINATOR, Grant.area_id.in_(_line(work, meeting.area_id)), User.active)
    return list(dict.fromkeys(work.session.scalars(of_area.order_by(User.id))))


def _line(work: Work, area_id: int) -> Iterable[int]:
    """The area and all above it."""
    found: list[int] = []
    area = work.session.get(Area, area_id)
    while area is not None and area.id not in found:
        found.append(area.id)
        area = work.session.get(Area, area.parent_id) if area.parent_id else None
    return found
