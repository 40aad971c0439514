"""Two people at one record: the second is told, and what they typed is still on the page."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from call_meeting import Called, call
from filed import file
from flask import Flask
from flask.testing import FlaskClient
from town import PASSWORD, Town, small_settings
from werkzeug.test import TestResponse

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.states import ReplyKind
from duijie.services import casework, find, triage
from duijie.storage.models import Case, Invitation

TYPED = "我写了很久的一段话"
REPRESENTATIVES = {"reply": "text", "commit": "text", "object": "reason", "hand-back": "reason", "ask-co": "reason"}
COORDINATORS = {"reassign": "reason", "decline": "reason", "merge": "reason", "close": "reason", "note": "text"}


@pytest.fixture
def app(lite_town: Town, tmp_path: Path) -> Flask:
    made = make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


def client(app: Flask, login: str) -> FlaskClient:
    found = app.test_client()
    assert found.post("/account/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
    return found


def marked(town: Town, case_id: int) -> None:
    with town.office.write(town.actor("area_admin")) as work:
        triage.mark(work, find.case(work, case_id), joint_talk=False, priority=2)


def answered(town: Town, case_id: int) -> None:
    with town.office.write(town.actor("head_economy")) as work:
        economy = town.department_id("economy")
        casework.reply(work, find.case(work, case_id), economy, ReplyKind.SOLVED, "已解决", "online")


@pytest.mark.parametrize("meanwhile", [marked, answered])
def test_whatever_is_typed_about_a_case_stays(
    lite_town: Town, app: Flask, meanwhile: Callable[[Town, int], None]
) -> None:
    case_id = file(lite_town)
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), lite_town.department_id("economy"))
    with lite_town.office.read(SYSTEM) as work:
        stale = work.session.get_one(Case, case_id).version
    meanwhile(lite_town, case_id)
    for login, forms in (("rep_economy", REPRESENTATIVES), ("coordinator", COORDINATORS)):
        browser = client(app, login)
        for action, field in forms.items():
            form = {f"{action.replace('-', '_')}-{field}": TYPED, "version": str(stale)}
            answer = browser.post(f"/cases/{case_id}/{action}", data=form)
            assert (action, answer.status_code) == (action, 409)
            assert TYPED in answer.text, action
            assert "对照最新情况" in answer.text
    with lite_town.office.read(SYSTEM) as work:
        assert TYPED not in repr([c.text for c in work.session.get_one(Case, case_id).replies])


def _answer(browser: FlaskClient, path: str, seen: str, **form: str) -> TestResponse:
    return browser.post(path, data={"seen": seen, "people": "1"} | form)


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_two_who_answer_one_invitation_meet(lite_town: Town, app: Flask) -> None:
    called = call(lite_town).to("invited")
    path = f"/meetings/invitation/{called.invitation('hr')}"
    mine, theirs = client(app, "rep_hr"), client(app, "coordinator")
    seen = _seen(mine.get(path).text)
    assert _answer(theirs, path, _seen(theirs.get(path).text), answer="declined", note="来电说不能来").status_code == 302
    late = _answer(mine, path, seen, answer="accepted", note=TYPED)
    assert late.status_code == 409
    assert TYPED in late.text
    assert "已有人登记了回复：不能到会" in late.text
    assert _now(called, "hr") == "declined"
    assert _answer(mine, path, _seen(late.text), answer="accepted", note=TYPED).status_code == 302
    assert _now(called, "hr") == "accepted"


def test_a_requester_at_two_windows_does_not_take_back_what_the_coordinator_noted(lite_town: Town, app: Flask) -> None:
    called = call(lite_town).to("invited")
    path = f"/meetings/i/{lite_town.office.sign('invitation', called.invitation('permit'))}"
    mine = app.test_client()
    seen = _seen(mine.get(path).text)
    called.answer("permit", answer="accepted", away=[0, 1])
    assert _answer(mine, path, seen, answer="declined", note=TYPED).status_code == 409
    assert _now(called, "permit") == "accepted"


def _now(called: Called, name: str) -> str:
    with called.town.office.read(SYSTEM) as work:
        return work.session.get_one(Invitation, called.invitation(name)).answer


@pytest.mark.parametrize("number", ["²", "①", "٣", "1" * 5000, "-1", "1e3", "9" * 15])
def test_what_only_looks_like_a_number_is_never_an_error_of_ours(lite_town: Town, app: Flask, number: str) -> None:
    called = call(lite_town).to("solved")
    at, browser = f"/meetings/{called.meeting_id}", client(app, "coordinator")
    with called.read() as work:
        key = find.meeting(work, called.meeting_id).timetables[0].appointments[0].key
    for path, form in (
        (f"{at}/timetable/move", {"key": key, "slot": number}),
        (f"{at}/timetable/lock", {"desk": number, "locked": "1"}),
        (f"{at}/desks", {"desk": ["1", number], "seats-1": number}),
        (f"{at}/cases", {"case": number}),
        (f"{at}/agenda", {"item": number}),
        (f"{at}/move", {"day": "2027-01-05", "start": "14:00", "place": "x", "slots": number, "slot_minutes": number}),
        (f"/meetings/invitation/{called.invitation('hr')}", {"answer": "delegated", "user_id": number, "people": number}),
    ):
        assert browser.post(path, data=form).status_code < 500, path
    form = {"login": "new.one", "name": "新人", "role": f"coordinator:{number}"}
    assert client(app, "district_admin").post("/admin/accounts/new", data=form).status_code < 500
