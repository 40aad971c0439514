"""Answers by calendar: understood from every mail program, believed only from who was asked, applied once."""

from dataclasses import replace

import pytest
from calendar_mails import PROGRAMS, Said, google, outlook, thunderbird
from call_meeting import Called, call
from sqlalchemy import select
from town import Town

from duijie.domain.roles import SYSTEM
from duijie.services import rosters
from duijie.services.meetings import before, publishing, telling
from duijie.services.replies.reading import read
from duijie.services.replies.taking import take
from duijie.storage.models import CalendarEntry, Event, IncomingMail, Invitation, Meeting

REP, HEAD, FIRM = "rep_power@example.test", "head_power@example.test", "01@firm.test"


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town).to("invited")


def entry(called: Called, address: str) -> CalendarEntry:
    with called.town.office.read(SYSTEM) as work:
        return work.session.scalars(select(CalendarEntry).where(CalendarEntry.email == address)).one()


def say(called: Called, address: str, partstat: str, **more) -> Said:
    known = entry(called, address)
    return Said(known.uid, address, partstat, known.sequence, **more)


def sent(called: Called, mail: bytes) -> tuple[str, str]:
    """What became of it: (outcome, the note in Chinese)."""
    kept = take(called.town.office, mail)
    assert kept is not None
    return kept.outcome, kept.note.zh


def answer(called: Called, name: str) -> tuple[str, str]:
    with called.town.office.read(SYSTEM) as work:
        found = work.session.get_one(Invitation, called.invitation(name))
        return found.answer, found.user.login if found.user else ""


def seat_alternate(called: Called) -> int:
    with called.town.office.write(SYSTEM) as work:
        user_id = called.town.actor("head_power").user_id
        rosters.seat(work, called.town.department_id("power"), user_id, "alternate")
    return user_id


def asked(called: Called, kind: str, state: str = "planned") -> list[str]:
    return sorted(r.to_address for r in called.reminders(kind, state, "mail"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_every_mail_program_is_understood(called: Called, program) -> None:
    assert sent(called, program(say(called, REP, "ACCEPTED")))[0] == "taken"
    assert answer(called, "power") == ("accepted", "")
    note = "下周出差，抱歉不能到会，请谅解。" * 6  # folded over several lines
    later = say(called, FIRM, "DECLINED", stamp="20261125T030000Z", comment=note)
    assert sent(called, program(later))[0] == "taken"
    assert answer(called, "insurance")[0] == "declined"
    with called.town.office.read(SYSTEM) as work:
        assert work.session.get_one(Invitation, called.invitation("insurance")).answer_note == note
        said = [e for e in work.session.scalars(select(Event)) if e.kind == "meeting.calendar_reply"]
        assert [e.data["who"]["zh"] for e in said] == ["rep_power", "张三"]
        answered = [e for e in work.session.scalars(select(Event)) if e.kind == "meeting.answered"]
        assert [e.actor for e in answered] == ["rep_power", "企业 01"]  # in the name of who answered


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_a_secretary_answers_for_who_was_asked_and_is_named(called: Called, program) -> None:
    """Exchange and others write SENT-BY; the answer stands in the name of who was asked."""
    office = "office@example.test"
    said = say(called, REP, "ACCEPTED", sender=office, params=f';SENT-BY="mailto:{office}"')
    assert sent(called, program(said))[0] == "taken"
    assert answer(called, "power") == ("accepted", "")
    with called.town.office.read(SYSTEM) as work:
        (told,) = [e for e in work.session.scalars(select(Event)) if e.kind == "meeting.calendar_reply"]
        assert told.data["who"]["zh"] == f"rep_power（由 {office} 代为回复）"
        assert told.data["who"]["en"] == f"rep_power (answered for them by {office})"


@pytest.mark.parametrize(
    ("sender", "who", "sent_by"),
    [
        ("stranger@example.test", REP, "office@example.test"),  # the mail came from somebody else again
        ("office@example.test", FIRM, "office@example.test"),  # for somebody whom this invitation is not for
        ("office@elsewhere.test", REP, "office@elsewhere.test"),  # a secretary of another house
        ("office@example.test", REP, ""),  # the file does not say that somebody else sent it
    ],
)
def test_who_does_not_show_that_they_answer_for_another_does_not(called: Called, sender: str, who: str, sent_by: str) -> None:
    params = f';SENT-BY="mailto:{sent_by}"' if sent_by else ""
    said = replace(say(called, REP, "ACCEPTED", sender=sender, params=params), who=who)
    assert sent(called, outlook(said))[0] == "refused"
    assert answer(called, "power")[0] == "pending"
    assert asked(called, telling.UNCLEAR) == ["coordinator@example.test"]


def test_a_decline_asks_the_substitute_at_once_who_then_accepts_by_calendar(called: Called) -> None:
    seat_alternate(called)
    assert sent(called, outlook(say(called, REP, "DECLINED"))) == ("taken", "不能到会，已请候补。")
    assert asked(called, telling.SUBSTITUTE) == [HEAD]
    assert HEAD in asked(called, before.kind_of(120))
    assert asked(called, telling.DECLINED) == ["coordinator@example.test"]
    assert sent(called, google(say(called, HEAD, "ACCEPTED"))) == ("taken", "候补到会。")
    assert answer(called, "power") == ("delegated", "head_power")
    assert sent(called, google(say(called, HEAD, "DECLINED", stamp="20261125T090000Z")))[0] == "taken"
    assert answer(called, "power")[0] == "declined"


def test_an_alternate_who_cannot_come_either_is_a_matter_for_the_coordinator(called: Called) -> None:
    seat_alternate(called)
    sent(called, outlook(say(called, REP, "DECLINED")))
    assert sent(called, outlook(say(called, HEAD, "DECLINED")))[0] == "refused"
    assert asked(called, telling.UNCLEAR) == ["coordinator@example.test"]


def test_a_delegate_of_the_roster_is_invited_and_answers_under_either_uid(called: Called) -> None:
    seat_alternate(called)
    delegated = say(called, REP, "DELEGATED", params=f';DELEGATED-TO="mailto:{HEAD}"')
    assert sent(called, outlook(delegated)) == ("taken", "由 head_power 到会。")
    assert answer(called, "power") == ("delegated", "head_power")
    invited = next(r for r in called.reminders(telling.INVITED, channel="mail") if r.to_address == HEAD)
    assert f'DELEGATED-FROM="mailto:{REP}"' in invited.calendar.replace("\r\n ", "")
    assert asked(called, telling.REPLACED) == [REP]
    theirs = Said(delegated.uid, HEAD, "ACCEPTED", 0, "20261125T040000Z", params=f';DELEGATED-FROM="mailto:{REP}"')
    assert sent(called, outlook(theirs)) == ("taken", "受托人确认到会。")
    assert entry(called, HEAD).partstat == "ACCEPTED"


@pytest.mark.parametrize("to", ["stranger@example.test", ""])
def test_a_delegate_nobody_knows_is_a_matter_for_the_coordinator(called: Called, to: str) -> None:
    params = f';DELEGATED-TO="mailto:{to}"' if to else ""
    assert sent(called, outlook(say(called, REP, "DELEGATED", params=params)))[0] == "refused"
    assert answer(called, "power")[0] == "pending"
    assert asked(called, telling.UNCLEAR) == ["coordinator@example.test"]


def test_perhaps_is_noted_and_no_answer(called: Called) -> None:
    assert sent(called, thunderbird(say(called, REP, "TENTATIVE")))[0] == "taken"
    assert (answer(called, "power")[0], entry(called, REP).partstat) == ("pending", "TENTATIVE")


def test_another_time_proposed_is_passed_on(called: Called) -> None:
    outcome, note = sent(called, outlook(say(called, REP, "TENTATIVE", method="COUNTER", comment="改到周五可以吗")))
    assert (outcome, answer(called, "power")[0]) == ("refused", "pending")
    assert "改到周五可以吗" in note


@pytest.mark.parametrize(("sender", "who"), [
    ("rep_hr@example.test", REP),                # a colleague in somebody's name
    (REP, "rep_hr@example.test"),                # one's own mail, somebody else's seat
    ("rep_power@example.test.evil.test", REP),
    ("", REP),
])  # fmt: skip
def test_forged_answers_change_nothing_and_are_passed_on(called: Called, sender: str, who: str) -> None:
    forged = replace(say(called, REP, "DECLINED"), who=who, sender=sender or " ")
    assert sent(called, google(forged))[0] == "refused"
    assert answer(called, "power")[0] == "pending"
    assert asked(called, telling.UNCLEAR) == ["coordinator@example.test"]


def test_what_the_mail_server_calls_forged_is_not_even_looked_at(called: Called) -> None:
    said = say(called, REP, "DECLINED", headers={"Authentication-Results": "mx.example.test; spf=fail; dmarc=fail header.from=x"})
    assert sent(called, outlook(said))[0] == "ignored"
    assert answer(called, "power")[0] == "pending"


def test_an_answer_to_an_earlier_arrangement_or_an_older_one_is_stale(called: Called) -> None:
    early = say(called, REP, "DECLINED")
    assert sent(called, outlook(replace(early, partstat="ACCEPTED", stamp="20261125T050000Z")))[0] == "taken"
    assert sent(called, outlook(early))[0] == "stale"  # sent before, arrived later
    with called.write() as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        begins = work.local(meeting.starts_at)
        publishing.move(work, meeting.id, None, day=begins.date(), start=begins.time(), place="街道三楼",
                        slot_minutes=meeting.slot_minutes, slots_=meeting.slots)
    assert sent(called, outlook(replace(early, stamp="20261125T060000Z")))[0] == "stale"
    assert answer(called, "power")[0] == "accepted"
    assert sent(called, outlook(say(called, REP, "DECLINED", stamp="20261125T070000Z")))[0] == "taken"
    assert answer(called, "power")[0] == "declined"
    with called.write() as work:
        publishing.cancel(work, called.meeting_id, None, "台风")
    assert sent(called, outlook(say(called, FIRM, "ACCEPTED")))[0] == "stale"


def test_the_same_mail_twice_counts_once(called: Called) -> None:
    mail = outlook(say(called, REP, "ACCEPTED"))
    assert take(called.town.office, mail) is not None
    assert take(called.town.office, mail) is None
    with called.town.office.read(SYSTEM) as work:
        assert work.session.query(IncomingMail).count() == 1


JUNK = {
    "nothing": b"",
    "noise": bytes(range(256)) * 400,
    "advertisement": b"From: a@b.test\r\nSubject: =?utf-8?B?//8=?=\r\n\r\nbuy",
    "no calendar": b"Content-Type: text/calendar; charset=klingon; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY",
    "half": b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nATTENDEE;PARTSTAT=ACCEPTED:",
    "numbers": outlook(Said("x", "a@b.test", "ACCEPTED", stamp="soon")).replace(b"SEQUENCE:0", b"SEQUENCE:many"),
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000)),
    "ten megabytes": b"From: a@b.test\r\n\r\n" + b"x" * 10_000_000,
    "one line": b"From: " + b"a" * 900_000,
    "a header's worth": b"From: a@b.test\r\nFrom: c@d.test\r\nContent-Type: ;;;=\r\n\r\n",
}


@pytest.mark.parametrize("kind", JUNK)
def test_junk_is_harmless(lite_town: Town, kind: str) -> None:
    kept = take(lite_town.office, JUNK[kind])
    assert kept is not None
    assert kept.outcome == "ignored"
    assert read(JUNK[kind]).reply is None or kind == "numbers"
