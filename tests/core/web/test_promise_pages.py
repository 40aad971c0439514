"""Promises on screen, through a browser without JavaScript: questions, more time, revisits, rules, special days."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from scene import Scene, play
from sqlalchemy import select
from town import PASSWORD, Town, small_settings
from werkzeug.test import TestResponse

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.services import calendars
from duijie.services.rules.ruleset import rule_of
from duijie.storage.models import Assignment, CalendarYear, Case, Extension, Question, Revisit


@dataclass
class Visitor:
    """Somebody at a page, whose forms carry its hidden fields."""

    client: FlaskClient

    def see(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text[:2000]
        return unescape(answer.text)

    def send(self, page: str, path: str, status: int = 302, **form: object) -> TestResponse:
        text = self.see(page)
        hidden = {n: m[1] for n in ("csrf_token", "version") if (m := re.search(f'name="{n}" value="([^"]*)"', text))}
        answer = self.client.post(path, data=hidden | form)
        assert answer.status_code == status, answer.text[:2000]
        return answer


Enter = Callable[[str], Visitor]


@pytest.fixture
def scene(lite_town: Town) -> Scene:
    return play(lite_town, "dagang", "coordinator")


@pytest.fixture
def enter(lite_town: Town, tmp_path: Path) -> Enter:
    app = make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)

    def sign_in(login: str) -> Visitor:
        visitor = Visitor(app.test_client())
        if login:
            visitor.send("/account/sign-in?lang=zh", "/account/sign-in", login=login, password=PASSWORD)
        return visitor

    return sign_in


def test_a_question_is_answered_by_tracking_code_and_more_time_is_decided(
    lite_town: Town, scene: Scene, enter: Enter
) -> None:
    case_id, values = scene.values["case_id"], scene.values
    page = f"/cases/{case_id}"
    coordinator, requester = enter("coordinator"), enter("")
    assert "等诉求人回答区经信局的提问，期限暂停" in coordinator.see(page)
    track = f"/t/{scene.code}"
    assert "户号对吗？" in requester.see(track)
    refused = requester.send(track, f"{track}/answer/{values['question_id']}", 422, answer=" ")
    assert "请填写回答" in refused.text
    requester.send(track, f"{track}/answer/{values['question_id']}", answer="对的，3302001234")
    assert "对的，3302001234" in enter("rep_economy").see(page)
    for seen in (page, "/cases/"):
        assert "申请延期，等协调员审批" in coordinator.see(seen), "it is the coordinator's turn"
    form = f"extension{values['extension_id']}"
    answer = coordinator.send(page, f"{page}/extension/{values['extension_id']}", 422, **{f"{form}-ruling": "refuse"})
    assert "不同意的理由" in answer.text
    coordinator.send(page, f"{page}/extension/{values['extension_id']}", **{f"{form}-ruling": "grant"})
    with lite_town.office.read(SYSTEM) as work:
        wish = work.session.get_one(Extension, values["extension_id"])
        asked = work.session.get_one(Question, values["question_id"])
        case = work.session.get_one(Case, case_id)
        assert (wish.state, asked.state, case.due_on) == ("granted", "answered", wish.wanted_due)
        assert case.lead is not None
        counted = work.session.get_one(Assignment, case.lead.id).due_on
    assert "逐日计算" in coordinator.see(f"{page}/deadlines")
    assert f"{counted.month}月{counted.day}日" in requester.see(track)
    too_much = {"extend-working_days": "99", "extend-reason": "忙", "for-department": str(lite_town.department_id("economy"))}
    assert "可申请 1 到" in enter("rep_economy").send(page, f"{page}/extend", 422, **too_much).text


def test_a_call_is_written_down(lite_town: Town, scene: Scene, enter: Enter) -> None:
    with lite_town.office.write(SYSTEM) as work:
        case = work.session.get_one(Case, scene.values["case_id"])
        case.state = "closed"
        work.session.get_one(Revisit, scene.values["revisit_id"]).stay = case.stay
    coordinator = enter("coordinator")
    assert "1 件要回访" in coordinator.see("/cases/")
    path = f"/cases/revisits/{scene.values['revisit_id']}"
    assert "请填写哪里没有解决" in coordinator.send("/cases/revisits", path, 422, result="unsatisfied").text
    coordinator.send("/cases/revisits", path, result="unsatisfied", note="变压器又跳闸")
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.get_one(Case, scene.values["case_id"]).reopened == 1
    assert "变压器又跳闸" in coordinator.see("/cases/revisits")


def test_an_administrator_changes_a_rule_follows_a_set_and_goes_back(lite_town: Town, enter: Enter) -> None:
    chief, page = enter("district_admin"), "/admin/rules?group=enterprise"
    step = {"on": "1", "amount-0": "2", "unit-0": "working_days", "hour-0": "10", "to-0": "coordinator", "on-0": "1"}
    chief.send(page, "/admin/rules/enterprise/take_up", **step)
    assert "2 个工作日后 10:00" in chief.see(page)
    wrong = chief.send(page, "/admin/rules/enterprise/take_up", 422, **step | {"amount-0": "-2"})
    assert "只有到期日之前才能提前" in wrong.text
    chief.send(page, "/admin/rules/enterprise/take_up", restore="1")
    assert "10:00" not in chief.see(page)
    assert "先试算" in chief.see(page)
    assert "办结回访" in chief.see("/admin/rules/dry-run?group=enterprise&set=revisit")
    chief.send(page, "/admin/rules/enterprise/set/revisit")
    with lite_town.office.read(SYSTEM) as work:
        assert rule_of(work, "enterprise", "revisited_badly") is not None
    chief.send(page, "/admin/rules/enterprise/set/revisit", give_up="1")
    chief.see("/admin/rules?group=unheard-of", 404)


def test_a_file_of_special_days_is_shown_before_it_is_taken_in(lite_town: Town, enter: Enter) -> None:
    chief = enter("district_admin")
    year = "".join(f"2027-02-0{n},节假日,春节\n" for n in range(1, 7))

    def sent(text: str, status: int) -> str:
        file = (io.BytesIO(text.encode()), "2027.csv")
        return unescape(chief.send("/admin/calendar", "/admin/calendar/import", status, file=file).text)

    assert "第 2 行" in sent("日期,类型\n不是,节假日\n", 422)
    shown = sent(f"日期,类型,名称\n{year}", 200)
    assert "6 天与现在不同" in shown
    days = re.search(r'name="days" value="([^"]+)"', shown)
    assert days
    chief.send("/admin/calendar", "/admin/calendar/import/take", years="2027", days=days[1])
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalar(select(CalendarYear.source).where(CalendarYear.year == 2027)) == "import"
        assert len(calendars.special_days(work, 2027)) == 6
