"""A meeting for tests with a published timetable: three desks (``hr`` with two seats), four requesters.

====================  ======  =========================  ===========================================
case                  slot    desks                      requester
====================  ======  =========================  ===========================================
``wage``              0       hr                         宏远注塑有限公司 (an organisation)
``power``             0 (2)   economy and power joint    东海机械有限公司 (an organisation)
``papers``            0       hr                         张小明 (a private person)
``school``            1       hr                         宏远注塑有限公司
``late``              none    hr                         李大伟 (not placed)
====================  ======  =========================  ===========================================

``hr``, ``economy`` and ``power`` are departments of the enterprise group's roster.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from town import Town

from duijie.domain.roles import SYSTEM
from duijie.domain.states import AssignmentRole, CaseState, MeetingState
from duijie.domain.text import T
from duijie.services.work import Office, Work
from duijie.storage.models import (
    AgendaItem,
    Appointment,
    AppointmentDesk,
    Assignment,
    Case,
    Department,
    Desk,
    Invitation,
    Meeting,
    Timetable,
)

GROUP = "enterprise"
DESKS = ("hr", "economy", "power")
PARTIES = {
    "hongyuan": ("宏远注塑有限公司", "91330201MA0000001X", "王经理"),
    "donghai": ("东海机械有限公司", "91330201MA0000002X", "陈经理"),
    "zhang": ("张小明", "13900000003", "张小明"),
    "li": ("李大伟", "13900000004", "李大伟"),
}
# case: party, title, department roles (lead first), slot, length
CASES = {
    "wage": ("hongyuan", "旺季临时工工伤险怎么缴？", ("hr",), 0, 1),
    "power": ("donghai", "用电增容排队三个月", ("economy", "power"), 0, 2),
    "papers": ("zhang", "社保关系转移材料", ("hr",), 0, 1),
    "school": ("hongyuan", "外来员工子女入学积分怎么算？", ("hr",), 1, 1),
    "late": ("li", "退休手续办理", ("hr",), None, 1),
}


@dataclass
class Day:
    """The meeting and the ids of what stands in it, by the names above."""

    office: Office
    town: Town
    meeting_id: int = 0
    desks: dict[str, int] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    invitations: dict[str, int] = field(default_factory=dict)
    appointments: dict[str, int] = field(default_factory=dict)

    def rep(self, name: str):  # type: ignore[no-untyped-def]
        """The representative of ``hr``, ``economy`` or ``power``."""
        return self.town.actor(f"rep_{name}")

    def head(self, name: str):  # type: ignore[no-untyped-def]
        """Somebody else of the same department."""
        return self.town.actor(f"head_{name}")


def meeting_day(
    town: Town, state: MeetingState = MeetingState.SCHEDULED, *, starts: datetime | None = None
) -> Day:
    """Insert the meeting of the table above, beginning an hour ago unless ``starts`` says otherwise."""
    day = Day(town.office, town)
    with town.office.write(SYSTEM) as work:
        begins = starts or work.now - timedelta(hours=1)
        meeting = Meeting(
            number="DJH-2026-018", group_key=GROUP, area_id=town.area_id, title="第十八次企业发展对接会",
            place="大港工业社区党群服务中心二楼", starts_at=begins, slot_minutes=12, slots=10, state=state,
            uid="meeting-day@duijie", chair="周书记", created_at=work.now, revision=1,
        )
        work.session.add(meeting)
        work.session.flush()
        day.meeting_id = meeting.id
        _departments(work, day, meeting)
        _parties(work, day, meeting)
        timetable = Timetable(meeting_id=meeting.id, number=1, status="optimal", created_at=work.now,
                              published_at=work.now, by="协调员")
        work.session.add(timetable)
        work.session.flush()
        for key, (party, title, roles, slot, length) in CASES.items():
            _case(work, day, key, PARTIES[party], title, [day.departments[r] for r in roles])
            appointment = Appointment(
                timetable_id=timetable.id, key=key, invitation_id=day.invitations[party],
                case_id=day.cases[key], slot=slot, length=length,
                unplaced_reason=None if slot is not None else T("时段已满", en="No free slot"),
            )
            appointment.desks = [AppointmentDesk(desk_id=day.desks[r]) for r in roles]
            work.session.add(appointment)
            work.session.add(AgendaItem(meeting_id=meeting.id, case_id=day.cases[key],
                                        invitation_id=day.invitations[party], together=len(roles) > 1))
            work.session.flush()
            day.appointments[key] = appointment.id
        meeting.published_id = timetable.id
    return day


def _departments(work: Work, day: Day, meeting: Meeting) -> None:
    for number, name in enumerate(DESKS):
        department = work.session.scalars(select(Department).where(Department.key == name)).one()
        desk = Desk(meeting_id=meeting.id, department_id=department.id, label=str(number + 1),
                    capacity=2 if name == "hr" else 1, position=number)
        seat = Invitation(meeting_id=meeting.id, department_id=department.id, answer="accepted", away=[])
        work.session.add_all([desk, seat])
        work.session.flush()
        day.desks[name], day.departments[name] = desk.id, department.id
        day.invitations[name] = seat.id


def _parties(work: Work, day: Day, meeting: Meeting) -> None:
    for key, (name, party_key, contact) in PARTIES.items():
        invitation = Invitation(meeting_id=meeting.id, party_key=party_key, name=name, contact=contact,
                                mobile="13900000000", answer="accepted", away=[])
        work.session.add(invitation)
        work.session.flush()
        day.invitations[key] = invitation.id


def _case(
    work: Work, day: Day, key: str, party: tuple[str, str, str], title: str, departments: list[int]
) -> None:
    due = work.calendar.add(work.today, 5).day
    case = Case(
        number=f"QY-2026-{len(day.cases) + 1:04d}", group_key=GROUP, area_id=day.town.area_id,
        state=CaseState.ASSIGNED, stay=2, stay_since=work.now, title=title,
        text=f"{title}我们想当面问清楚。",
        requester=party[0], requester_key=party[1], contact=party[2], mobile="13900000000",
        tracking_hash=hashlib.sha256(key.encode()).hexdigest(), received_at=work.now,
        expected_on=due, due_on=due,
    )
    work.session.add(case)
    work.session.flush()
    for number, department in enumerate(departments):
        work.session.add(Assignment(
            case_id=case.id, department_id=department, due_on=due, assigned_at=work.now,
            role=AssignmentRole.CO if number else AssignmentRole.LEAD,
        ))
    work.session.flush()
    day.cases[key] = case.id
