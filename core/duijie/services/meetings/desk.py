"""What stands where in the room: each desk with who is there now, who is next, what is late."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from duijie.domain.errors import NotFound, Refused
from duijie.domain.states import MeetingState, OutcomeKind
from duijie.domain.text import T
from duijie.services import find
from duijie.services.meetings import slots
from duijie.services.meetings.access import manages
from duijie.services.work import Work
from duijie.storage.models import Appointment, Desk, Invitation, Meeting, Outcome

BEFORE = ("planned", "called")
GRACE = timedelta(minutes=5)  # an appointment counts as late from then on


@dataclass(frozen=True)
class Stand:
    """One desk as it stands. ``next`` is whom to call: the first who is there and free, else the first with a slot.

    Who has no slot was told not to come, and is called only when they did.
    """

    desk: Desk
    invitation: Invitation | None
    talking: tuple[Appointment, ...]
    called: tuple[Appointment, ...]
    waiting: tuple[Appointment, ...]
    done: tuple[Appointment, ...]
    next: Appointment | None

    @property
    def present(self) -> bool:
        """Whether the department has signed in."""
        return self.invitation is not None and self.invitation.signed_in_at is not None

    @property
    def free(self) -> int:
        """How many of its representatives have nobody in front of them."""
        return max(0, self.desk.capacity - len(self.talking) - len(self.called))


@dataclass(frozen=True)
class Room:
    """The whole meeting as it stands at ``now``."""

    meeting: Meeting
    now: datetime
    stands: tuple[Stand, ...]
    appointments: tuple[Appointment, ...]
    invitations: tuple[Invitation, ...]

    def starts(self, appointment: Appointment) -> datetime | None:
        """When ``appointment`` is planned to begin; None when it has no slot."""
        return starts(self.meeting, appointment)

    def late(self, appointment: Appointment) -> int:
        """Minutes behind the plan of an appointment that has not begun; 0 within the grace of five."""
        planned = self.starts(appointment)
        if planned is None or appointment.progress not in BEFORE or self.now - planned <= GRACE:
            return 0
        return int((self.now - planned).total_seconds() // 60)

    def stand(self, desk_id: int) -> Stand:
        """The desk with this id. Raises NotFound."""
        found = next((s for s in self.stands if s.desk.id == desk_id), None)
        if found is None:
            raise NotFound
        return found

    def elsewhere(self, appointment: Appointment) -> Appointment | None:
        """Another talk in which this requester is at the moment."""
        return busy_with(self.appointments, appointment)

    @property
    def outcomes(self) -> Counter[OutcomeKind]:
        """How many appointments ended how; a joint talk counts once."""
        return Counter(o.kind for a in self.appointments if (o := counting(a)))

    @property
    def open(self) -> int:
        """How many appointments have no outcome yet."""
        return sum(a.progress != "done" for a in self.appointments)

    @property
    def waiting(self) -> int:
        """How many are still to be held: without those that have no slot and whose requester has not come."""
        return sum(a.progress != "done" and expected(a) for a in self.appointments)

    @property
    def arrived(self) -> tuple[int, int]:
        """``(signed in, invited)`` requesters of this timetable."""
        parties = {a.invitation_id: a.invitation for a in self.appointments if expected(a)}
        return sum(i.signed_in_at is not None for i in parties.values()), len(parties)


def room(work: Work, meeting: Meeting) -> Room:
    """The meeting as it stands now. Without a published timetable it has no desks to show."""
    appointments = tuple(published(work, meeting))
    people = work.session.scalars(select(Invitation).where(Invitation.meeting_id == meeting.id)).all()
    desks = work.session.scalars(
        select(Desk).where(Desk.meeting_id == meeting.id).order_by(Desk.position, Desk.id)
    ).all()
    by_department = {i.department_id: i for i in people if i.department_id}
    every = (_stand(desk, by_department.get(desk.department_id), appointments) for desk in desks)
    stands = tuple(s for s in every if s.desk.capacity or s.talking or s.called or s.waiting or s.done)
    return Room(meeting, work.now, stands, appointments, tuple(people))


def published(work: Work, meeting: Meeting) -> Sequence[Appointment]:
    """The appointments of the published timetable in order of time; those without a slot come last."""
    wanted = select(Appointment).where(Appointment.timetable_id == meeting.published_id)
    loaded = wanted.options(selectinload(Appointment.outcomes), selectinload(Appointment.taken_by))
    return work.session.scalars(
        loaded.order_by(Appointment.slot.is_(None), Appointment.slot, Appointment.id)
    ).all()


def starts(meeting: Meeting, appointment: Appointment) -> datetime | None:
    """When ``appointment`` is planned to begin; None when it has no slot."""
    if appointment.slot is None:
        return None
    return slots.starts(meeting, appointment.slot)


def came(work: Work, appointment: Appointment) -> None:
    """Who talks at a desk has come, whether or not they passed the door."""
    mine = update(Invitation).where(Invitation.id == appointment.invitation_id)
    work.session.execute(mine.where(Invitation.signed_in_at.is_(None)).values(signed_in_at=work.now))


def busy_with(appointments: Iterable[Appointment], appointment: Appointment) -> Appointment | None:
    """Another talk, under way or called, of the same requester."""
    party = appointment.invitation_id
    others = (a for a in appointments if a.invitation_id == party and a.id != appointment.id)
    return next((a for a in others if a.progress in ("called", "talking")), None)


def counting(appointment: Appointment) -> Outcome | None:
    """The outcome that counts for the case: the lead department's, else the first recorded."""
    lead = appointment.case.lead
    own = [o for o in appointment.outcomes if lead and o.department_id == lead.department_id]
    return next(iter(own or appointment.outcomes), None)


def own_desks(work: Work, meeting: Meeting) -> list[Desk]:
    """The desks at which the actor may act: all of them for who runs the meeting, else their departments'."""
    desks = work.session.scalars(
        select(Desk).where(Desk.meeting_id == meeting.id).order_by(Desk.position, Desk.id)
    ).all()
    if manages(work, meeting):
        return list(desks)
    return [d for d in desks if d.department_id in work.actor.departments]


def seen(work: Work, appointment_id: int) -> tuple[Appointment, Meeting]:
    """An appointment of a published timetable at one of the actor's desks, and its meeting; or NotFound."""
    return _allowed(work, work.session.get(Appointment, appointment_id))


def taken(work: Work, appointment_id: int) -> tuple[Appointment, Meeting]:
    """Like `seen`, locked until the transaction ends, and only while the meeting is live.

    Raises NotFound, or Refused when the meeting is not live.
    """
    _, meeting = seen(work, appointment_id)
    check_live(locked_state(work, meeting, shared=True))
    wanted = select(Appointment).where(Appointment.id == appointment_id).with_for_update(of=Appointment)
    fresh = wanted.options(selectinload(Appointment.outcomes)).execution_options(populate_existing=True)
    return work.session.scalars(fresh).one(), meeting


def locked_state(work: Work, meeting: Meeting, *, shared: bool) -> MeetingState | None:
    """The meeting's state, which nobody changes until this transaction ends; many may hold it shared.

    The meeting is always locked before its appointments, so that nobody waits in a circle.
    """
    wanted = select(Meeting.state).where(Meeting.id == meeting.id).with_for_update(read=shared)
    return work.session.scalar(wanted)


def check_live(state: MeetingState | None) -> None:
    """Raises Refused unless a meeting in ``state`` is live."""
    if state is not None and state is not MeetingState.LIVE:
        raise Refused(
            T("对接会目前是“{state}”，会议进行中才能操作。如需开始会议，请联系协调员。",
              en="The meeting is “{state}”; this works only while it is live. Ask the coordinator.")
            .fill(state=state.label)
        )


def _allowed(work: Work, appointment: Appointment | None) -> tuple[Appointment, Meeting]:
    if appointment is None:
        raise NotFound
    meeting = find.meeting(work, appointment.timetable.meeting_id)
    if meeting.published_id != appointment.timetable_id:
        raise NotFound
    at = {link.desk.department_id for link in appointment.desks}
    if not manages(work, meeting) and not at & work.actor.departments:
        raise NotFound
    return appointment, meeting


def expected(appointment: Appointment) -> bool:
    """Whether its requester is to come or has come; who got no slot was told that they need not."""
    return appointment.slot is not None or appointment.invitation.signed_in_at is not None


def _stand(desk: Desk, invitation: Invitation | None, all_of_them: Sequence[Appointment]) -> Stand:
    here = [a for a in all_of_them if any(link.desk_id == desk.id for link in a.desks)]

    def at(progress: str) -> tuple[Appointment, ...]:
        return tuple(a for a in here if a.progress == progress)

    waiting = at("planned")
    ready = (a for a in waiting if a.invitation.signed_in_at and not busy_with(all_of_them, a))
    done = tuple(sorted(at("done"), key=lambda a: (a.ended_at is None, a.ended_at, a.id), reverse=True))
    following = next(ready, next((a for a in waiting if a.slot is not None), None))
    return Stand(desk, invitation, at("talking"), at("called"), waiting, done, following)


def fingerprint(work: Work, meeting_id: int) -> str:
    """Changes whenever something changes that a live page shows; cheap, so that many may ask often."""
    meeting = work.session.execute(
        select(Meeting.published_id, Meeting.state, Meeting.version).where(Meeting.id == meeting_id)
    ).one_or_none()
    if meeting is None:
        raise NotFound
    steps = select(Appointment.id, Appointment.progress, Appointment.taken_by_id).where(
        Appointment.timetable_id == meeting.published_id
    )
    said = select(Outcome.id, Outcome.kind, Outcome.at).where(Outcome.meeting_id == meeting_id)
    came = select(Invitation.id).where(
        Invitation.meeting_id == meeting_id, Invitation.signed_in_at.is_not(None)
    )
    asked = (steps.order_by(Appointment.id), said.order_by(Outcome.id), came.order_by(Invitation.id))
    rows = [[tuple(row) for row in work.session.execute(wanted)] for wanted in asked]
    return sha256(repr((tuple(meeting), rows)).encode()).hexdigest()[:24]


def outcome(work: Work, outcome_id: int) -> Outcome:
    """A record of a talk that the actor may see. Raises NotFound."""
    found = work.session.get(Outcome, outcome_id)
    if found is None:
        raise NotFound
    seen(work, found.appointment_id)
    return found
