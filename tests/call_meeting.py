"""A meeting in the making for tests: open cases in the town, and the steps of calling a meeting one by one."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from hashlib import sha256

from sqlalchemy import select
from town import Town

from duijie.domain.roles import SYSTEM
from duijie.domain.states import AssignmentRole, CaseState
from duijie.services.meetings import agenda, answering, calling, planning, publishing
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Department, Invitation, Meeting, Reminder

CASES = (  # key, party, departments (lead first), together, priority
    ("insurance", "91330000MA00000001", ("hr",), False, 0),
    ("capacity", "91330000MA00000002", ("economy", "power"), True, 1),
    ("school", "91330000MA00000002", ("organization",), False, 0),
    ("permit", "", ("ecology", "economy"), False, 0),
)


@dataclass
class Called:
    """The town with a meeting: ids of its cases by name."""

    town: Town
    meeting_id: int = 0
    cases: dict[str, int] = field(default_factory=dict)

    def write(self, who: str = "coordinator"):
        return self.town.office.write(self.town.actor(who))

    def read(self, who: str = "coordinator"):
        return self.town.office.read(self.town.actor(who))

    def version(self) -> int:
        with self.town.office.read(SYSTEM) as work:
            return work.session.get_one(Meeting, self.meeting_id).version

    def invitation(self, name: str) -> int:
        """The id of an invitation: a department's key or a case's name."""
        with self.town.office.read(SYSTEM) as work:
            meeting = work.session.get_one(Meeting, self.meeting_id)
            for item in meeting.agenda:
                if name in self.cases and item.case_id == self.cases[name]:
                    return item.invitation_id
            return next(i.id for i in meeting.invitations if i.department and i.department.key == name)

    def answer(self, name: str, who: str = "coordinator", **given) -> None:
        with self.write(who) as work:
            found = answering.invitation(work, self.invitation(name))
            answering.answer(work, found, answering.Answer(**given))

    def reminders(self, kind: str, state: str = "planned", channel: str | None = None) -> list[Reminder]:
        with self.town.office.read(SYSTEM) as work:
            wanted = select(Reminder).where(Reminder.kind == kind, Reminder.state == state)
            wanted = wanted.where(Reminder.channel == channel) if channel else wanted
            return list(work.session.scalars(wanted.order_by(Reminder.id)))

    def solve(self) -> int:
        return planning.solve(self.town.office, self.town.actor("coordinator"), self.meeting_id, seconds=2)

    def publish(self) -> None:
        with self.write() as work:
            publishing.publish(work, self.meeting_id, None)

    def to(self, step: str) -> "Called":
        """Go on until ``step``: cases, invited, solved or published."""
        steps = ("cases", "invited", "solved", "published")
        for name in steps[: steps.index(step) + 1]:
            getattr(self, f"_{name}")()
        return self

    def _cases(self) -> None:
        with self.write() as work:
            agenda.add(work, self.meeting_id, None, self.cases.values(), with_desks=True)

    def _invited(self) -> None:
        with self.write() as work:
            publishing.invite(work, self.meeting_id, None)

    def _solved(self) -> None:
        self.solve()

    def _published(self) -> None:
        self.publish()


def a_case(work: Work, town: Town, name: str, party: str, departments, together=False, priority=0, **more) -> Case:
    """An assigned case of the enterprise group in the town's first area."""
    case = Case(
        number=f"QF-2026-{name}", group_key="enterprise", area_id=town.area_id, state=CaseState.ASSIGNED,
        stay_since=work.now, title=f"诉求 {name}", text=f"说明 {name}", requester=f"企业 {party[-2:] or name}",
        requester_key=party, contact="张三", mobile="13800000001", email=f"{party[-2:] or name}@firm.test",
        priority=priority, joint_talk=together, tracking_hash=sha256(name.encode()).hexdigest(),
        received_at=work.now - timedelta(days=3), expected_on=work.today, **more,
    )  # fmt: skip
    work.session.add(case)
    work.session.flush()
    for n, key in enumerate(departments):
        department = work.session.scalars(select(Department).where(Department.key == key)).one()
        work.session.add(
            Assignment(case_id=case.id, department_id=department.id, due_on=work.today, assigned_at=work.now,
                       role=AssignmentRole.CO if n else AssignmentRole.LEAD)
        )
    work.session.flush()
    return case


def a_day(work: Work) -> date:
    """A working day to come."""
    return work.calendar.add(work.today, 5).day


def call(town: Town, cases=CASES, departments=("hr", "economy", "organization", "power")) -> Called:
    """A drafted meeting of ten slots with desks, and open cases; the ecology desk is missing."""
    called = Called(town)
    with town.office.write(SYSTEM) as work:
        for name, party, wanted, together, priority in cases:
            called.cases[name] = a_case(work, town, name, party, wanted, together, priority).id
    with called.write() as work:
        new = calling.NewMeeting(
            group_key="enterprise", area_id=town.area_id, title="大港工业社区对接会", place="社区二楼会议室",
            day=a_day(work), start=time(14), slot_minutes=12, slots=10,
            seats={town.department_id(key): 1 for key in departments},
        )
        called.meeting_id = calling.create(work, new).id
    return called


def requester_invitations(called: Called) -> list[Invitation]:
    with called.town.office.read(SYSTEM) as work:
        return [i for i in work.session.get_one(Meeting, called.meeting_id).invitations if i.party_key]
