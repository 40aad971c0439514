"""The pages about cases, through a browser without JavaScript: who sees what, what a form does, what is kept."""

import io
import re
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from filed import file
from flask.testing import FlaskClient
from sqlalchemy import func, select
from town import PASSWORD, Town, small_settings
from werkzeug.test import TestResponse

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.states import CaseState, MeetingState, ReplyKind
from duijie.services import casework, files, find, triage
from duijie.storage.models import Attachment, Case, Event, Invitation, Meeting, Reminder
from duijie.web.cases.marks import marked

Browser = Callable[[str], "Visitor"]


class Visitor:
    """Somebody signed in, with the page's tokens sent along."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def see(self, path: str, status: int = 200) -> str:
        """The page at ``path``."""
        response = self.client.get(path)
        assert response.status_code == status, response.text[:3000]
        return response.text

    def send(self, page: str, path: str, form: Mapping[str, object] | None = None) -> TestResponse:
        """Send a form that stands on ``page`` to ``path`` with that page's hidden fields."""
        text = self.see(page)
        hidden = {name: match[1] for name in ("csrf_token", "version")
                  if (match := re.search(f'name="{name}" value="([^"]*)"', text))}  # fmt: skip
        return self.client.post(path, data={k: unescape(v) for k, v in hidden.items()} | dict(form or {}))


@pytest.fixture
def browser(lite_town: Town, tmp_path: Path) -> Browser:
    """A browser for each person of the town."""
    app = make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)

    def sign_in(login: str) -> Visitor:
        visitor = Visitor(app.test_client())
        answer = visitor.send(
            "/account/sign-in?lang=zh", "/account/sign-in", {"login": login, "password": PASSWORD}
        )
        assert answer.status_code == 302, answer.text
        return visitor

    return sign_in


def accepted(town: Town, sample: str = "E2", lead: str = "economy", *co: str) -> int:
    case_id = file(town, sample)
    lead_id, co_ids = town.department_id(lead), [town.department_id(key) for key in co]
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), lead_id, co_ids)
    return case_id


def of(town: Town, case_id: int) -> Case:
    with town.office.read(SYSTEM) as work:
        case = find.case(work, case_id)
        _ = (case.assignments, case.replies, case.commitments, case.additions)
        return case


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("coordinator", "/cases/", 200), ("area_admin", "/cases/", 200), ("rep_economy", "/cases/", 403),
        ("auditor", "/cases/", 403), ("system_admin", "/cases/", 403),
        ("coordinator", "/cases/{}", 200), ("area_admin", "/cases/{}", 200), ("rep_economy", "/cases/{}", 200),
        ("rep_power", "/cases/{}", 200), ("rep_tax", "/cases/{}", 404), ("other_coordinator", "/cases/{}", 404),
        ("auditor", "/cases/{}", 403), ("system_admin", "/cases/{}", 403),
        ("rep_economy", "/cases/ledger", 200), ("auditor", "/cases/ledger", 403),
        ("coordinator", "/cases/figures", 200), ("rep_economy", "/cases/figures", 403),
        ("rep_economy", "/desk/", 200), ("coordinator", "/desk/", 403), ("auditor", "/cases/deadline?days=3", 403),
    ],
)  # fmt: skip
def test_who_may_look(lite_town: Town, browser: Browser, who: str, path: str, status: int) -> None:
    browser(who).see(path.format(accepted(lite_town, "E2", "economy", "power")), status)


@pytest.mark.parametrize(
    "action", ["accept", "decline", "merge", "mark", "close", "reopen", "reassign", "note"]
)
def test_nobody_else_s_coordinator_changes_a_case(lite_town: Town, browser: Browser, action: str) -> None:
    case_id = file(lite_town)
    before = of(lite_town, case_id).version
    answer = browser("other_coordinator").send(
        "/cases/", f"/cases/{case_id}/{action}", {f"{action}-reason": "越权"}
    )
    assert answer.status_code == 404
    assert of(lite_town, case_id).version == before


@pytest.mark.parametrize("action", ["take-up", "object", "hand-back", "reply", "commit", "ask-co"])
def test_no_other_department_acts(lite_town: Town, browser: Browser, action: str) -> None:
    case_id = accepted(lite_town)
    answer = browser("rep_tax").send(
        "/desk/", f"/cases/{case_id}/{action}", {"reply-text": "越权", "for-department": "1"}
    )
    assert answer.status_code == 404
    assert of(lite_town, case_id).state is CaseState.ASSIGNED
    assert browser("coordinator").send("/cases/", f"/cases/{case_id}/{action}").status_code == 403


def test_a_suggestion_is_accepted_with_one_click(lite_town: Town, browser: Browser) -> None:
    case_id = file(lite_town)
    visitor = browser("coordinator")
    page = visitor.see(f"/cases/{case_id}")
    assert "<mark>" in page
    assert "与该部门职责相符" in page
    lead = re.search(r'name="accept-lead" value="(\d+)" checked', page)
    co = re.findall(r'name="accept-co" value="(\d+)" checked', page)
    due = re.search(r'name="accept-due_on" type="date" value="([^"]+)"', page)
    assert lead
    assert due
    answer = visitor.send(f"/cases/{case_id}", f"/cases/{case_id}/accept",
                          {"accept-lead": lead[1], "accept-co": co, "accept-due_on": due[1], "accept-joint": "1"})  # fmt: skip
    assert answer.status_code == 302
    case = of(lite_town, case_id)
    assert (case.state, case.joint_talk) == (CaseState.ASSIGNED, True)
    assert case.lead
    assert case.lead.department_id == int(lead[1])
    assert [str(a.department_id) for a in case.co] == co != []
    assert "已受理并交办" in visitor.see(f"/cases/{case_id}")


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    lite_town: Town, browser: Browser
) -> None:
    case_id = file(lite_town)
    visitor = browser("coordinator")
    answer = visitor.send(
        f"/cases/{case_id}", f"/cases/{case_id}/accept", {"accept-lead": "", "accept-due_on": "2026-13-99"}
    )
    assert answer.status_code == 422
    assert "请按“年-月-日”填写日期" in answer.text
    assert 'value="2026-13-99"' in answer.text
    answer = visitor.send(
        f"/cases/{case_id}", f"/cases/{case_id}/decline", {"action": "decline", "decline-reason": " "}
    )
    assert answer.status_code == 422
    assert re.search(r'id="a-decline" open', answer.text)
    assert 'href="#f-decline-reason"' in answer.text


def test_whoever_comes_second_sees_the_latest_beside_what_they_typed(
    lite_town: Town, browser: Browser
) -> None:
    case_id = file(lite_town)
    late, early = browser("coordinator"), browser("area_admin")
    stale = of(lite_town, case_id).version
    lead = str(lite_town.department_id("economy"))
    early.send(f"/cases/{case_id}", f"/cases/{case_id}/accept", {"accept-lead": lead})
    answer = late.send(f"/cases/{case_id}", f"/cases/{case_id}/decline",
                       {"version": str(stale), "decline-reason": "应走诉讼途径"})  # fmt: skip
    assert answer.status_code == 409
    assert "对照最新情况" in answer.text
    assert "应走诉讼途径" in answer.text
    assert "受理并交办：区经信局主办" in answer.text
    assert of(lite_town, case_id).state is CaseState.ASSIGNED


def test_a_duplicate_is_merged_by_choice_or_by_number(lite_town: Town, browser: Browser) -> None:
    first, second, third = file(lite_town), file(lite_town), file(lite_town, "E1")
    visitor = browser("coordinator")
    page = visitor.see(f"/cases/{second}")
    assert "找到 1 件相似诉求" in page
    sent = {"merge-into": "QF-2026-0001", "merge-other": "", "merge-reason": "同一问题"}
    assert visitor.send(f"/cases/{second}", f"/cases/{second}/merge", sent).status_code == 302
    sent = {"merge-other": "qf-2026-9999", "merge-reason": "同一问题"}
    answer = visitor.send(f"/cases/{third}", f"/cases/{third}/merge", sent)
    assert answer.status_code == 422
    assert "没有找到这个编号" in answer.text
    assert of(lite_town, second).merged_into_id == first
    assert "并入本案的诉求" in visitor.see(f"/cases/{first}")


def test_a_department_lives_a_case_through(lite_town: Town, browser: Browser) -> None:
    case_id = accepted(lite_town, "E2", "economy", "power")
    visitor, economy = browser("rep_economy"), lite_town.department_id("economy")
    assert "新交办" in visitor.see("/desk/")
    here = f"/cases/{case_id}"
    assert visitor.send(here, f"{here}/take-up", {"for-department": economy}).status_code == 302
    wish = {"ask_co-wanted": lite_town.department_id("tax"), "ask_co-reason": "核对"}
    assert visitor.send(here, f"{here}/ask-co", wish).status_code == 302
    preview = visitor.send(
        here, f"{here}/commit", {"commit-text": "装表", "commit-working_days": "7", "commit-preview": "1"}
    )
    assert preview.status_code == 200
    assert "到期日" in preview.text
    assert ">装表</textarea>" in preview.text
    assert not of(lite_town, case_id).commitments
    promise = {"commit-text": "装表", "commit-working_days": "7", "commit-officer": "陈工"}
    assert visitor.send(here, f"{here}/commit", promise).status_code == 302
    made = of(lite_town, case_id).commitments[0]
    assert "兑现承诺" in visitor.see(here)
    kept = {f"keep{made.id}-result": "已通电", f"keep{made.id}-kind": "solved"}
    assert visitor.send(here, f"{here}/keep/{made.id}", kept).status_code == 302
    case = of(lite_town, case_id)
    assert (case.state, case.replies[0].kind) == (CaseState.ANSWERED, ReplyKind.SOLVED)
    assert "等待他人" in visitor.see("/desk/")


def test_an_objection_goes_round(lite_town: Town, browser: Browser) -> None:
    case_id = accepted(lite_town)
    here = f"/cases/{case_id}"
    department, coordinator = browser("rep_economy"), browser("coordinator")
    assert department.send(here, f"{here}/object", {"object-reason": "应由供电公司主办"}).status_code == 302
    given = next(a.id for a in of(lite_town, case_id).assignments)
    page = coordinator.see("/cases/?tab=objected")
    assert "有异议，等协调员决定" in page
    ruling = {
        f"objection{given}-ruling": "uphold",
        f"objection{given}-reason": "成立",
        f"objection{given}-lead": "",
    }
    answer = coordinator.send(here, f"{here}/objection/{given}", ruling)
    assert answer.status_code == 422
    assert "请另选主办部门" in answer.text
    ruling[f"objection{given}-lead"] = str(lite_town.department_id("power"))
    assert coordinator.send(here, f"{here}/objection/{given}", ruling).status_code == 302
    department.see(here, 404)
    assert "新交办" in browser("rep_power").see("/desk/")


def test_handing_back_leads_to_one_s_own_first_page(lite_town: Town, browser: Browser) -> None:
    case_id = accepted(lite_town)
    visitor = browser("rep_economy")
    answer = visitor.send(
        f"/cases/{case_id}", f"/cases/{case_id}/hand-back", {"hand_back-reason": "非本局职责"}
    )
    assert (answer.status_code, answer.location) == (302, "/account/")
    assert of(lite_town, case_id).state is CaseState.RECEIVED
    assert "非本局职责" in browser("coordinator").see(f"/cases/{case_id}")
    assert "用电增容" in browser("coordinator").see("/cases/?tab=returned")


def test_the_inbox_finds_two_characters_counts_and_shows_who_has_not_answered(
    lite_town: Town, browser: Browser
) -> None:
    file(lite_town), file(lite_town, "E1"), accepted(lite_town, "E6")
    with lite_town.office.write(SYSTEM) as work:
        meeting = Meeting(number="DJ-1", group_key="enterprise", area_id=lite_town.area_id, title="第 18 次对接会", place="园区",
                          starts_at=work.now, slot_minutes=12, slots=10, uid="m1", created_at=work.now,
                          state=MeetingState.INVITING)  # fmt: skip
        work.session.add(meeting)
        work.session.flush()
        power, tax = lite_town.department_id("power"), lite_town.department_id("tax")
        for department, answered in ((power, "pending"), (tax, "accepted")):
            work.session.add(
                Invitation(meeting_id=meeting.id, department_id=department, answer=answered, away=[])
            )
    visitor = browser("coordinator")
    page = visitor.see("/cases/")
    assert "2 件诉求等您处理" in page
    assert "第 18 次对接会" in page
    assert "已回复 1 / 2" in page
    assert "供电公司" in page
    assert "没有符合条件" in visitor.see("/cases/?tab=all&q=%25%25")
    found = visitor.see("/cases/?tab=all&q=增容")
    assert "用电增容" in found
    assert "奖补" not in found
    assert "nothing waits" not in visitor.see("/cases/?lang=en").lower()
    assert "第 18 次对接会" in browser("rep_power").see("/desk/")
    assert "请回复对接会邀请" in browser("rep_power").see("/desk/")


def test_the_ledger_comes_out_as_a_workbook_and_the_history_knows(lite_town: Town, browser: Browser) -> None:
    accepted(lite_town)
    file(lite_town, "E1")
    visitor = browser("coordinator")
    answer = visitor.send("/cases/ledger", "/cases/ledger/export", {"kind": "xlsx", "state": "assigned"})
    assert answer.status_code == 200
    assert "台账" in unquoted(answer)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["全部"]
    assert sheet.max_row == 2
    plain = visitor.send("/cases/ledger", "/cases/ledger/export", {"kind": "csv"})
    assert plain.data.startswith(b"\xef\xbb\xbf")
    with lite_town.office.read(SYSTEM) as work:
        rows = [
            e.data["rows"] for e in work.session.scalars(select(Event).where(Event.kind == "ledger.exported"))
        ]
    assert rows == [1, 2]


def unquoted(answer: TestResponse) -> str:
    return unquote(answer.headers["Content-Disposition"])


def test_figures_say_how_they_are_counted(lite_town: Town, browser: Browser) -> None:
    case_id = accepted(lite_town)
    with lite_town.office.write(lite_town.actor("rep_economy")) as work:
        case = find.case(work, case_id)
        casework.reply(work, case, lite_town.department_id("economy"), ReplyKind.SOLVED, "已装表", "phone")
    page = browser("coordinator").see("/cases/figures")
    assert "怎么算的" in page
    assert "100%" in page
    assert "<svg" in page
    assert "没有可统计的诉求" in browser("coordinator").see("/cases/figures?group=rural")


def test_a_file_is_shown_to_those_who_handle_the_case_only(lite_town: Town, browser: Browser) -> None:
    case_id = accepted(lite_town)
    folder = lite_town.office.files_dir
    with lite_town.office.write(SYSTEM) as work:
        clean = files.clean("说明.txt", "内容".encode(), 1000)
        digest = files.store(folder, clean)
        work.session.add(Attachment(token="tok", case_id=case_id, name="说明.txt", media_type="text/plain", size=6,
                                    sha256=digest, created_at=work.now))  # fmt: skip
    assert "说明.txt" in browser("coordinator").see(f"/cases/{case_id}")
    answer = browser("rep_economy").client.get("/cases/attachment/tok")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    answer.close()
    browser("rep_tax").see("/cases/attachment/tok", 404)
    browser("other_coordinator").see("/cases/attachment/tok", 404)
    browser("coordinator").see("/cases/attachment/nothing", 404)


def test_how_long_working_days_are(lite_town: Town, browser: Browser) -> None:
    visitor = browser("rep_economy")
    assert "到期日" in visitor.see("/cases/deadline?days=7")
    assert "1 到 250" in visitor.see("/cases/deadline?days=999", 422)
    visitor.see("/cases/deadline?days=x", 422)


def test_marks_never_let_markup_through() -> None:
    text = marked('<b>用电</b> "增容" 用电增容', ["用电", "用电增容", "", "<b>"])
    assert str(text) == (
        "<mark>&lt;b&gt;</mark><mark>用电</mark>&lt;/b&gt; &#34;增容&#34; <mark>用电增容</mark>"
    )


def test_a_hostile_title_is_text_everywhere(lite_town: Town, browser: Browser) -> None:
    case_id = accepted(lite_town, "E2", "economy")
    with lite_town.office.write(SYSTEM) as work:
        case = find.case(work, case_id)
        case.title, case.text, case.requester = ("<script>alert(1)</script>",) * 3
    for who, path in (("coordinator", "/cases/?tab=all"), ("coordinator", f"/cases/{case_id}"), ("coordinator", "/cases/ledger"),
                      ("rep_economy", "/desk/")):  # fmt: skip
        assert "<script>alert" not in browser(who).see(path)


def test_looking_changes_nothing(lite_town: Town, browser: Browser) -> None:
    case_id = accepted(lite_town)
    visitor = browser("coordinator")
    with lite_town.office.read(SYSTEM) as work:
        before = (
            work.session.execute(select(func.count(Event.id), func.max(Event.id))).one(),
            of(lite_town, case_id).version,
        )
    for path in ("/cases/", f"/cases/{case_id}", "/cases/ledger", "/cases/figures"):
        visitor.see(path)
    with lite_town.office.read(SYSTEM) as work:
        after = (
            work.session.execute(select(func.count(Event.id), func.max(Event.id))).one(),
            of(lite_town, case_id).version,
        )
        assert before == after
        assert work.session.scalar(select(func.count(Reminder.id))) is not None


@pytest.mark.parametrize("path", ["/cases/", "/cases/{}", "/cases/ledger", "/cases/figures"])
def test_english_pages_leave_no_chinese_of_ours(lite_town: Town, browser: Browser, path: str) -> None:
    """What people and rosters said may be Chinese; the page's own words may not."""
    case_id = accepted(lite_town, "E2", "economy", "power")
    page = browser("coordinator").see(f"{path.format(case_id)}{'&' if '?' in path else '?'}lang=en")
    body = re.sub(r"<[^>]+>", " ", re.sub(r"</?mark>", "", page[page.index("<main") :]))
    said = of(lite_town, case_id)
    for theirs in (said.text, said.title, said.requester, said.contact):
        body = body.replace(theirs, "")
    left = set(re.findall(r"[\u4e00-\u9fff（）：；，。]+", unescape(body))) - {"中文"}
    assert not left
