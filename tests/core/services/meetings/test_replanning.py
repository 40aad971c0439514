"""On the day: what happens, the moves that are proposed, and what accepting them does and does not touch."""

from datetime import timedelta

import pytest
from meeting_day import Day, meeting_day
from sqlalchemy import select
from town import Town

from duijie.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.states import AssignmentRole, CaseState, MeetingState
from duijie.services.meetings import live, replanning
from duijie.services.meetings.happening import Happening
from duijie.services.work import Work
from duijie.storage.models import (
    AgendaItem,
    Appointment,
    Assignment,
    Case,
    Invitation,
    Meeting,
    Reminder,
    Timetable,
)


@pytest.fixture
def day(lite_town: Town) -> Day:
    """The meeting of `meeting_day`, which began two minutes ago."""
    return begun(lite_town)


@pytest.fixture
def day_on_either(town: Town) -> Day:
    return begun(town)


def begun(town: Town) -> Day:
    with town.office.read(SYSTEM) as work:
        began = work.now - timedelta(minutes=2)
    made = meeting_day(town, MeetingState.LIVE, starts=began)
    with town.office.write(SYSTEM) as work:
        for party in work.session.scalars(select(Invitation).where(Invitation.party_key.is_not(None))):
            party.email = f"{party.id}@firm.test"
    return made


def propose(day: Day, kind: str, of: int, until: int = 0, who: str = "coordinator") -> replanning.Proposal:
    with day.office.read(day.town.actor(who)) as work:
        return replanning.propose(work, day.meeting_id, Happening(kind, of, until))


def accept(day: Day, proposal: replanning.Proposal) -> None:
    with day.office.write(day.town.actor("coordinator")) as work:
        replanning.accept(work, day.meeting_id, proposal.token)


def published(day: Day) -> dict[str, int | None]:
    with day.office.read(SYSTEM) as work:
        meeting = work.session.get_one(Meeting, day.meeting_id)
        assert meeting.published is not None
        return {a.key: a.slot for a in meeting.published.appointments}


def told(day: Day) -> set[int]:
    with day.office.read(SYSTEM) as work:
        wanted = select(Reminder.revision).where(Reminder.kind == "meeting.changed", Reminder.about_id == day.meeting_id)
        return {int(mark.partition(":i")[2]) for mark in work.session.scalars(wanted)}


def call(day: Day, key: str, begin: bool = False) -> None:
    with day.office.write(day.town.actor("coordinator")) as work:
        live.call(work, day.appointments[key])
        if begin:
            live.begin(work, day.appointments[key])


def test_a_late_desk_moves_its_talks_and_only_those_concerned_are_told(day_on_either: Day) -> None:
    day = day_on_either
    proposal = propose(day, "desk_late", day.desks["hr"], 3)
    assert "14:" not in proposal.said.zh or "才能开始" in proposal.said.zh
    assert {s.key for s in proposal.steps} == {"wage", "papers", "school"}
    assert all(s.after is not None and s.after >= 3 for s in proposal.steps)
    assert proposal.least
    assert [t.zh for t in proposal.told][-1] == "区人力社保局"
    before = published(day)
    accept(day, proposal)
    after = published(day)
    assert {key for key in after if after[key] != before[key]} == {"wage", "papers", "school"}
    assert told(day) == {day.invitations[n] for n in ("hongyuan", "zhang", "hr")}
    with day.office.read(SYSTEM) as work:
        meeting = work.session.get_one(Meeting, day.meeting_id)
        first, second = work.session.scalars(
            select(Timetable).where(Timetable.meeting_id == meeting.id).order_by(Timetable.number)
        ).all()
        assert meeting.published is second
        assert meeting.state is MeetingState.LIVE
        assert {a.key: a.slot for a in first.appointments} == before  # what was published stays on record
        assert {a.id for a in second.appointments} == set(day.appointments.values())  # the desks' pages stay good
        seat = work.session.get_one(Invitation, day.invitations["hr"])
        assert seat.away == [1, 2]


def test_whoever_is_called_or_talking_is_not_moved(day: Day) -> None:
    call(day, "wage", begin=True)
    call(day, "papers")
    proposal = propose(day, "desk_closed", day.desks["hr"])
    assert {s.key: s.after for s in proposal.steps} == {"school": None}
    assert proposal.steps[0].reason is not None
    accept(day, proposal)
    with day.office.read(SYSTEM) as work:
        wage = work.session.get_one(Appointment, day.appointments["wage"])
        assert (wage.progress, wage.slot, wage.timetable.number) == ("talking", 0, 2)
        school = work.session.get_one(Appointment, day.appointments["school"])
        assert school.slot is None
        assert school.unplaced_reason is not None


def test_an_overrun_pushes_the_next_back_by_as_little_as_it_takes(day: Day) -> None:
    call(day, "wage", begin=True)
    proposal = propose(day, "overrun", day.appointments["wage"], 4)
    assert [(s.key, s.before, s.after) for s in proposal.steps] == [("school", 1, 4)]
    accept(day, proposal)
    assert published(day)["school"] == 4


def test_who_left_is_taken_out_and_who_is_late_comes_later(day: Day) -> None:
    proposal = propose(day, "requester_late", day.invitations["hongyuan"], 5)
    assert {s.key: s.after >= 5 for s in proposal.steps if s.after} == {"wage": True, "school": True}
    gone = propose(day, "requester_gone", day.invitations["hongyuan"])
    assert {s.key: s.after for s in gone.steps} == {"wage": None, "school": None}
    accept(day, gone)
    assert told(day) == {day.invitations["hongyuan"], day.invitations["hr"]}


def test_somebody_who_came_unannounced_gets_a_place_and_is_on_the_agenda(day: Day) -> None:
    with day.office.write(SYSTEM) as work:
        case_id = a_newcomer(work, day)
    proposal = propose(day, "requester_new", case_id)
    assert len(proposal.steps) == 1
    assert proposal.steps[0].before is None
    assert "新来企业" in proposal.steps[0].text.zh
    accept(day, proposal)
    with day.office.read(SYSTEM) as work:
        item = work.session.scalars(select(AgendaItem).where(AgendaItem.case_id == case_id)).one()
        talk = work.session.scalars(select(Appointment).where(Appointment.case_id == case_id)).one()
        assert talk.slot == proposal.steps[0].after
        assert talk.invitation_id == item.invitation_id
        assert talk.timetable.number == 2
    with day.office.write(day.town.actor("coordinator")) as work:
        live.call(work, talk.id)  # the desk can take them


def test_a_second_representative_brings_in_who_had_no_place(day: Day) -> None:
    with day.office.write(SYSTEM) as work:
        invitation = work.session.get_one(Invitation, day.invitations["li"])
        invitation.signed_in_at = work.now  # came all the same
    proposal = propose(day, "desk_more", day.desks["hr"])
    assert [s.key for s in proposal.steps if s.before is None] == ["late"]
    accept(day, proposal)
    with day.office.read(SYSTEM) as work:
        assert work.session.get_one(Invitation, day.invitations["hr"]).people == 3


def test_what_was_shown_no_longer_holds_and_nothing_is_moved(day: Day) -> None:
    proposal, other = propose(day, "desk_late", day.desks["hr"], 3), propose(day, "desk_closed", day.desks["power"])
    call(day, "papers")
    with pytest.raises(Conflict, match="没有调整"):
        accept(day, proposal)
    accept(day, other)
    with pytest.raises(Conflict):  # twice, or after another timetable was published
        accept(day, other)
    with day.office.write(day.town.actor("coordinator")) as work, pytest.raises(Conflict):
        replanning.accept(work, day.meeting_id, "made up")
    assert published(day)["wage"] == 0


def test_what_cannot_be(day: Day) -> None:
    for kind, of, until in (("storm", 1, 3), ("desk_late", day.desks["hr"], 99), ("overrun", day.appointments["wage"], 0)):
        with pytest.raises(Invalid):
            propose(day, kind, of, until)
    for kind, of, until in (("desk_closed", 999, 0), ("requester_gone", day.invitations["hr"], 0),
                            ("requester_new", 999, 0), ("overrun", day.appointments["papers"], 4)):  # fmt: skip
        with pytest.raises(NotFound):
            propose(day, kind, of, until)
    with pytest.raises(NotFound):
        propose(day, "desk_closed", day.desks["hr"], who="other_coordinator")
    with pytest.raises(Forbidden):
        propose(day, "desk_closed", day.desks["hr"], who="area_admin")
    with day.office.write(SYSTEM) as work:
        work.session.get_one(Meeting, day.meeting_id).state = MeetingState.CONCLUDED
    with pytest.raises(Refused):
        propose(day, "desk_closed", day.desks["hr"])


def a_newcomer(work: Work, day: Day) -> int:
    """An open case of the pool for the power desk."""
    case = Case(
        number="QY-2026-0099", group_key="enterprise", area_id=day.town.area_id, state=CaseState.ASSIGNED,
        stay_since=work.now, title="车间电压不稳", text="车间电压不稳", requester="新来企业",
        requester_key="91330201MA0000099X", contact="赵工", mobile="13900000099", tracking_hash="new",
        received_at=work.now, expected_on=work.today,
    )  # fmt: skip
    work.session.add(case)
    work.session.flush()
    work.session.add(Assignment(case_id=case.id, department_id=day.departments["power"], due_on=work.today,
                                assigned_at=work.now, role=AssignmentRole.LEAD))  # fmt: skip
    work.session.flush()
    return case.id
