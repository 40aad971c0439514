"""The planning board's services: locks of parts, collisions, comparing, what would help, wishes, files to take along."""

import contextlib
import io
from collections import Counter

import openpyxl
import pytest
from call_meeting import Called, call
from icalendar import Calendar
from town import Town

from duijie import schedule
from duijie.domain.errors import Invalid, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.services.meetings import (
    access,
    adjusting,
    agenda,
    colliding,
    comparing,
    exporting,
    locking,
    planning,
    previewing,
    relaxing,
    wishing,
)
from duijie.storage.models import Appointment, Desk, Meeting, Timetable

TIGHT = (  # two firms, one desk each; see `tight`
    ("first", "91330000MA00000001", ("hr",), False, 0),
    ("second", "91330000MA00000002", ("hr",), False, 0),
    ("third", "91330000MA00000003", ("hr",), False, 0),
)


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town).to("solved")


@pytest.fixture
def tight(lite_town: Town) -> Called:
    """Three talks at one desk that is open in two of ten slots: one has no place."""
    called = call(lite_town, cases=TIGHT, departments=("hr",)).to("invited")
    called.answer("hr", "rep_hr", answer="accepted", people=1, away=list(range(2, 10)))
    called.solve()
    return called


def newest(called: Called) -> Timetable:
    with called.read() as work:
        found = planning.current(work, access.managed(work, called.meeting_id))
        assert found is not None
        return found


def named(called: Called, case: str, department: str = "") -> Appointment:
    return next(a for a in newest(called).appointments if a.case_id == called.cases[case]
                and (not department or department in [d.desk.department.key for d in a.desks]))  # fmt: skip


def kept(called: Called) -> set[str]:
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        return set(locking.kept(locking.of_meeting(work, meeting), planning.current(work, meeting)))


def offers(called: Called) -> dict[str, list[relaxing.Relaxation]]:
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        timetable = planning.current(work, meeting)
        assert timetable is not None
        return relaxing.offered(work, meeting, timetable)


def test_a_locked_desk_requester_or_period_stays_when_the_rest_is_solved_again(called: Called) -> None:
    school, economy = named(called, "school"), named(called, "permit", "economy")
    with called.write() as work:
        desk = next(d.desk_id for d in school.desks)
        locking.add_desk(work, called.meeting_id, None, desk)
        locking.add_desk(work, called.meeting_id, None, desk)  # twice is once
    assert kept(called) == {school.key}
    with called.write() as work:
        locking.add_requester(work, called.meeting_id, None, economy.invitation_id)
    assert economy.key in kept(called)
    with called.write() as work:
        hours = named(called, "insurance").slot or 0
        locking.add_period(work, called.meeting_id, None, hours, hours)
    assert named(called, "insurance").key in kept(called)
    with called.write() as work:
        wishing.change(work, called.meeting_id, None, {"urgent": "high", "moved": "off"})
    before = {a.key: a.slot for a in newest(called).appointments if a.key in kept(called)}
    called.solve()
    assert {a.key: a.slot for a in newest(called).appointments if a.key in before} == before
    assert not any(a.locked for a in newest(called).appointments)  # the parts hold them, not each by itself
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        parts = locking.of_meeting(work, meeting)
        labels = [locking.label(work, meeting, part).zh for part in parts]
    assert labels[0] == "区委组织部（人才办）"
    assert labels[1] == "企业 permit"
    assert labels[2].startswith(("14:", "15:"))
    with called.write() as work:
        locking.remove(work, called.meeting_id, None, parts[0].id)
    assert school.key not in kept(called) or school.slot == hours
    with called.write() as work:
        adjusting.unlock_all(work, called.meeting_id, None)
    assert kept(called) == set()


def test_there_is_no_locking_what_is_not_there(called: Called) -> None:
    for act, of in ((locking.add_desk, (999,)), (locking.add_requester, (999,)), (locking.remove, (999,))):
        with called.write() as work, pytest.raises(NotFound):
            act(work, called.meeting_id, None, *of)
    for first, last in ((3, 2), (-1, 2), (0, 10)):
        with called.write() as work, pytest.raises(Invalid):
            locking.add_period(work, called.meeting_id, None, first, last)
    with called.write() as work, pytest.raises(NotFound):  # a department is not a requester
        locking.add_requester(work, called.meeting_id, None, called.invitation("hr"))


def test_collisions_are_told_slot_by_slot_and_agree_with_the_move(called: Called) -> None:
    key, joint = named(called, "school").key, named(called, "capacity").slot
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        timetable = planning.current(work, meeting)
        assert timetable is not None
        found = adjusting.collisions(work, meeting, timetable, key)
        assert adjusting.collisions(work, meeting, timetable, "nothing") == {}
    assert sorted(found) == list(range(10))
    assert "企业 02" in found[joint or 0][0].zh
    for slot, why in found.items():
        with contextlib.suppress(_Enough), called.write() as work:
            if why:
                with pytest.raises(Refused):
                    adjusting.move(work, called.meeting_id, None, key, slot)
            else:
                assert adjusting.move(work, called.meeting_id, None, key, slot)
            raise _Enough


def test_what_changed_is_said_and_who_must_be_told(called: Called) -> None:
    called.publish()
    schedule.run_now(called.town.office)  # what is sent is known: only what is new must be told
    key, was = named(called, "insurance").key, named(called, "insurance").slot
    with called.write() as work:
        adjusting.move(work, called.meeting_id, None, key, 9 if was != 9 else 8)
        adjusting.move(work, called.meeting_id, None, named(called, "school").key, None)
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        after = planning.current(work, meeting)
        assert after is not None
        assert meeting.published is not None
        found = comparing.changes(work, meeting, meeting.published, after)
        told = comparing.told(work, meeting, meeting.published, after)
        back = comparing.changes(work, meeting, after, meeting.published)
        assert comparing.changes(work, meeting, after, after) == []
        tallies = [comparing.tally(t) for t in (meeting.published, after)]
    assert [c.kind for c in found] == ["dropped", "moved"]
    assert sorted(c.kind for c in back) == ["moved", "placed"]
    assert found[1].text.zh.startswith("企业 01（区人力社保局）：14:")
    assert "改到" in found[1].text.zh
    names = [t.invitation.name or t.invitation.department.key for t in told]
    assert set(names[:2]) == {"企业 01", "企业 02"}  # requesters first
    assert set(names[2:]) == {"hr", "organization"}
    assert all(t.people for t in told)
    assert not any(t.by_phone for t in told)
    assert (tallies[0].placed, tallies[1].placed, tallies[1].left) == (5, 4, 1)
    called.publish()
    told_by_mail = called.reminders("meeting.changed", channel="mail")
    assert len(told_by_mail) >= 2
    assert {r.revision.partition(":i")[2] for r in told_by_mail} == {str(t.invitation.id) for t in told}


def test_each_change_that_is_offered_keeps_its_word(tight: Called) -> None:
    (key, found), = offers(tight).items()
    assert [o.kind for o in found] == ["open", "seats", "longer"]
    assert "区人力社保局" in found[0].label.zh
    assert found[0].slots == (2,)
    for offer in found:
        before = {a.key: a.slot for a in newest(tight).appointments if a.slot is not None}
        with contextlib.suppress(_Enough), tight.write() as work:  # tried, and thrown away
            relaxing.apply(work, tight.meeting_id, None, offer.kind, offer.id, list(offer.slots))
            problem = planning.unlocked(planning.problem_of(work, access.managed(work, tight.meeting_id)))
            assert adjusting.free_slots(problem, before, key), offer.label.zh
            raise _Enough
    with tight.write() as work:
        relaxing.apply(work, tight.meeting_id, None, "open", found[0].id, list(found[0].slots))
    tight.solve()
    assert all(a.slot is not None for a in newest(tight).appointments)


def test_a_locked_talk_that_could_stand_elsewhere_steps_aside_by_one_click(lite_town: Town) -> None:
    called = call(lite_town, cases=TIGHT[:2], departments=("hr",)).to("invited")
    called.answer("hr", "rep_hr", answer="accepted", people=1, away=list(range(2, 10)))
    called.answer("second", answer="accepted", away=list(range(1, 10)))
    called.solve()
    with called.write() as work:
        adjusting.move(work, called.meeting_id, None, named(called, "second").key, None)
        adjusting.move(work, called.meeting_id, None, named(called, "first").key, 0)
    called.solve()
    (found,) = offers(called).values()
    assert found[0].kind == "unlock"
    assert found[0].label.zh == "解锁 企业 01，改到 14:12–14:24"
    with called.write() as work:
        relaxing.apply(work, called.meeting_id, None, "unlock", found[0].id, list(found[0].slots))
    called.solve()
    assert (named(called, "first").slot, named(called, "second").slot) == (1, 0)
    with called.write() as work, pytest.raises(NotFound):
        relaxing.apply(work, called.meeting_id, None, "unlock", 999, [1])


def test_what_collides_is_said_in_the_words_of_the_meeting(tight: Called) -> None:
    with tight.read() as work:
        found = colliding.of_meeting(work, access.managed(work, tight.meeting_id))
    assert found is not None
    assert found.said.zh.startswith("席位“区人力社保局”：3 场对接只能排在14:00–14:24")
    assert any("同时只能接待 1 场" in limit.zh for limit in found.limits)
    assert any("Human Resources" in change.en for change in found.changes)
    with tight.write() as work:
        agenda.remove(work, tight.meeting_id, None, tight.cases["third"])
    with tight.read() as work:
        assert colliding.of_meeting(work, access.managed(work, tight.meeting_id)) is None


class _Enough(Exception):
    """What was done in this piece of work is to be forgotten."""


def test_a_requester_may_come_after_all_and_a_meeting_last_longer(lite_town: Town) -> None:
    called = call(lite_town, cases=TIGHT[:2], departments=("hr",)).to("invited")
    called.answer("first", answer="accepted", away=list(range(1, 10)))
    called.answer("second", answer="accepted", away=list(range(1, 10)))
    called.solve()
    (found,) = offers(called).values()
    assert [o.kind for o in found] == ["come", "seats", "longer"]
    assert "企业 0" in found[0].label.en
    with called.write() as work:
        relaxing.apply(work, called.meeting_id, None, "longer", 1, [])
        assert work.session.get_one(Meeting, called.meeting_id).slots == 11
    for kind, id_, slots in (("shout", 1, []), ("longer", 60, []), ("come", 999, [1]), ("come", found[0].id, []),
                             ("open", 999, [1]), ("seats", 999, []), ("apart", 999, [])):  # fmt: skip
        with called.write() as work, pytest.raises((Invalid, NotFound)):
            relaxing.apply(work, called.meeting_id, None, kind, id_, slots)


def test_a_joint_talk_that_finds_no_place_can_be_held_apart(lite_town: Town) -> None:
    joint = (("both", "91330000MA00000001", ("hr", "power"), True, 0),)
    called = call(lite_town, cases=joint, departments=("hr", "power")).to("invited")
    called.answer("hr", "rep_hr", answer="accepted", people=1, away=list(range(5)))
    called.answer("power", "rep_power", answer="accepted", people=1, away=list(range(5, 10)))
    called.solve()
    (found,) = offers(called).values()
    assert [o.kind for o in found] == ["open", "open", "apart", "longer"]
    with called.write() as work:
        relaxing.apply(work, called.meeting_id, None, "apart", called.cases["both"], [])
    called.solve()
    assert [a.slot is not None for a in newest(called).appointments] == [True, True]


def test_wishes_are_words_and_change_what_is_found(called: Called) -> None:
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        words = wishing.of_meeting(meeting)
        assert [w.goal.key for w in words] == list(wishing.SHOWN)
        assert all(w.level == w.goal.usual for w in words)
        assert all(w.label.en and w.explained.zh for w in words)
    coordinator = called.town.actor("coordinator")
    with called.write() as work:
        adjusting.move(work, called.meeting_id, None, named(called, "capacity").key, 9)
        adjusting.unlock_all(work, called.meeting_id, None)
    found = previewing.preview(called.town.office, coordinator, called.meeting_id, {"urgent": "high", "moved": "off"})
    assert found is not None
    assert "1 件急事更早谈" in [t.zh for t in found.better]
    assert found.moved >= 1
    assert named(called, "capacity").slot == 9  # looking changes nothing
    with called.write() as work:
        wishing.change(work, called.meeting_id, None, {"urgent": "high", "waiting": "medium"})
        assert work.session.get_one(Meeting, called.meeting_id).wishes == {"urgent": "high"}
    called.solve()
    assert named(called, "capacity").slot == 0
    assert newest(called).search["wishes"] == {"urgent": "high"}
    with called.write() as work, pytest.raises(Invalid):
        wishing.change(work, called.meeting_id, None, {"urgent": "extremely"})
    with called.town.office.write(SYSTEM) as work:  # what an older or newer release kept does no harm
        work.session.get_one(Meeting, called.meeting_id).wishes = {"glitter": "high", "urgent": "extremely"}
    called.solve()


def test_without_a_timetable_there_is_nothing_to_compare_a_wish_with(lite_town: Town) -> None:
    called = call(lite_town).to("invited")
    assert previewing.preview(lite_town.office, lite_town.actor("coordinator"), called.meeting_id, {}) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_opens_with_a_sheet_for_the_wall_each_desk_and_the_requesters(called: Called, language: str) -> None:
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        timetable = planning.current(work, meeting)
        assert timetable is not None
        timetable.appointments[0].case.title = "=HYPERLINK(1)"
        made = exporting.workbook(work, meeting, timetable, language)
        desks = [d.department.name.to(language) for d in meeting.desks]
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    wall = book.worksheets[0]
    assert [sheet.title.split(" ", 1)[-1][:10] for sheet in book.worksheets[1:6]] == [d[:10] for d in desks]
    assert len(book.worksheets) == 7  # and the requesters; everything has a place
    assert wall["A4"].value == "14:00–14:12"
    assert wall.max_row == 3 + 10
    talks = Counter(cell.value for row in wall.iter_rows(min_row=4, min_col=2) for cell in row if cell.value)
    assert talks["企业 02"] == 3  # a joint talk stands at both desks
    people = book.worksheets[-1]
    assert people.max_row == 3 + 5
    assert people["C4"].value == "13800000001"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_every_appointment_keeps_its_uid_in_the_calendar_of_the_whole(called: Called) -> None:
    def events() -> dict[str, tuple[object, int]]:
        with called.read() as work:
            meeting = access.managed(work, called.meeting_id)
            timetable = planning.current(work, meeting)
            assert timetable is not None
            text = exporting.calendar(work, meeting, timetable, "zh")
        return {str(e["uid"]): (e["dtstart"].dt, e["sequence"]) for e in Calendar.from_ical(text).walk("VEVENT")}

    before = events()
    called.publish()
    with called.write() as work:
        adjusting.move(work, called.meeting_id, None, named(called, "insurance").key, 9)
    after = events()
    assert len(before) == 5
    assert set(before) == set(after)
    assert sum(before[uid][0] != after[uid][0] for uid in before) == 1
    assert {n for _, n in after.values()} == {2}


def test_a_desk_or_requester_that_goes_takes_its_lock_along(lite_town: Town) -> None:
    called = call(lite_town).to("cases")
    with called.write() as work:
        meeting = access.managed(work, called.meeting_id)
        desk = next(d for d in meeting.desks if d.department.key == "organization")
        locking.add_desk(work, called.meeting_id, None, desk.id)
        locking.add_requester(work, called.meeting_id, None, called.invitation("insurance"))
    with called.write() as work:
        agenda.remove(work, called.meeting_id, None, called.cases["insurance"])
        work.session.delete(work.session.get_one(Desk, desk.id))
    with called.read() as work:
        assert list(locking.of_meeting(work, access.managed(work, called.meeting_id))) == []
