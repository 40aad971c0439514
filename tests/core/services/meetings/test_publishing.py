from datetime import datetime, time, timedelta

import pytest
from call_meeting import Called, call, requester_invitations
from icalendar import Calendar
from sqlalchemy import select
from town import Town

from duijie.domain.errors import Invalid, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState
from duijie.services.meetings import (
    access,
    adjusting,
    agenda,
    before,
    own,
    people,
    planning,
    publishing,
    telling,
)
from duijie.services.meetings import slots as times
from duijie.services.reminders import claim
from duijie.storage.models import Appointment, Case, Meeting, Reminder

pytestmark = pytest.mark.both_databases
DAY_BEFORE, TWO_HOURS = before.kind_of(1440), before.kind_of(120)
TIMED = (DAY_BEFORE, TWO_HOURS)


@pytest.fixture
def called(town: Town) -> Called:
    return call(town)


@pytest.fixture
def lite_called(lite_town: Town) -> Called:
    return call(lite_town)


def meeting_of(called: Called) -> Meeting:
    with called.town.office.read(SYSTEM) as work:
        return work.session.get_one(Meeting, called.meeting_id)


def move(called: Called, **new) -> None:
    meeting = meeting_of(called)
    with called.write() as work:
        local = work.local(meeting.starts_at)
        given = {"day": local.date(), "start": local.time(), "place": meeting.place,
                 "slot_minutes": meeting.slot_minutes, "slots_": meeting.slots} | new  # fmt: skip
        publishing.move(work, called.meeting_id, None, **given)


def first_key(called: Called, case: str) -> str:
    with called.read() as work:
        timetable = planning.current(work, access.managed(work, called.meeting_id))
        return next(a.key for a in timetable.appointments if a.case_id == called.cases[case])


def event_of(reminder: Reminder):
    calendar = Calendar.from_ical(reminder.calendar)
    return calendar, next(iter(calendar.walk("VEVENT")))


# ---- inviting ----


def test_inviting_tells_departments_and_requesters_once(called):
    called.to("invited")
    assert meeting_of(called).state is MeetingState.INVITING
    mails = called.reminders(telling.INVITED, channel="mail")
    assert {r.to_address for r in mails} >= {"rep_hr@example.test", "02@firm.test"}
    assert len(mails) == 5 + 3
    assert len(called.reminders(telling.INVITED, channel="inbox")) == 5
    with called.write() as work:
        publishing.invite(work, called.meeting_id, None)
    assert len(called.reminders(telling.INVITED, channel="mail")) == 8


def test_who_joins_later_is_invited_too(called):
    called.to("invited")
    with called.write() as work:
        agenda.remove(work, called.meeting_id, None, called.cases["permit"])
    assert [r.to_address for r in called.reminders(telling.TAKEN_OFF)] == ["permit@firm.test"]
    with called.write() as work:
        agenda.add(work, called.meeting_id, None, [called.cases["permit"]])
    assert len(requester_invitations(called)) == 3


def test_inviting_without_cases_is_refused(lite_called):
    with lite_called.write() as work, pytest.raises(Refused):
        publishing.invite(work, lite_called.meeting_id, None)


def test_the_requesters_link_opens_their_invitation_only(lite_called):
    lite_called.to("invited")
    link = next(r.link for r in lite_called.reminders(telling.INVITED, channel="mail") if r.user_id is None)
    with lite_called.read() as work:
        token = link.rpartition("/")[2]
        assert work.office.unsign("invitation", token) in {i.id for i in requester_invitations(lite_called)}
        assert work.office.unsign("door", token) is None


# ---- publishing ----


def test_publishing_tells_everybody_their_own_times_and_arms_the_reminders(called):
    called.to("published")
    meeting = meeting_of(called)
    assert (meeting.state, meeting.revision) == (MeetingState.SCHEDULED, 1)
    assert called.reminders(telling.INVITED) == []  # overtaken
    mails = {r.to_address: r for r in called.reminders(telling.PUBLISHED, channel="mail")}
    assert len(mails) == 5 + 3 + 1
    assert "企业 02" in mails["rep_power@example.test"].body.zh
    assert "供电公司（席位 5）" in mails["02@firm.test"].body.zh
    assert "诉求 permit" not in mails["02@firm.test"].body.zh
    for kind in TIMED:
        armed = called.reminders(kind, channel="mail")
        assert len(armed) == 9
        assert all(r.due_at < meeting.starts_at and r.due_at.minute for r in armed)
        assert all(meeting.number in r.why.zh and "规则" in r.why.zh for r in armed)
        assert all("rule:" in r.why.en for r in armed)


def test_reminders_come_the_morning_before_and_two_hours_before_ones_own_time(called):
    called.to("published")
    meeting = meeting_of(called)
    with called.town.office.read(SYSTEM) as work:
        eve = work.local(meeting.starts_at).date() - timedelta(days=1)
        for r in called.reminders(DAY_BEFORE):
            assert work.local(r.due_at).date() == eve
            assert time(9, 3) <= work.local(r.due_at).time() <= time(9, 22)
    with called.read() as work:
        timetable = planning.current(work, access.managed(work, called.meeting_id))
        starts = {a.invitation.email: a.slot for a in sorted(timetable.appointments, key=lambda a: -a.slot)}
    for r in called.reminders(TWO_HOURS, channel="mail"):
        begin = times.starts(meeting, starts.get(r.to_address, 0))
        assert timedelta(hours=2) < begin - r.due_at <= timedelta(hours=2, minutes=14)


def test_publishing_again_tells_only_those_whose_times_changed(called):
    called.to("published")
    with called.town.office.write(SYSTEM) as work:  # the first news is out
        for r in work.session.scalars(select(Reminder).where(Reminder.kind == telling.PUBLISHED)):
            r.state = "sent"
    with called.write() as work:
        adjusting.move(work, called.meeting_id, None, first_key(called, "insurance"), 9)
    called.publish()
    changed = {r.to_address for r in called.reminders(telling.CHANGED, channel="mail")}
    assert changed == {"rep_hr@example.test", "01@firm.test"}
    assert meeting_of(called).revision == 2
    for kind in TIMED:
        assert {r.revision.partition(":")[0] for r in called.reminders(kind)} == {"2"}
        assert len([r for r in called.reminders(kind, "retired", "mail") if r.revision.startswith("1")]) == 9
        assert len(called.reminders(kind, channel="mail")) == 9


def test_news_that_was_never_sent_is_replaced_by_the_newest(called):
    called.to("published")
    with called.write() as work:
        adjusting.move(work, called.meeting_id, None, first_key(called, "insurance"), 9)
    called.publish()
    assert called.reminders(telling.PUBLISHED, channel="mail") == []
    assert len(called.reminders(telling.CHANGED, channel="mail")) == 8


def test_a_timetable_that_no_longer_fits_is_not_published(called):
    called.to("solved")
    called.answer("power", "rep_power", answer="declined", note="抢修")
    with called.write() as work, pytest.raises(Refused) as caught:
        publishing.publish(work, called.meeting_id, None)
    assert "供电公司" in caught.value.message.zh
    assert "Power supply company" in caught.value.message.en


def test_publishing_needs_invitations_a_timetable_and_something_new(called):
    called.to("cases")
    for ready in ("_invited", "_solved"):
        with called.write() as work, pytest.raises(Refused):
            publishing.publish(work, called.meeting_id, None)
        getattr(called, ready)()
    called.publish()
    with called.write() as work, pytest.raises(Refused):
        publishing.publish(work, called.meeting_id, None)


def test_a_requester_without_a_place_is_told_not_to_come(called):
    called.to("invited")
    called.answer("hr", "rep_hr", answer="declined", note="会议")
    called.solve()
    called.publish()
    told = next(r for r in called.reminders(telling.PUBLISHED, channel="mail") if r.to_address == "01@firm.test")
    assert "不必到会" in told.body.zh
    assert "need not come" in told.body.en
    assert told.to_address not in {r.to_address for r in called.reminders(DAY_BEFORE)}


# ---- moving ----


def test_moving_a_published_meeting_keeps_its_order_and_tells_everybody_anew(called):
    called.to("published")
    called.answer("hr", "rep_hr", answer="accepted", away=[9])
    old = {r.id for kind in TIMED for r in called.reminders(kind)}
    move(called, start=time(9, 30), place="街道三楼")
    meeting = meeting_of(called)
    assert (meeting.state, meeting.revision) == (MeetingState.SCHEDULED, 2)
    assert meeting.published_id is not None
    mails = called.reminders(telling.MOVED, channel="mail")
    assert len(mails) == 9
    assert all("14:00" in r.body.zh and "09:30" in r.body.zh and "街道三楼" in r.body.zh for r in mails)
    armed = {r.id for kind in TIMED for r in called.reminders(kind)}
    assert armed
    assert not armed & old
    with called.read() as work:
        found = access.managed(work, called.meeting_id)
        assert {i.answer for i in found.invitations} == {"pending"}
        assert all(i.away == [] for i in found.invitations)


def test_another_grid_of_slots_must_be_solved_again(called):
    called.to("published")
    move(called, slots_=5)
    meeting = meeting_of(called)
    assert (meeting.state, meeting.published_id) == (MeetingState.INVITING, None)
    assert {r.user_id is not None for r in called.reminders(DAY_BEFORE)} == {True}  # no requester knows a time
    called.solve()
    called.publish()
    assert len(called.reminders(DAY_BEFORE, channel="mail")) == 9


def test_another_place_alone_asks_nobody_again(lite_called):
    lite_called.to("published")
    lite_called.answer("hr", "rep_hr", answer="accepted")
    move(lite_called, place="街道三楼")
    with lite_called.read() as work:
        answers = [i.answer for i in access.managed(work, lite_called.meeting_id).invitations]
    assert "accepted" in answers


def test_a_draft_moves_silently_and_no_move_is_no_move(lite_called):
    with pytest.raises(Invalid):
        move(lite_called)
    move(lite_called, start=time(9))
    assert lite_called.reminders(telling.MOVED) == []
    assert meeting_of(lite_called).revision == 0


def test_a_worker_never_sends_what_was_overtaken(called):
    called.to("published")
    move(called, place="街道三楼")
    claimed = claim(called.town.office, 500)
    assert {r.kind for r in claimed} == {telling.MOVED}


# ---- cancelling ----


def test_cancelling_tells_everybody_and_gives_the_cases_back(called):
    called.to("published")
    with called.write() as work:
        publishing.cancel(work, called.meeting_id, None, "台风停会")
    meeting = meeting_of(called)
    assert (meeting.state, meeting.revision) == (MeetingState.CANCELLED, 2)
    mails = called.reminders(telling.CANCELLED, channel="mail")
    assert len(mails) == 8 + 1
    assert all("台风停会" in r.body.zh for r in mails)
    for kind in (*TIMED, telling.PUBLISHED):
        assert called.reminders(kind) == []
    calendar, event = event_of(mails[0])
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    with called.town.office.read(SYSTEM) as work:
        assert work.session.get_one(Case, called.cases["school"]).carried_from_id == called.meeting_id
    again = call(called.town, cases=())
    with again.read() as work:
        pool = agenda.suggestions(work, access.managed(work, again.meeting_id))
    assert len(pool) == 4
    assert all(s.carried for s in pool)


def test_cancelling_needs_a_reason(lite_called):
    with lite_called.write() as work, pytest.raises(Invalid):
        publishing.cancel(work, lite_called.meeting_id, None, "  ")


# ---- calendar files ----


def test_calendar_files_keep_their_uid_and_count_up(called):
    called.to("published")
    first = {r.to_address: event_of(r) for r in called.reminders(telling.PUBLISHED, channel="mail")}
    move(called, start=time(15))
    second = {r.to_address: event_of(r) for r in called.reminders(telling.MOVED, channel="mail")}
    for address, (calendar, event) in second.items():
        assert calendar["METHOD"] == "REQUEST"
        assert [c.name for c in calendar.subcomponents] == ["VEVENT", "VTIMEZONE"] or \
            {c.name for c in calendar.subcomponents} == {"VEVENT", "VTIMEZONE"}
        assert event["UID"] == first[address][1]["UID"]
        assert (first[address][1]["SEQUENCE"], event["SEQUENCE"]) == (1, 2)
        assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
        assert event["STATUS"] == "CONFIRMED"
        assert str(event["ORGANIZER"]) == "mailto:coordinator@example.test"
        assert str(event["ATTENDEE"]) == f"mailto:{address}"
    uids = {str(event["UID"]) for _, event in second.values()}
    assert len(uids) == len(second)


def test_a_requesters_event_lasts_from_their_first_to_their_last_appointment(called):
    called.to("published")
    meeting = meeting_of(called)
    with called.read() as work:
        timetable = planning.current(work, access.managed(work, called.meeting_id))
        mine = [a for a in timetable.appointments if a.invitation.email == "02@firm.test"]
    mail = next(r for r in called.reminders(telling.PUBLISHED, channel="mail") if r.to_address == "02@firm.test")
    _, event = event_of(mail)
    assert event.decoded("DTSTART") == times.starts(meeting, min(a.slot for a in mine))
    assert event.decoded("DTEND") == times.starts(meeting, max(a.slot + a.length for a in mine))
    assert "诉求 capacity" in event["DESCRIPTION"]
    rep = next(r for r in called.reminders(telling.PUBLISHED, channel="mail") if r.to_address == "rep_power@example.test")
    _, event = event_of(rep)
    assert event.decoded("DTSTART") == meeting.starts_at
    assert event.decoded("DTEND") == times.ends(meeting)
    assert isinstance(event.decoded("DTSTAMP"), datetime)


# ---- who is told ----


def test_the_substitute_is_told_instead_of_the_representative(called):
    called.to("invited")
    head = called.town.actor("head_power").user_id
    called.answer("power", "rep_power", answer="delegated", user_id=head)
    called.solve()
    called.publish()
    told = {r.to_address for r in called.reminders(telling.PUBLISHED, channel="mail")}
    assert "head_power@example.test" in told
    assert "rep_power@example.test" not in told


def test_a_substitute_without_an_account_is_told_by_the_representative(lite_called):
    lite_called.to("invited")
    lite_called.answer("power", "rep_power", answer="delegated", substitute="李四", substitute_phone="13900000000")
    with lite_called.read() as work:
        meeting = access.managed(work, lite_called.meeting_id)
        invitation = next(i for i in meeting.invitations if i.department and i.department.key == "power")
        names = [r.name for r in people.of_invitation(work, meeting, invitation)]
    assert names == ["rep_power", "李四"]


def test_appointments_of_a_joint_talk_stand_at_every_desk(lite_called):
    lite_called.to("solved")
    with lite_called.read() as work:
        meeting = access.managed(work, lite_called.meeting_id)
        timetable = planning.current(work, meeting)
        joint = next(a for a in timetable.appointments if len(a.desks) == 2)
        assert isinstance(joint, Appointment)
        for key in ("economy", "power"):
            invitation = next(i for i in meeting.invitations if i.department and i.department.key == key)
            assert joint.slot in {o.slot for o in own.of_invitation(work, meeting, timetable, invitation)}
