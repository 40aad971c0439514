"""The invitations of a meeting as records: one per department with a desk, one per requester."""

from sqlalchemy import select

from duijie.services.work import Work
from duijie.storage.models import Appointment, Case, Invitation, Meeting


def party_key(case: Case) -> str:
    """What makes two cases one party at a meeting: the same credit code or mobile; else each is its own."""
    return case.requester_key or f"case{case.id}"


def sync(work: Work, meeting: Meeting) -> list[Invitation]:
    """Make the invitations match desks and agenda; answers the new ones. Nobody is told here."""
    work.session.flush()
    work.session.expire(meeting, ["invitations", "agenda", "desks"])
    departments = {i.department_id for i in meeting.invitations if i.department_id}
    parties = {i.party_key: i for i in meeting.invitations if i.party_key}
    new = [
        Invitation(meeting_id=meeting.id, department_id=desk.department_id, away=[], people=desk.capacity)
        for desk in meeting.desks
        if desk.department_id not in departments
    ]
    heard = {item.invitation_id for item in meeting.agenda}
    for item in meeting.agenda:
        key = party_key(item.case)
        if key not in parties:
            parties[key] = _of_party(meeting, key, item.case)
            new.append(parties[key])
        elif parties[key].id not in heard and parties[key].answer == "declined":  # taken off before: asked anew
            parties[key].answer, parties[key].answered_at = "pending", None
        item.invitation = parties[key]
    work.session.add_all(new)
    work.session.flush()
    work.session.expire(meeting, ["invitations"])
    return new


def forget_department(work: Work, meeting: Meeting, department_id: int) -> None:
    """Take back the unsent invitation of a department without a desk."""
    for invitation in meeting.invitations:
        if invitation.department_id == department_id:
            work.session.delete(invitation)


def forget_party(work: Work, invitation: Invitation) -> bool:
    """Take back an invitation that no timetable mentions; answers whether it could be."""
    used = select(Appointment.id).where(Appointment.invitation_id == invitation.id).limit(1)
    if work.session.scalar(used) is not None:
        return False
    work.session.delete(invitation)
    return True


def _of_party(meeting: Meeting, key: str, case: Case) -> Invitation:
    return Invitation(
        meeting_id=meeting.id, party_key=key, name=case.requester, contact=case.contact or case.requester,
        mobile=case.mobile, email=case.email, language=case.language, away=[], people=1,
    )
