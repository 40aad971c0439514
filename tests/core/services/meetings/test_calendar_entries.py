"""What arrives in people's calendars: asked, changed, withdrawn, each under its own UID and a SEQUENCE that grows."""

from datetime import time, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from call_meeting import Called, call
from icalendar import Calendar, Event
from town import Town

from duijie.builtin.notifiers import compose
from duijie.domain.roles import SYSTEM
from duijie.hooks.values import Message, OutgoingFile
from duijie.services import rosters
from duijie.services.meetings import agenda, calendar_entries, publishing
from duijie.services.reminders import of_user
from duijie.storage.models import Invitation, Meeting, Reminder, User


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town)


def files(called: Called, address: str) -> list[tuple[str, Event]]:
    """(method, event) of every calendar file that was planned for an address, in order."""
    with called.town.office.read(SYSTEM) as work:
        rows = work.session.query(Reminder).filter_by(to_address=address).order_by(Reminder.id)
        read = [Calendar.from_ical(r.calendar) for r in rows if r.calendar]
    return [(str(calendar["METHOD"]), next(iter(calendar.walk("VEVENT")))) for calendar in read]


def steps(called: Called, address: str) -> list[tuple[str, int]]:
    """(method, SEQUENCE) of every calendar file, all under one UID."""
    found = files(called, address)
    assert len({str(event["UID"]) for _, event in found}) <= 1
    return [(method, int(event["SEQUENCE"])) for method, event in found]


def move(called: Called, **new) -> None:
    with called.write() as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        local = work.local(meeting.starts_at)
        given = {"day": local.date(), "start": local.time(), "place": meeting.place,
                 "slot_minutes": meeting.slot_minutes, "slots_": meeting.slots} | new  # fmt: skip
        publishing.move(work, called.meeting_id, None, **given)


def seat_alternate(called: Called, login: str = "head_power") -> int:
    with called.town.office.write(SYSTEM) as work:
        user_id = called.town.actor(login).user_id
        rosters.seat(work, called.town.department_id("power"), user_id, "alternate")
    return user_id


def test_from_the_invitation_to_the_cancellation_one_event_with_a_growing_sequence(called: Called) -> None:
    called.to("published")
    move(called, start=time(15))
    move(called, place="街道三楼")
    with called.write() as work:
        publishing.cancel(work, called.meeting_id, None, "台风")
    for address in ("rep_power@example.test", "02@firm.test"):
        told = steps(called, address)
        assert [method for method, _ in told] == ["REQUEST"] * 4 + ["CANCEL"]
        assert [number for _, number in told] == sorted({number for _, number in told})
        last = files(called, address)[-1][1]
        assert last["STATUS"] == "CANCELLED"
        assert not last.walk("VALARM")
    assert steps(called, "coordinator@example.test")[-1][0] == "CANCEL"


def test_the_request_says_who_calls_who_is_asked_and_rings_before(called: Called) -> None:
    called.to("invited")
    _, event = files(called, "rep_hr@example.test")[0]
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert (event["ATTENDEE"].params["PARTSTAT"], event["ATTENDEE"].params["CN"]) == ("NEEDS-ACTION", "rep_hr")
    assert str(event["ORGANIZER"]) == "mailto:coordinator@example.test"
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event["STATUS"] == "TENTATIVE"
    alarm = event.walk("VALARM")[0]
    assert (alarm["ACTION"], alarm.decoded("TRIGGER")) == ("DISPLAY", timedelta(hours=-2))
    called.answer("hr", "rep_hr", answer="accepted")
    called.solve()
    called.publish()
    _, event = files(called, "rep_hr@example.test")[-1]
    assert (event["ATTENDEE"].params["PARTSTAT"], event["ATTENDEE"].params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 1)


def test_who_is_taken_off_is_withdrawn_and_asked_anew_when_put_back(called: Called) -> None:
    called.to("invited")
    for act in (lambda work: agenda.remove(work, called.meeting_id, None, called.cases["permit"]),
                lambda work: agenda.add(work, called.meeting_id, None, [called.cases["permit"]])):
        with called.write() as work:
            act(work)
    told = files(called, "permit@firm.test")
    assert [(method, int(e["SEQUENCE"])) for method, e in told][:2] == [("REQUEST", 0), ("CANCEL", 1)]
    assert told[2][0] == "REQUEST"
    assert int(told[2][1]["SEQUENCE"]) > 1 or told[2][1]["UID"] != told[0][1]["UID"]


def test_a_requester_without_room_is_withdrawn_and_the_others_are_not(called: Called) -> None:
    called.to("invited")
    called.answer("hr", "rep_hr", answer="declined", note="会议")
    called.solve()
    called.publish()
    assert steps(called, "01@firm.test")[-1][0] == "CANCEL"
    assert steps(called, "02@firm.test")[-1][0] == "REQUEST"


@pytest.mark.parametrize("published", [False, True])
def test_who_comes_instead_is_asked_and_who_was_asked_first_is_released(called: Called, published: bool) -> None:
    called.to("published" if published else "invited")
    head = called.town.actor("head_power").user_id
    called.answer("power", answer="delegated", user_id=head)
    assert steps(called, "head_power@example.test")[-1][0] == "REQUEST"
    assert steps(called, "rep_power@example.test")[-1][0] == "CANCEL"
    called.answer("power", answer="accepted")
    assert steps(called, "head_power@example.test")[-1][0] == "CANCEL"
    told = steps(called, "rep_power@example.test")
    assert told[-1][0] == "REQUEST"
    assert [number for _, number in told] == sorted({number for _, number in told})


def test_the_alternate_of_who_declines_is_asked_and_reminded_until_somebody_answers(called: Called) -> None:
    seat_alternate(called)
    called.to("invited")
    called.answer("power", "rep_power", answer="declined", note="抢修")
    assert steps(called, "head_power@example.test") == [("REQUEST", 0)]
    reminded = [r for r in called.reminders("meeting.before:1440", channel="mail") if "head_power" in r.to_address]
    assert len(reminded) == 1
    assert "您是候补" in reminded[0].body.zh
    called.answer("power", "rep_power", answer="accepted")
    assert not [r for r in called.reminders("meeting.before:1440") if r.to_address.startswith("head_power")]
    assert steps(called, "head_power@example.test")[-1][0] == "CANCEL"


def test_what_was_downloaded_changes_nothing_and_carries_what_was_last_told(called: Called) -> None:
    called.to("published")
    move(called, start=time(15))
    with called.town.office.read(SYSTEM) as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        mine = work.session.get_one(Invitation, called.invitation("power"))
        rep = work.session.get_one(User, called.town.actor("rep_power").user_id)
        text = calendar_entries.download(work, meeting, mine, of_user(rep), [])
    event = next(iter(Calendar.from_ical(text).walk("VEVENT")))
    told = files(called, "rep_power@example.test")[-1][1]
    assert (event["UID"], event["SEQUENCE"]) == (told["UID"], told["SEQUENCE"])


def test_the_mail_part_names_the_method_of_its_body_beside_the_text(called: Called) -> None:
    called.to("published")
    with called.write() as work:
        publishing.cancel(work, called.meeting_id, None, "台风")
    with called.town.office.read(SYSTEM) as work:
        for row in work.session.query(Reminder).filter(Reminder.channel == "mail", Reminder.calendar != ""):
            message = Message(row.key, row.to_name, row.to_address, row.subject.zh, row.body.zh, "zh", work.now,
                              (OutgoingFile("invite.ics", "text/calendar", row.calendar.encode()),))
            read = message_from_bytes(compose.mail(message, "duijie@example.test").as_bytes(), policy=default)
            assert read.get_content_type() == "multipart/alternative"
            plain, calendar = read.iter_parts()
            assert plain.get_content_type() == "text/plain"
            assert calendar["Content-Type"].params["charset"] == "utf-8"
            body = Calendar.from_ical(calendar.get_content())
            assert calendar["Content-Type"].params["method"] == str(body["METHOD"])
            assert {c.name for c in body.subcomponents} == {"VTIMEZONE", "VEVENT"}
