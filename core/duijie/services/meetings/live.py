"""The meeting while it runs: opened, people signing in, called to their desk, talking, concluded."""

from sqlalchemy import select, update

from duijie.domain.errors import Conflict, NotFound, Refused
from duijie.domain.states import MeetingState, OutcomeKind, check_meeting_move
from duijie.domain.text import T, joined
from duijie.services import reminders
from duijie.services.meetings import desk, naming, outcomes, slots
from duijie.services.meetings.access import managed, manages
from duijie.services.meetings.outcomes import correct_outcome, record_outcome, withdraw_outcome
from duijie.services.work import Work
from duijie.storage.models import Appointment, Invitation, Meeting

__all__ = [
    "begin",
    "call",
    "call_next",
    "conclude",
    "correct_outcome",
    "put_back",
    "record_outcome",
    "sign_in",
    "sign_in_by_hand",
    "start",
    "take_back_sign_in",
    "withdraw_outcome",
]

NOT_REACHED = T("会议结束时尚未对接", en="The meeting ended before it was reached")


def start(work: Work, meeting_id: int, version: int | None = None) -> Meeting:
    """Open the meeting: scheduled → live. Raises Refused, Conflict, Forbidden."""
    meeting = managed(work, meeting_id, version)
    check_meeting_move(meeting.state, MeetingState.LIVE)
    meeting.state = MeetingState.LIVE
    work.record("meeting.started", "meeting", meeting.id)
    work.session.flush()
    return meeting


def conclude(work: Work, meeting_id: int, version: int | None = None) -> Meeting:
    """End the meeting: what nobody recorded becomes not heard, its rules fire, the minutes are drafted."""
    meeting = managed(work, meeting_id, version)
    desk.locked_state(work, meeting, shared=False)
    check_meeting_move(meeting.state, MeetingState.CONCLUDED)
    for appointment in desk.published(work, meeting):
        if appointment.progress != "done":
            _not_reached(work, meeting, appointment)
    meeting.state = MeetingState.CONCLUDED
    meeting.concluded_at = work.now
    meeting.minutes = {"recorder": work.actor.name, "others": "", "remarks": ""} | (meeting.minutes or {})
    reminders.retire(work, "meeting", meeting.id)
    work.record("meeting.concluded", "meeting", meeting.id)
    work.session.flush()
    return meeting


def sign_in(work: Work, invitation: Invitation) -> bool:
    """Note that somebody has come; answers False when they had signed in before.

    One short write, so that a crowd at the door does not queue. Raises Refused on another day, or once it
    is over.
    """
    _check_door(work, invitation.meeting)
    mine = update(Invitation).where(Invitation.id == invitation.id, Invitation.signed_in_at.is_(None))
    came = work.session.execute(mine.values(signed_in_at=work.now).returning(Invitation.id)).scalar()
    if came is None:
        return False
    work.record("meeting.signed_in", "meeting", invitation.meeting_id, who=who(invitation))
    return True


def sign_in_by_hand(work: Work, meeting_id: int, invitation_id: int) -> bool:
    """A coordinator signs in anybody, a representative their own department. Raises NotFound."""
    return sign_in(work, _invitation(work, meeting_id, invitation_id))


def take_back_sign_in(work: Work, meeting_id: int, invitation_id: int) -> None:
    """A coordinator takes back a sign-in that was a mistake."""
    meeting = managed(work, meeting_id)
    _check_door(work, meeting)
    invitation = _invitation(work, meeting_id, invitation_id)
    if invitation.signed_in_at is not None:
        invitation.signed_in_at = None
        work.record("meeting.sign_in_taken_back", "meeting", meeting.id, who=who(invitation))
        work.session.flush()


def call(work: Work, appointment_id: int) -> Appointment:
    """Ask the requester to the desk. Calling twice calls once.

    Raises Conflict when somebody else took it, Refused while the requester talks at another desk.
    """
    appointment, meeting = desk.taken(work, appointment_id)
    if appointment.progress == "called" and not _anothers(work, appointment):
        return appointment
    _check_not_taken(work, appointment, ("planned",))
    _check_free(work, meeting, appointment)
    appointment.progress = "called"
    appointment.taken_by_id = _taker(work, appointment)
    work.session.flush()
    return appointment


def call_next(work: Work, meeting_id: int, desk_id: int) -> Appointment:
    """Call whoever is next at a desk. Raises Refused when nobody waits there."""
    meeting = managed(work, meeting_id)
    following = desk.room(work, meeting).stand(desk_id).next
    if following is None:
        raise Refused(T("该席位没有等候的诉求人了。", en="Nobody is waiting for this desk any more."))
    return call(work, following.id)


def begin(work: Work, appointment_id: int) -> Appointment:
    """The talk begins. Raises Conflict when somebody else took it, Refused while they talk elsewhere."""
    appointment, meeting = desk.taken(work, appointment_id)
    if appointment.progress == "talking" and not _anothers(work, appointment):
        return appointment
    _check_not_taken(work, appointment, ("planned", "called"))
    _check_free(work, meeting, appointment)
    appointment.progress = "talking"
    appointment.started_at = work.now
    appointment.taken_by_id = _taker(work, appointment) or appointment.taken_by_id
    desk.came(work, appointment)
    work.session.flush()
    return appointment


def put_back(work: Work, appointment_id: int) -> Appointment:
    """Back among those who wait: called by mistake, or nobody came. Raises Conflict when it is another's."""
    appointment, _ = desk.taken(work, appointment_id)
    _check_not_taken(work, appointment, ("planned", "called", "talking"))
    appointment.progress = "planned"
    appointment.started_at = appointment.taken_by_id = None
    work.session.flush()
    return appointment


def who(invitation: Invitation) -> T:
    """Whose invitation it is."""
    return invitation.department.name if invitation.department else T.same(invitation.name)


def _not_reached(work: Work, meeting: Meeting, appointment: Appointment) -> None:
    lead = appointment.case.lead
    at = [link.desk.department_id for link in appointment.desks]
    department = lead.department_id if lead and lead.department_id in at else next(iter(at), None)
    had = {o.department_id for o in appointment.outcomes}
    text = NOT_REACHED.to(appointment.case.language)
    if department is None:  # no desk was left to place it at
        outcomes.carry_over(work, meeting, appointment.case, f"appointment{appointment.id}", text)
    elif department not in had:
        outcomes.record_outcome(work, appointment.id, department, OutcomeKind.NOT_HEARD, text=text)
    appointment.progress = "done"


def _invitation(work: Work, meeting_id: int, invitation_id: int) -> Invitation:
    wanted = select(Invitation).where(Invitation.id == invitation_id, Invitation.meeting_id == meeting_id)
    found = work.session.scalar(wanted)
    if found is None:
        raise NotFound
    if not manages(work, found.meeting) and found.department_id not in work.actor.departments:
        raise NotFound
    return found


def _check_door(work: Work, meeting: Meeting) -> None:
    """Signing in is open while the meeting is live, and on its day before it is opened."""
    if meeting.state is MeetingState.LIVE:
        return
    if meeting.state is MeetingState.SCHEDULED:
        if work.local(meeting.starts_at).date() == work.today:
            return
        raise Refused(
            T("签到在会议当天（{when}）开放，请当天再来。",
              en="Signing in opens on the day of the meeting: {when}.")
            .fill(when=slots.day(work, meeting.starts_at))
        )
    raise Refused(
        T("对接会目前是“{state}”，不能签到。请向现场工作人员询问。",
          en="The meeting is “{state}”; signing in is closed. Please ask the staff.")
        .fill(state=meeting.state.label)
    )


def _check_not_taken(work: Work, appointment: Appointment, allowed: tuple[str, ...]) -> None:
    if appointment.progress in allowed and not _anothers(work, appointment):
        return
    other = T("另一位代表", en="Another representative")
    raise Conflict(
        T("{who}已经接待了这一场，没有重复操作。请接待下一位。",
          en="{who} has already taken this appointment; nothing was changed. Please take the next one.")
        .fill(who=appointment.taken_by.name if appointment.taken_by else other)
    )


def _anothers(work: Work, appointment: Appointment) -> bool:
    """Whether another representative of the same desk took it. A joint talk belongs to all its desks."""
    if appointment.taken_by_id in (None, work.actor.user_id) or len(appointment.desks) > 1:
        return False
    return not manages(work, appointment.timetable.meeting)


def _taker(work: Work, appointment: Appointment) -> int | None:
    at = {link.desk.department_id for link in appointment.desks}
    return work.actor.user_id if at & work.actor.departments else None


def _check_free(work: Work, meeting: Meeting, appointment: Appointment) -> None:
    other = desk.busy_with(desk.published(work, meeting), appointment)
    if other is not None:
        where = joined([naming.desk_name(link.desk) for link in other.desks])
        raise Refused(T("{who}正在“{where}”对接，请先接待其他人，稍后再请。",
                        en="{who} is at “{where}” now. Take somebody else first and call again later.")
                      .fill(who=appointment.invitation.name, where=where))
