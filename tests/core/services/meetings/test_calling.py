from dataclasses import replace
from datetime import date, time

import pytest
from call_meeting import CASES, Called, a_case, a_day, call
from town import Town

from duijie.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState
from duijie.services.meetings import access, agenda, calling, desks, publishing, steps
from duijie.storage.models import Case, Event, Meeting
from duijie.storage.queries.meetings import readiness, seen_meetings


@pytest.fixture
def called(town: Town) -> Called:
    return call(town)


@pytest.fixture
def lite_called(lite_town: Town) -> Called:
    return call(lite_town)


def new_meeting(town: Town, day: date, **more) -> calling.NewMeeting:
    return replace(
        calling.NewMeeting("enterprise", town.area_id, "对接会", "会议室", day, time(14), 12, 10), **more
    )


def test_a_meeting_is_drafted_with_numbered_desks_and_a_running_number(called):
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        assert meeting.state is MeetingState.DRAFT
        assert meeting.number == f"DJH-{meeting.starts_at.year}-0001"
        assert [d.department.key for d in meeting.desks] == ["organization", "hr", "economy", "power"]
        assert [d.label for d in meeting.desks] == ["1", "2", "3", "4"]
        assert {i.department.key for i in meeting.invitations} == {"organization", "hr", "economy", "power"}


def test_every_wrong_detail_is_named(lite_town):
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        wrong = new_meeting(lite_town, date(2020, 1, 6), title=" ", place="", slot_minutes=2, slots=0)
        with pytest.raises(Invalid) as caught:
            calling.create(work, wrong)
    assert {p.field for p in caught.value.problems} == {"title", "place", "day", "slot_minutes", "slots"}


def test_nobody_calls_a_meeting_in_a_foreign_area(lite_town):
    with lite_town.office.write(lite_town.actor("other_coordinator")) as work, pytest.raises(NotFound):
        calling.create(work, new_meeting(lite_town, a_day(work)))


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2026, 10, 1), "国庆"), (date(2027, 3, 1), "尚未公布"), (date(2026, 11, 28), "周末"), (date(2026, 11, 27), "")],
)
def test_a_bad_day_is_warned_of_not_forbidden(lite_town, day, words):
    with lite_town.office.read(SYSTEM) as work:
        found = calling.warnings(work, lite_town.area_id, day)
    assert words in "".join(w.zh for w in found)
    assert bool(words) == bool(found)


def test_another_meeting_that_day_is_warned_of(lite_called):
    with lite_called.read() as work:
        meeting = access.managed(work, lite_called.meeting_id)
        day = work.local(meeting.starts_at).date()
        assert meeting.number in calling.warnings(work, meeting.area_id, day)[0].zh
        assert not calling.warnings(work, meeting.area_id, day, besides=meeting.id)


def test_departments_of_open_cases_are_suggested(lite_called):
    with lite_called.read() as work:
        busy = calling.busy_departments(work, "enterprise", lite_called.town.area_id)
    wanted = {"hr", "economy", "power", "organization", "ecology"}
    assert busy == {lite_called.town.department_id(key) for key in wanted}


def test_the_pool_puts_carried_over_first_then_priority_and_those_without_a_desk_last(called):
    with called.town.office.write(SYSTEM) as work:
        work.session.get_one(Case, called.cases["permit"]).carried_from_id = called.meeting_id
        a_case(work, called.town, "late", "", ("tax",), priority=2)
    with called.read() as work:
        pool = agenda.suggestions(work, access.managed(work, called.meeting_id))
    assert [s.case.number.removeprefix("QF-2026-") for s in pool] == [
        "permit", "capacity", "insurance", "school", "late",
    ]  # fmt: skip
    assert pool[0].carried
    assert [d.key for d in pool[0].missing] == ["ecology"]


def test_chosen_cases_join_the_agenda_and_bring_their_desks(called):
    called.to("cases")
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        assert len(meeting.agenda) == len(CASES)
        assert {i.case.number: i.together for i in meeting.agenda}["QF-2026-capacity"]
        parties = {i.party_key for i in meeting.invitations if i.party_key}
        assert len(parties) == 3  # two cases of one firm are one party
        assert not agenda.missing_desks(meeting)
        assert not agenda.suggestions(work, meeting)


def test_a_case_is_on_one_coming_agenda_only(called):
    called.to("cases")
    with called.write() as work:
        other = calling.create(work, new_meeting(called.town, a_day(work)))
        assert agenda.suggestions(work, other) == []


def test_taking_a_case_off_gives_it_back_to_the_pool(called):
    with called.town.office.write(SYSTEM) as work:
        work.session.get_one(Case, called.cases["permit"]).carried_from_id = called.meeting_id
    called.to("cases")
    with called.write() as work:
        assert work.session.get_one(Case, called.cases["permit"]).carried_from_id is None
        agenda.remove(work, called.meeting_id, None, called.cases["permit"])
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        assert [s.case.id for s in agenda.suggestions(work, meeting)] == [called.cases["permit"]]
        assert agenda.suggestions(work, meeting)[0].carried
        assert len([i for i in meeting.invitations if i.party_key]) == 2


def test_each_case_tells_that_it_is_on_the_agenda(lite_called):
    lite_called.to("cases")
    with lite_called.read() as work:
        kinds = [e.kind for e in work.session.query(Event).filter_by(case_id=lite_called.cases["school"])]
    assert kinds == ["case.on_agenda"]


def test_length_and_togetherness_can_be_changed_within_bounds(lite_called):
    lite_called.to("cases")
    permit = lite_called.cases["permit"]
    with lite_called.write() as work:
        agenda.change(work, lite_called.meeting_id, None, {permit: (2, True)})
        item = next(i for i in access.managed(work, lite_called.meeting_id).agenda if i.case_id == permit)
        assert (item.length, item.together) == (2, True)
        with pytest.raises(Invalid) as caught:
            agenda.change(work, lite_called.meeting_id, None, {permit: (7, True)})
        assert "诉求 permit" in caught.value.message.zh
        with pytest.raises(NotFound):
            agenda.change(work, lite_called.meeting_id, None, {999: (1, True)})


def test_choosing_nothing_is_an_error(lite_called):
    with lite_called.write() as work, pytest.raises(Invalid):
        agenda.add(work, lite_called.meeting_id, None, [])


def test_desks_are_added_closed_and_bounded(lite_called):
    town, meeting_id = lite_called.town, lite_called.meeting_id
    with lite_called.write() as work:
        desks.add(work, meeting_id, None, town.department_id("ecology"))
        meeting = access.managed(work, meeting_id)
        assert {d.department.key for d in meeting.desks} >= {"ecology", "hr"}
        desks.rearrange(work, meeting_id, None, {town.department_id("hr"): 2})
        assert [(d.department.key, d.capacity) for d in meeting.desks] == [("hr", 2)]
        assert [i.department.key for i in meeting.invitations] == ["hr"]
        with pytest.raises(Invalid):
            desks.rearrange(work, meeting_id, None, {town.department_id("hr"): 0})


def test_two_coordinators_who_edit_at_once_do_not_overwrite_each_other(called):
    seen = called.version()
    with called.write() as work:
        calling.change(work, called.meeting_id, seen, title="甲改的", chair="", notes="")
    with called.write() as work, pytest.raises(Conflict):
        calling.change(work, called.meeting_id, seen, title="乙改的", chair="", notes="")
    with called.write() as work, pytest.raises(Conflict):
        agenda.add(work, called.meeting_id, seen, called.cases.values())


def test_who_sees_what(called):
    with called.read("other_coordinator") as work, pytest.raises(NotFound):
        access.opened(work, called.meeting_id)
    with called.read("rep_hr") as work:
        with pytest.raises(NotFound):  # a draft is the coordinators' own
            access.opened(work, called.meeting_id)
        assert not list(work.session.scalars(seen_meetings(work.actor)))
    called.to("invited")
    with called.read("rep_hr") as work:
        assert access.opened(work, called.meeting_id).id == called.meeting_id
        with pytest.raises(Forbidden):
            access.managed(work, called.meeting_id)
    with called.read("rep_tax") as work, pytest.raises(NotFound):
        access.opened(work, called.meeting_id)


def test_steps_say_what_is_missing(called):
    def at(key: str):
        with called.read() as work:
            return next(s for s in steps.of_meeting(work, access.managed(work, called.meeting_id)) if s.key == key)

    assert at("cases").state == "current"
    assert at("cases").missing
    called.to("cases")
    assert at("invite").state == "current"
    called._invited()
    assert at("timetable").state == "current"
    assert "3" in at("invite").missing[0].zh
    called.solve()
    called.publish()
    assert at("day").state == "current"


def test_readiness_counts(called):
    called.to("published")
    called.answer("hr", "rep_hr", answer="accepted")
    with called.read() as work:
        figures = readiness(work.session, [called.meeting_id])[called.meeting_id]
    assert (figures.desks, figures.cases, figures.departments_asked, figures.departments_coming) == (5, 4, 5, 1)
    assert (figures.requesters_asked, figures.placed, figures.unplaced, figures.timetable) == (3, 5, 0, 1)


def test_a_live_meeting_is_not_edited_any_more(lite_called):
    with lite_called.town.office.write(SYSTEM) as work:
        work.session.get_one(Meeting, lite_called.meeting_id).state = MeetingState.LIVE
    with lite_called.write() as work:
        with pytest.raises(Refused):
            calling.change(work, lite_called.meeting_id, None, title="x", chair="", notes="")
        with pytest.raises(Refused):
            publishing.cancel(work, lite_called.meeting_id, None, "x")
