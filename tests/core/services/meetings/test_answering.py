import pytest
from call_meeting import Called, call
from town import Town

from duijie.domain.errors import Invalid, NotFound, Refused
from duijie.domain.roles import SYSTEM, requester
from duijie.domain.states import MeetingState
from duijie.services import rosters
from duijie.services.meetings import access, answering, planning, telling
from duijie.storage.models import Event, Invitation, Meeting


@pytest.fixture
def called(town: Town) -> Called:
    return call(town).to("invited")


@pytest.fixture
def lite_called(lite_town: Town) -> Called:
    return call(lite_town).to("invited")


def invitation(called: Called, name: str) -> Invitation:
    with called.town.office.read(SYSTEM) as work:
        return work.session.get_one(Invitation, called.invitation(name))


def capacity(called: Called, key: str) -> int:
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        return next(d.capacity for d in meeting.desks if d.department.key == key)


def test_a_representative_accepts_with_people_and_times(called):
    called.answer("hr", "rep_hr", answer="accepted", people=3, away=[1, 99])
    found = invitation(called, "hr")
    assert (found.answer, found.people, found.away) == ("accepted", 3, [1])
    assert found.answered_at is not None
    assert capacity(called, "hr") == 3
    with called.read() as work:
        kinds = [e.data["answer"]["zh"] for e in work.session.query(Event).filter_by(kind="meeting.answered")]
    assert kinds == ["能到会"]


def test_a_department_that_declines_closes_its_desk_and_its_alternates_are_asked(called):
    with called.town.office.write(SYSTEM) as work:
        rosters.seat(work, called.town.department_id("hr"), called.town.actor("head_power").user_id, "alternate")
    called.answer("hr", "rep_hr", answer="declined", note="另有会议")
    assert capacity(called, "hr") == 0
    assert [r.to_name for r in called.reminders(telling.SUBSTITUTE, channel="mail")] == ["head_power"]
    assert "另有会议" in called.reminders(telling.SUBSTITUTE)[0].body.zh
    assert {r.to_name for r in called.reminders(telling.DECLINED)} == {"coordinator"}
    called.answer("hr", "rep_hr", answer="accepted", people=2)
    assert capacity(called, "hr") == 2


def test_a_substitute_keeps_the_desk_open(lite_called):
    lite_called.answer("hr", "rep_hr", answer="delegated", substitute="李四", substitute_phone="13900000000")
    found = invitation(lite_called, "hr")
    assert (found.substitute, found.answer, capacity(lite_called, "hr")) == ("李四", "delegated", 1)
    lite_called.answer("hr", "rep_hr", answer="accepted")
    assert invitation(lite_called, "hr").substitute == ""


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"answer": "maybe"}, "answer"),
        ({"answer": "declined"}, "note"),
        ({"answer": "delegated"}, "substitute"),
        ({"answer": "delegated", "user_id": 1}, "user_id"),
        ({"answer": "accepted", "people": 0}, "people"),
        ({"answer": "accepted", "away": range(10)}, "away"),
    ],
)
def test_wrong_answers_name_their_field(lite_called, given, field):
    with pytest.raises(Invalid) as caught:
        lite_called.answer("hr", "rep_hr", **given)
    assert field in {p.field for p in caught.value.problems}
    assert invitation(lite_called, "hr").answer == "pending"


def test_a_requester_answers_by_link_and_cannot_name_a_substitute(called):
    token = called.town.office.sign("invitation", called.invitation("insurance"))
    with called.town.office.write(requester("企业")) as work:
        found = answering.of_requester(work, token)
        answering.answer(work, found, answering.Answer("accepted", away=[0]))
        with pytest.raises(Invalid):
            answering.answer(work, found, answering.Answer("delegated", substitute="李四"))
    assert invitation(called, "insurance").away == [0]


@pytest.mark.parametrize("purpose", ["door", "board", "track"])
def test_a_token_of_another_purpose_opens_nothing(lite_called, purpose):
    wrong = lite_called.town.office.sign(purpose, lite_called.invitation("insurance"))
    with lite_called.town.office.read(requester("")) as work:
        with pytest.raises(NotFound):
            answering.of_requester(work, wrong)
        with pytest.raises(NotFound):  # a department's invitation is not a requester's
            answering.of_requester(work, work.office.sign("invitation", lite_called.invitation("hr")))


def test_one_opens_ones_own_invitations_only(lite_called):
    hr, firm = lite_called.invitation("hr"), lite_called.invitation("insurance")
    for who, wanted, sees in (
        ("rep_hr", hr, True), ("rep_power", hr, False), ("rep_hr", firm, False), ("coordinator", firm, True),
        ("other_coordinator", hr, False), ("auditor", hr, False),
    ):  # fmt: skip
        with lite_called.read(who) as work:
            if sees:
                assert answering.invitation(work, wanted).id == wanted
            else:
                with pytest.raises(NotFound):
                    answering.invitation(work, wanted)


def test_answers_close_when_the_meeting_opens(lite_called):
    with lite_called.town.office.write(SYSTEM) as work:
        work.session.get_one(Meeting, lite_called.meeting_id).state = MeetingState.LIVE
    with pytest.raises(Refused):
        lite_called.answer("hr", "rep_hr", answer="accepted")


def test_an_answer_does_not_get_in_a_coordinators_way(lite_called):
    """Answers change no version: a coordinator who is editing meanwhile may save."""
    seen = lite_called.version()
    lite_called.answer("hr", "rep_hr", answer="accepted", people=2)
    assert lite_called.version() == seen
    assert planning.solve(lite_called.town.office, lite_called.town.actor("coordinator"), lite_called.meeting_id, seen) == 1


def test_the_departments_own_people_may_substitute(lite_called):
    with lite_called.read("rep_hr") as work:
        found = answering.invitation(work, lite_called.invitation("hr"))
        assert [u.login for u in answering.may_substitute(work, found)] == ["rep_hr", "head_hr"]
