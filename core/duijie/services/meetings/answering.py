"""Answers to invitations: by a representative, by a requester on a signed link, or by a coordinator on the phone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from duijie.domain.errors import Conflict, Invalid, NotFound, Problem, Refused
from duijie.domain.text import T
from duijie.services.meetings import people, telling
from duijie.services.meetings.access import BEFORE, manages, opened
from duijie.services.work import Work
from duijie.storage.models import Invitation, Meeting, RosterEntry, RosterSeat, User

LABELS: Final = {
    "pending": T("未回复", en="No answer yet"),
    "accepted": T("能到会", en="Coming"),
    "declined": T("不能到会", en="Not coming"),
    "delegated": T("由他人替代", en="Substitute comes"),
}
MOST_PEOPLE: Final = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers. ``answer``: accepted, declined or (departments only) delegated.

    ``away`` are the slots in which they cannot come; ``people`` how many come. A substitute is a person of the
    department's roster (``user_id``) or a name with a phone number. ``seen`` is the `mark` of the answer that the
    page showed; None: whatever it was.
    """

    answer: str
    note: str = ""
    away: Iterable[int] = field(default_factory=tuple)
    people: int = 1
    user_id: int | None = None
    substitute: str = ""
    substitute_phone: str = ""
    seen: str | None = None


def invitation(work: Work, invitation_id: int) -> Invitation:
    """An invitation for its department's people or for a coordinator of the area. Raises NotFound."""
    found = work.session.get(Invitation, invitation_id)
    if found is None:
        raise NotFound
    meeting = opened(work, found.meeting_id)
    if not manages(work, meeting) and found.department_id not in work.actor.departments:
        raise NotFound
    return found


def of_requester(work: Work, token: str) -> Invitation:
    """The invitation behind a requester's signed link. Raises NotFound for any other token."""
    known = work.office.unsign("invitation", token)
    found = work.session.get(Invitation, known) if isinstance(known, int) else None
    if found is None or found.department_id is not None:
        raise NotFound
    return found


def mark(found: Invitation) -> str:
    """What changes with every answer: a page carries it, so that two people who answer one invitation meet."""
    return found.answered_at.isoformat() if found.answered_at else ""


def answer(work: Work, found: Invitation, given: Answer) -> Invitation:
    """Record an answer; the caller found the invitation by `invitation` or `of_requester`.

    A department that declines closes its desk and its alternates are asked; coordinators learn of every no.
    Raises Invalid with every problem, Refused once the meeting is live, over or cancelled, Conflict when somebody
    else answered since the page was made.
    """
    this = select(Invitation).where(Invitation.id == found.id).with_for_update(of=Invitation)
    work.session.scalars(this.execution_options(populate_existing=True)).one()
    meeting = found.meeting
    if meeting.state not in BEFORE:
        raise Refused(T("对接会“{state}”，不能再回复。请直接联系协调员。",
                        en="The meeting is “{state}”; answers are closed. Please call the coordinator.")
                      .fill(state=meeting.state.label))
    if given.seen is not None and given.seen != mark(found):
        raise Conflict(T("在您填写期间，已有人登记了回复：{answer}。您填写的内容还在页面上，确认无误后请再提交一次。",
                         en="Somebody else has answered meanwhile: {answer}. What you typed is still on the page: send "
                         "it again if it holds.").fill(answer=LABELS[found.answer]))
    _check(work, meeting, found, given)
    newly_declined = given.answer == "declined" and found.answer != "declined"
    before = (found.answer == "declined", found.user_id, found.substitute, found.substitute_phone)
    found.answer, found.answer_note, found.answered_at = given.answer, given.note.strip()[:500], work.now
    found.away = sorted({slot for slot in given.away if 0 <= slot < meeting.slots})
    if found.department_id is not None:
        _staff(meeting, found, given)
    work.record("meeting.answered", "meeting", meeting.id, who=_who(found), answer=LABELS[given.answer],
                note=found.answer_note)
    work.session.flush()
    if before != (found.answer == "declined", found.user_id, found.substitute, found.substitute_phone):
        work.session.expire(found, ["user"])
        telling.others_come(work, meeting, found)
    if newly_declined:
        telling.declined(work, meeting, found)
        telling.substitute_wanted(work, meeting, found)
    return found


def may_substitute(work: Work, found: Invitation) -> list[User]:
    """The people of the department's roster in this group who could come."""
    if found.department_id is None:
        return []
    return people.seated(work, found.meeting, found.department_id, "representative", "alternate", "head")


def _check(work: Work, meeting: Meeting, found: Invitation, given: Answer) -> None:
    allowed = ("accepted", "declined", "delegated") if found.department_id else ("accepted", "declined")
    problems = []
    if given.answer not in allowed:
        problems.append(Problem("answer", T("请选择能否到会。", en="Choose whether you come.")))
    if given.answer == "declined" and found.department_id and not given.note.strip():
        problems.append(Problem("note", T("请说明不能到会的原因。", en="Say why nobody can come.")))
    if given.answer == "delegated" and not given.user_id and not given.substitute.strip():
        problems.append(Problem("substitute", T("请选择替代人员，或填写姓名和电话。",
                                                en="Choose the substitute, or write a name and phone number.")))
    if given.user_id and not _in_roster(work, meeting, found, given.user_id):
        problems.append(Problem("user_id", T("所选人员不在本部门的名单中。",
                                            en="That person is not in the department's roster.")))
    if found.department_id and not 1 <= given.people <= MOST_PEOPLE:
        problems.append(Problem("people", T(f"到会人数应为 1 至 {MOST_PEOPLE}。", en=f"1 to {MOST_PEOPLE} people can come.")))
    if given.answer != "declined" and set(range(meeting.slots)) <= set(given.away):
        problems.append(Problem("away", T("所有时段都不便时，请选“不能到会”。",
                                          en="If no time suits you, choose “cannot come”.")))
    if problems:
        raise Invalid(*problems)


def _staff(meeting: Meeting, found: Invitation, given: Answer) -> None:
    """Who comes for the department, and how many appointments its desk can hold at once."""
    named = given.answer == "delegated"
    found.user_id = given.user_id if named else None
    found.substitute = given.substitute.strip()[:100] if named and not given.user_id else ""
    found.substitute_phone = given.substitute_phone.strip()[:30] if named and not given.user_id else ""
    if given.answer != "declined":
        found.people = given.people
    for desk in meeting.desks:
        if desk.department_id == found.department_id:
            desk.capacity = 0 if given.answer == "declined" else found.people


def _in_roster(work: Work, meeting: Meeting, found: Invitation, user_id: int) -> bool:
    wanted = (
        select(RosterSeat.id)
        .join(RosterEntry, RosterEntry.id == RosterSeat.entry_id)
        .join(User, User.id == RosterSeat.user_id)
        .where(RosterEntry.group_key == meeting.group_key, RosterEntry.department_id == found.department_id,
               RosterSeat.user_id == user_id, User.active)
    )
    return work.session.scalar(wanted.limit(1)) is not None


def _who(found: Invitation) -> T:
    return found.department.name if found.department else T.same(found.name)
