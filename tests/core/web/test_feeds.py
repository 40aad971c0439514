"""Calendars to subscribe to: one's own only, by an address that can be renewed and revoked and dies with the account."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from browser import DESKTOP, PHONE, People, axe, fits
from call_meeting import Called, call
from icalendar import Calendar, Event, Todo
from playwright.sync_api import expect
from town import Town, small_settings
from werkzeug.test import TestResponse

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.services import casework
from duijie.services.feeds import tokens
from duijie.services.meetings import publishing
from duijie.storage.models import CalendarFeed, Case, Meeting, User


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town).to("published")


@pytest.fixture
def client(lite_town: Town):
    office = lite_town.office
    return make_app(small_settings(office.files_dir.parent, str(office.database.url)), office).test_client()


def token_of(called: Called, login: str) -> str:
    with called.write(login) as work:
        return tokens.make(work)


def feed(client, token: str, name: str = "meetings", **headers: str) -> TestResponse:
    return client.get(f"/account/feed/{token}/{name}.ics", headers=headers)


def events(answer: TestResponse) -> list[Event]:
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.get_data(as_text=True)).walk("VEVENT"))


def todos(answer: TestResponse) -> list[Todo]:
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.get_data(as_text=True)).walk("VTODO"))


def promise(called: Called, days: int = 5) -> int:
    with called.write("rep_hr") as work:
        case = work.session.get_one(Case, called.cases["insurance"])
        made = casework.commit(work, case, called.town.department_id("hr"), "补缴工伤险", days, "李工")
        made.meeting_id = called.meeting_id
        work.session.flush()
        return made.id


def test_each_sees_their_own_meetings_with_their_own_appointments(called: Called, client) -> None:
    power, hr, tax = (token_of(called, f"rep_{key}") for key in ("power", "hr", "tax"))
    event = events(feed(client, power))[0]
    assert "诉求 capacity" in event["DESCRIPTION"]
    assert "诉求 insurance" not in event["DESCRIPTION"]
    assert "诉求 insurance" in events(feed(client, hr))[0]["DESCRIPTION"]
    assert events(feed(client, tax)) == []  # not invited
    assert "ATTENDEE" not in event
    mail = next(r for r in called.reminders("meeting.published", channel="mail") if r.to_address == "rep_power@example.test")
    told = next(iter(Calendar.from_ical(mail.calendar).walk("VEVENT")))
    assert (event["UID"], event["SEQUENCE"]) == (told["UID"], told["SEQUENCE"])  # one event, whichever way it comes
    called.answer("power", "rep_power", answer="declined", note="抢修")
    assert events(feed(client, power)) == []
    coordinator = token_of(called, "coordinator")
    assert len(events(feed(client, coordinator))) == 1
    assert events(feed(client, token_of(called, "other_coordinator"))) == []
    with called.write() as work:
        publishing.cancel(work, called.meeting_id, None, "台风")
    assert [e["STATUS"] for e in events(feed(client, hr))] == ["CANCELLED"]


def test_commitments_are_tasks_of_their_department_tied_to_the_meeting(called: Called, client) -> None:
    hr, power = token_of(called, "rep_hr"), token_of(called, "rep_power")
    number = promise(called)
    task = todos(feed(client, hr, "commitments"))[0]
    with called.read() as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        case = work.session.get_one(Case, called.cases["insurance"])
        made = next(c for c in case.commitments if c.id == number)
        assert task.decoded("DUE") == made.due_on
        assert str(task["RELATED-TO"]) == str(events(feed(client, hr))[0]["UID"])
        assert meeting.uid in str(task["RELATED-TO"])
    assert (task["STATUS"], task["PERCENT-COMPLETE"], task["SUMMARY"]) == ("NEEDS-ACTION", 0, "补缴工伤险")
    assert todos(feed(client, power, "commitments")) == []
    with called.write("rep_hr") as work:
        case = work.session.get_one(Case, called.cases["insurance"])
        casework.keep_commitment(work, case, next(c for c in case.commitments if c.id == number), "已补缴", None)
    task = todos(feed(client, hr, "commitments"))[0]
    assert (task["STATUS"], task["PERCENT-COMPLETE"]) == ("COMPLETED", 100)
    assert "COMPLETED" in task


def test_what_did_not_change_is_not_sent_again(called: Called, client) -> None:
    token = token_of(called, "rep_hr")
    first = feed(client, token)
    tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert feed(client, token, **{"If-None-Match": tag}).status_code == 304
    assert feed(client, token, **{"If-Modified-Since": changed}).status_code == 304
    with called.write() as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        begins = work.local(meeting.starts_at + timedelta(hours=1))
        publishing.move(work, meeting.id, None, day=begins.date(), start=begins.time(), place=meeting.place,
                        slot_minutes=meeting.slot_minutes, slots_=meeting.slots)
    again = feed(client, token, **{"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["ETag"] != tag


def test_an_address_dies_when_it_is_renewed_revoked_or_the_account_is_closed(called: Called, client) -> None:
    first = token_of(called, "rep_hr")
    second = token_of(called, "rep_hr")
    assert [feed(client, token).status_code for token in (first, second, "guess")] == [404, 200, 404]
    with called.write("rep_hr") as work:
        assert tokens.revoke(work)
        assert not tokens.revoke(work)
    assert feed(client, second).status_code == 404
    third = token_of(called, "rep_hr")
    with called.town.office.write(SYSTEM) as work:
        assert third not in {f.token_hash for f in work.session.query(CalendarFeed)}
        work.session.get_one(User, called.town.actor("rep_hr").user_id).active = False
    assert [feed(client, third, name).status_code for name in ("meetings", "commitments")] == [404, 404]


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("zh", DESKTOP), pytest.param("en", PHONE, marks=pytest.mark.slow)])
def test_an_address_is_made_copied_and_revoked_on_a_page(page_for: People, language: str, width: int) -> None:
    zh = language == "zh"
    page = page_for("rep_hr", language, width)
    page.goto("/account/calendar")
    page.get_by_role("button", name="生成订阅地址" if zh else "Make an address").click()
    address = page.locator("#f-commitments").input_value()
    page.locator("button[data-copy=f-commitments]").click()
    expect(page.locator("button[data-copy=f-commitments]")).to_have_text("已复制" if zh else "Copied")
    fits(page)
    axe(page)
    if folder := os.environ.get("PAGE_PICTURES"):
        page.screenshot(path=Path(folder) / f"feeds-{language}.png", full_page=True)
    assert page.request.get(address).status == 200
    page.goto("/account/calendar")
    expect(page.locator("main")).not_to_contain_text(address)
    page.get_by_role("button", name="停用" if zh else "Revoke it").click()
    expect(page.locator(".notice")).to_be_visible()
    assert page.request.get(address).status == 404
