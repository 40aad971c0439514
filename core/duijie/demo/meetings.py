"""Three meetings of the demo: one held ten days ago, one running this morning, one on Friday."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import select

from duijie.demo.cases import COORDINATOR, Story, login_of
from duijie.demo.life import Life
from duijie.domain.states import OutcomeKind, ReplyKind
from duijie.services.meetings import (
    agenda,
    answering,
    calling,
    desk,
    live,
    minutes,
    outcomes,
    planning,
    publishing,
)
from duijie.services.meetings.answering import Answer
from duijie.services.meetings.calling import NewMeeting
from duijie.services.work import Work
from duijie.storage.models import Appointment, Area, Case, Department, Meeting


@dataclass
class Call:
    """A meeting to call: when, where, with which cases (by their stories' keys) and how many seats a desk."""

    group: str
    area: str
    title: str
    place: str
    day: date
    start: time
    slot_minutes: int
    slots: int
    keys: Sequence[str]
    seats: int = 1  # 0: as the roster says
    id: int = 0


class Caller:
    """Calls meetings and holds them, with the hands of those concerned."""

    def __init__(self, life: Life, ids: dict[str, int]) -> None:
        self._life = life
        self._ids = ids

    def call(self, call: Call, *, draft: date, invite: date, publish: date) -> None:
        """Plan the way from the draft to the published timetable."""
        self._life.plan(draft, "10:30", lambda life: self._create(life, call))
        self._life.plan(invite, "11:00", lambda life: self._invite(life, call))
        self._life.plan(invite, "16:30", lambda life: self._answer(life, call))
        self._life.plan(publish, "15:00", lambda life: self._publish(life, call))

    def start(self, call: Call, clock: str, present: float) -> None:
        """Plan the opening; ``present`` is the part of the requesters who come."""
        self._life.plan(call.day, clock, lambda life: self._start(life, call, present))

    def record(self, call: Call, clock: str, key: str, story: Story, kind: OutcomeKind) -> None:
        """Plan the talk of the lead department about one case, and what it ended in."""
        self._life.plan(call.day, clock, lambda life: self._record(life, call, key, story, kind))

    def talks(self, call: Call, clock: str, slot: int, ended: Mapping[str, Story] | None) -> None:
        """Plan the talks of one slot: over and recorded, or still going on where ``ended`` is None."""
        self._life.plan(call.day, clock, lambda life: self._talks(life, call, slot, ended))

    def conclude(self, call: Call, clock: str, filed: date) -> None:
        """Plan the end, and the day the minutes were filed."""
        self._life.plan(call.day, clock, lambda life: self._conclude(life, call))
        self._life.plan(filed, "14:00", lambda life: self._file(life, call))

    def _create(self, life: Life, call: Call) -> None:
        with life.as_(COORDINATOR) as work:
            area = work.session.scalars(select(Area).where(Area.key == call.area)).one()
            chosen = [work.session.get_one(Case, self._ids[key]) for key in call.keys]
            wanted = {d.id for case in chosen for d in agenda.departments_of(case)}
            roster = [e for e in calling.roster(work, call.group) if e.department_id in wanted]
            seats = {e.department_id: call.seats or e.seats for e in roster}
            meeting = calling.create(work, NewMeeting(
                group_key=call.group, area_id=area.id, title=call.title, place=call.place, day=call.day,
                start=call.start, slot_minutes=call.slot_minutes, slots=call.slots, seats=seats, chair="王海燕",
            ))  # fmt: skip
            call.id = meeting.id
            agenda.add(work, meeting.id, None, [case.id for case in chosen])

    def _invite(self, life: Life, call: Call) -> None:
        with life.as_(COORDINATOR) as work:
            publishing.invite(work, call.id, None)

    def _answer(self, life: Life, call: Call) -> None:
        """Departments come, one of them from the second slot on; one requester in nine cannot come early."""
        with life.as_(COORDINATOR) as work:
            meeting = work.session.get_one(Meeting, call.id)
            for number, found in enumerate(list(meeting.invitations)):
                desks = {d.department_id: d.capacity for d in meeting.desks}
                people = desks.get(found.department_id or 0, 1)
                away = (0,) if number == 1 or (found.department_id is None and number % 9 == 0) else ()
                if found.department_id or number % 4:
                    answering.answer(work, found, Answer("accepted", away=away, people=people))

    def _publish(self, life: Life, call: Call) -> None:
        life.tell_time()
        planning.solve(life.office, life.actor(COORDINATOR), call.id)
        with life.as_(COORDINATOR) as work:
            publishing.publish(work, call.id, None)

    def _start(self, life: Life, call: Call, present: float) -> None:
        with life.as_(COORDINATOR) as work:
            live.start(work, call.id)
            meeting = work.session.get_one(Meeting, call.id)
            for number, found in enumerate(list(meeting.invitations)):
                if found.department_id or number % 10 < present * 10:
                    live.sign_in_by_hand(work, call.id, found.id)

    def _record(self, life: Life, call: Call, key: str, story: Story, kind: OutcomeKind) -> None:
        with life.as_(login_of(story.sample.lead)) as work:
            talk = self._talk(work, call, key, story.sample.lead)
            if talk is None:
                return
            live.call(work, talk.id)
            live.begin(work, talk.id)
            _note(work, talk.id, story, story.sample.lead, kind)

    def _talks(self, life: Life, call: Call, slot: int, ended: Mapping[str, Story] | None) -> None:
        stories = {self._ids[key]: story for key, story in (ended or {}).items()}
        with life.as_(COORDINATOR) as work:
            meeting = work.session.get_one(Meeting, call.id)
            now = [(a.id, a.case_id, [d.desk.department.key for d in a.desks])
                   for a in desk.published(work, meeting)
                   if a.slot == slot and a.ended_at is None and a.invitation.signed_in_at]  # fmt: skip
        for talk, case_id, departments in now:
            with life.as_(login_of(departments[0])) as work:
                live.call(work, talk)
                live.begin(work, talk)
                if story := stories.get(case_id):
                    kind = OutcomeKind.COMMITTED if story.sample.stage == "committed" else OutcomeKind.ANSWERED
                    _note(work, talk, story, departments[0], kind)

    def _talk(self, work: Work, call: Call, key: str, department: str) -> Appointment | None:
        meeting = work.session.get_one(Meeting, call.id)
        wanted = _department(work, department)
        return next(
            (a for a in desk.published(work, meeting)
             if a.case_id == self._ids[key] and a.slot is not None and any(d.desk.department_id == wanted for d in a.desks)),
            None,
        )  # fmt: skip

    def _conclude(self, life: Life, call: Call) -> None:
        with life.as_(COORDINATOR) as work:
            live.conclude(work, call.id)

    def _file(self, life: Life, call: Call) -> None:
        with life.as_(COORDINATOR) as work:
            minutes.file(work, call.id, None)


def _note(work: Work, talk: int, story: Story, department: str, kind: OutcomeKind) -> None:
    outcomes.record_outcome(
        work, talk, _department(work, department), kind,
        text=story.sample.note.zh if story.sample.note else "已当面说明政策和办理办法。",
        result=ReplyKind.EXPLAINED if kind is OutcomeKind.ANSWERED else None,
        working_days=story.sample.working_days or 5 if kind is OutcomeKind.COMMITTED else None,
        officer=work.actor.name if kind is OutcomeKind.COMMITTED else "",
    )  # fmt: skip


def _department(work: Work, key: str) -> int:
    return int(work.session.scalars(select(Department.id).where(Department.key == key)).one())
