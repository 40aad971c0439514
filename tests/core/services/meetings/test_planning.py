import threading

import pytest
from call_meeting import Called, a_case, call
from town import Town

from duijie.domain.errors import Conflict, Forbidden, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.matchmaking.check import violations
from duijie.services.meetings import access, adjusting, agenda, locking, own, planning
from duijie.storage.models import Meeting, Timetable


@pytest.fixture
def called(town: Town) -> Called:
    return call(town).to("invited")


@pytest.fixture
def lite_called(lite_town: Town) -> Called:
    return call(lite_town).to("invited")


def newest(called: Called) -> Timetable:
    with called.read() as work:
        found = planning.current(work, access.managed(work, called.meeting_id))
        assert found is not None
        for a in found.appointments:
            assert [d.desk.department.key for d in a.desks]
        return found


def slot_of(called: Called, case: str, department: str = "") -> int | None:
    return appointment(called, case, department).slot


def appointment(called: Called, case: str, department: str = ""):
    return next(
        a for a in newest(called).appointments
        if a.case_id == called.cases[case]
        and (not department or department in [d.desk.department.key for d in a.desks])
    )


def test_the_problem_asks_for_every_department_apart_and_joint_talks_once(called):
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        problem = planning.problem_of(work, meeting)
    desks = {r.desks for r in problem.requests}
    assert len(problem.requests) == 5
    assert max(len(d) for d in desks) == 2
    assert len(problem.parties) == 3
    assert {r.priority for r in problem.requests} == {0, 1}


def test_answers_bound_the_problem(called):
    called.answer("hr", "rep_hr", answer="accepted", people=2, away=[0, 1])
    called.answer("insurance", answer="accepted", away=[9])
    called.answer("permit", answer="declined", note="出差")
    called.answer("power", answer="declined", note="抢修")
    with called.read() as work:
        problem = planning.problem_of(work, access.managed(work, called.meeting_id))
        hr, power = (called.town.department_id(k) for k in ("hr", "power"))
    by_key = {d.key: d for d in problem.desks}
    assert (by_key[f"d{hr}"].capacity, by_key[f"d{hr}"].closed) == (2, frozenset({0, 1}))
    assert by_key[f"d{power}"].capacity == 0
    assert {p.away for p in problem.parties} == {frozenset(), frozenset({9})}
    assert len(problem.requests) == 3  # the declined requester asks for nothing


def test_a_timetable_keeps_every_rule_and_is_stored_with_its_figures(called):
    assert called.solve() == 1
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        timetable = planning.current(work, meeting)
        problem = planning.problem_of(work, meeting)
        assert len(planning.placed(timetable)) == 5
        assert violations(problem, planning.placed(timetable)) == []
        assert timetable.status == "optimal"
        assert timetable.seconds > 0
        assert planning.stale(work, meeting, timetable) == []
    assert called.solve() == 2


def test_what_has_no_place_says_why_in_words(called):
    called.answer("power", "rep_power", answer="declined", note="抢修")
    called.solve()
    left = appointment(called, "capacity")
    assert left.slot is None
    assert "供电公司" in left.unplaced_reason.zh
    assert "Power supply company" in left.unplaced_reason.en


def test_a_moved_appointment_is_locked_and_survives_solving_again(called):
    called.solve()
    key = appointment(called, "insurance").key
    with called.write() as work:
        adjusting.move(work, called.meeting_id, None, key, 7)
    assert appointment(called, "insurance").locked
    called.solve()
    assert slot_of(called, "insurance") == 7
    assert appointment(called, "insurance").locked
    with called.write() as work:
        adjusting.unlock_all(work, called.meeting_id, None)
    assert not appointment(called, "insurance").locked


def test_a_collision_is_refused_in_words_and_nothing_changes(called):
    called.solve()
    joint = slot_of(called, "capacity")
    with called.write() as work, pytest.raises(Refused) as caught:
        adjusting.move(work, called.meeting_id, None, appointment(called, "school").key, joint)
    assert "企业 02" in caught.value.message.zh
    assert "c1-d" not in caught.value.message.zh
    assert slot_of(called, "school") != joint
    with called.write() as work, pytest.raises(Refused):
        adjusting.move(work, called.meeting_id, None, appointment(called, "school").key, 10)


def test_an_appointment_can_be_taken_out_and_a_desk_locked(lite_called):
    lite_called.solve()
    desk = appointment(lite_called, "insurance").desks[0].desk_id
    with lite_called.write() as work:
        locking.add_desk(work, lite_called.meeting_id, None, desk)
    key = appointment(lite_called, "insurance").key
    with lite_called.write() as work:
        meeting = access.managed(work, lite_called.meeting_id)
        assert list(locking.kept(locking.of_meeting(work, meeting), planning.current(work, meeting))) == [key]
        adjusting.move(work, lite_called.meeting_id, None, key, None)  # a hand is above the lock
    taken = appointment(lite_called, "insurance")
    assert (taken.slot, taken.locked) == (None, False)
    assert taken.unplaced_reason
    with lite_called.write() as work, pytest.raises(NotFound):
        adjusting.move(work, lite_called.meeting_id, None, "nothing", 1)


def test_what_was_published_stays_as_it_was_when_edited(called):
    called.solve()
    called.publish()
    key, was = appointment(called, "insurance").key, slot_of(called, "insurance")
    with called.write() as work:
        adjusting.move(work, called.meeting_id, None, key, 8)
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        assert planning.placed(meeting.published)[key] == was
        assert planning.placed(planning.current(work, meeting))[key] == 8
        assert planning.current(work, meeting).number == 2


def test_changes_since_make_a_timetable_stale_in_words(called):
    called.solve()
    called.answer("power", "rep_power", answer="declined", note="抢修")
    called.answer("insurance", answer="declined")
    with called.write() as work:
        agenda.change(work, called.meeting_id, None, {called.cases["school"]: (3, False)})
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        words = "".join(t.zh for t in planning.stale(work, meeting, planning.current(work, meeting)))
    assert "供电公司" in words
    assert "不再" in words or "已不需要" in words
    assert "时长已改" in words


def test_solving_is_for_the_areas_coordinator_and_needs_something_to_place(lite_town):
    called = call(lite_town)
    with pytest.raises(Refused):
        called.solve()
    with pytest.raises(NotFound):
        planning.solve(lite_town.office, lite_town.actor("other_coordinator"), called.meeting_id)
    called.to("invited")
    with pytest.raises(Forbidden):
        planning.solve(lite_town.office, lite_town.actor("rep_hr"), called.meeting_id)


def test_a_change_during_the_search_is_noticed_and_nothing_kept(lite_called, monkeypatch):
    def and_meanwhile(problem, **options):
        lite_called.answer("hr", "rep_hr", answer="accepted", people=3)
        return found(problem, **options)

    found = planning.find_timetable
    monkeypatch.setattr(planning, "find_timetable", and_meanwhile)
    with pytest.raises(Conflict):
        lite_called.solve()
    with lite_called.read() as work:
        assert planning.current(work, access.managed(work, lite_called.meeting_id)) is None


def test_two_who_solve_at_once_get_two_timetables_or_a_conflict(called):
    ends: list[object] = []

    def one() -> None:
        try:
            ends.append(called.solve())
        except Conflict as error:
            ends.append(error)

    both = [threading.Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    numbers = [e for e in ends if isinstance(e, int)]
    assert len(ends) == 2
    assert numbers
    assert len(set(numbers)) == len(numbers)


def test_more_than_fits_leaves_some_unplaced_with_reasons(lite_town):
    called = call(lite_town)
    with lite_town.office.write(SYSTEM) as work:
        for n in range(14):
            called.cases[f"x{n}"] = a_case(work, lite_town, f"x{n}", f"9133000000000{n:05}", ("hr",)).id
    called.to("solved")
    left = [a for a in newest(called).appointments if a.slot is None]
    assert len(left) == 5  # ten slots at one desk, fifteen asked
    assert all("区人力社保局" in a.unplaced_reason.zh for a in left)


def test_own_appointments_read_well(called):
    called.solve()
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        timetable = planning.current(work, meeting)
        by = own.by_invitation(work, meeting, timetable)
        power = next(i for i in meeting.invitations if i.department and i.department.key == "power")
        firm = next(i for i in meeting.invitations if i.name == "企业 02")
    assert "与区经信局" in by[power.id][0].line.zh
    assert len(by[firm.id]) == 2
    assert any("席位" in o.line.zh for o in by[firm.id])


def test_the_meetings_version_grows_with_its_timetable(lite_called):
    before = lite_called.version()
    lite_called.solve()
    assert lite_called.version() == before + 1
    with lite_called.town.office.read(SYSTEM) as work:
        assert work.session.get_one(Meeting, lite_called.meeting_id).published_id is None
