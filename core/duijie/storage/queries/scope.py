"""What an actor may see: the one place that turns areas and departments into conditions."""

from sqlalchemy import ColumnElement, false, or_, select, true

from duijie.domain.roles import Actor, Role
from duijie.storage.models import Assignment, Case, Desk, Invitation, Meeting


def cases_open_to(actor: Actor) -> ColumnElement[bool]:
    """The cases of a coordinator's areas, and those assigned to a representative's department."""
    if actor.kind == "system":
        return true()
    ways: list[ColumnElement[bool]] = []
    if actor.areas and actor.has(Role.COORDINATOR, Role.AREA_ADMIN):
        ways.append(Case.area_id.in_(actor.areas))
    if actor.departments:
        mine = select(Assignment.case_id).where(
            Assignment.department_id.in_(actor.departments), Assignment.active
        )
        ways.append(Case.id.in_(mine))
    return or_(*ways) if ways else false()


def meetings_open_to(actor: Actor) -> ColumnElement[bool]:
    """The meetings of a coordinator's areas, and those a representative's department has a desk at or is invited to."""
    if actor.kind == "system":
        return true()
    ways: list[ColumnElement[bool]] = []
    if actor.areas and actor.has(Role.COORDINATOR, Role.AREA_ADMIN):
        ways.append(Meeting.area_id.in_(actor.areas))
    if actor.departments:
        invited = select(Invitation.meeting_id).where(Invitation.department_id.in_(actor.departments))
        seated = select(Desk.meeting_id).where(Desk.department_id.in_(actor.departments))
        ways.append(or_(Meeting.id.in_(invited), Meeting.id.in_(seated)))
    return or_(*ways) if ways else false()
