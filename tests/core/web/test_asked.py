"""Asked before? The page without scripts, the endpoint for those with, and what neither may do."""

from pathlib import Path

import pytest
from filed import file
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from town import PASSWORD, Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.services import knowledge
from duijie.storage.base import Base
from duijie.storage.models import Case, CommonQuestion, KnowledgeEntry, RosterEntry

ASK = "/file/enterprise/dagang/asked"
JSON = {"Accept": "application/json"}
TYPED = "配电房噪音扰民，邻居们睡不着觉"


@pytest.fixture
def visitor(lite_town: Town, tmp_path: Path) -> FlaskClient:
    app = make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)
    app.config["WTF_CSRF_ENABLED"] = False
    with lite_town.office.write(lite_town.actor("rep_power")) as work:
        until = work.today.replace(year=work.today.year + 1)
        for question, public in (("电费怎么算", True), ("内部：如何核减电费", False)):
            knowledge.add(work, knowledge.Draft("enterprise", lite_town.department_id("power"), question,
                                                f"{question}的答复", "供电营业规则", until, public))  # fmt: skip
    return app.test_client()


def signed_in(visitor: FlaskClient, login: str) -> FlaskClient:
    client = visitor.application.test_client()
    assert client.post("/account/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
    return client


def test_answers_come_while_one_types_and_on_a_page_without_scripts(visitor: FlaskClient) -> None:
    (found,) = visitor.post(ASK, data={"typed": "我家电费怎么算的"}, headers=JSON).json["found"]
    assert (found["question"], found["legal_basis"], found["kept"]) == ("电费怎么算", "供电营业规则", True)
    page = visitor.post(f"{ASK}?lang=zh", data={"typed": "电费"}).text
    assert "电费怎么算的答复" in page
    assert "核减" not in page
    assert "没有找到相似的答复" in visitor.post(f"{ASK}?lang=zh", data={"typed": "孩子转学"}).text
    assert "先查一查已公开的答复" in visitor.get("/file/enterprise/dagang?lang=zh").text


def test_a_form_that_comes_back_shows_them_too(visitor: FlaskClient) -> None:
    page = visitor.post("/file/enterprise/dagang?lang=zh", data={"text": "我们厂的电费怎么算，想请供电公司解释", "draft": ""})
    assert page.status_code == 422
    assert "电费怎么算的答复" in page.text
    assert "核减" not in page.text


@pytest.mark.parametrize("typed", [
    "", " ", "电", "😀" * 5000, "\0\x07\x1b[2J", "电费" * 50_000, "<script>alert(1)</script>", "' OR 1=1 --", "%_%", "كهرباء",
    "\u202e电费", "électricité facture",
])
def test_whatever_is_typed_is_an_answer_and_only_public_words(visitor: FlaskClient, typed: str) -> None:
    response = visitor.post(ASK, data={"typed": typed}, headers=JSON)
    assert response.status_code == 200
    assert "核减" not in response.get_data(as_text=True)
    assert len(response.data) < 4000
    page = visitor.post(ASK, data={"typed": typed[:2000]})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_nothing_that_is_typed_is_kept(visitor: FlaskClient, lite_town: Town) -> None:
    visitor.post(ASK, data={"typed": TYPED}, headers=JSON)
    visitor.post(ASK, data={"typed": TYPED})
    with lite_town.office.read(SYSTEM) as work:
        for table in Base.metadata.sorted_tables:
            rows = repr(work.session.execute(text(f'SELECT * FROM "{table.name}"')).all())
            assert "噪音扰民" not in rows, table.name


def test_who_asks_too_often_is_told_to_wait(visitor: FlaskClient) -> None:
    codes = [visitor.post(ASK, data={"typed": "电费"}, headers=JSON).status_code for _ in range(125)]
    assert codes[:120] == [200] * 120
    assert set(codes[120:]) == {429}


def test_the_odd_form_is_filed_all_the_same(visitor: FlaskClient, lite_town: Town) -> None:
    for said in ("😀" * 30, "urgent: no electricity since Monday in our plant", "电" * 1999):
        case_id = file(lite_town, text=said)
        page = signed_in(visitor, "coordinator").get(f"/cases/{case_id}?lang=zh")
        assert page.status_code == 200


def test_without_a_roster_the_page_says_what_to_do(visitor: FlaskClient, lite_town: Town) -> None:
    case_id = file(lite_town)
    with lite_town.office.write(SYSTEM) as work:
        work.session.execute(update(RosterEntry).values(active=False))
    page = signed_in(visitor, "coordinator").get(f"/cases/{case_id}?lang=zh").text
    assert "名册里还没有部门" in page
    assert "请从名册中选择" not in page


def test_a_coordinator_groups_answers_publishes_and_keeps(visitor: FlaskClient, lite_town: Town) -> None:
    first, second = file(lite_town, "E2"), file(lite_town, "E2", company="滨港甲厂")
    coordinator = signed_in(visitor, "coordinator")
    assert "有 1 件相似" in coordinator.get("/cases/?lang=zh").text
    sent = coordinator.post(f"/cases/{first}/group", data={"group-cases": [second], "group-title": "用电增容", "action": "group"})
    assert sent.status_code == 302
    with lite_town.office.read(SYSTEM) as work:
        question = work.session.scalars(select(CommonQuestion)).one()
    form = {"department": lite_town.department_id("power"), "kind": "explained", "text": "按排队先后安装。"}
    assert coordinator.post(f"/cases/common/{question.id}/answer", data=form | {"kind": "?"}).status_code == 422
    assert coordinator.post(f"/cases/common/{question.id}/answer", data=form).status_code == 302
    page = coordinator.get(f"/cases/common/{question.id}?lang=zh").text
    assert "已答复 2 件" in page
    sent = coordinator.post(f"/cases/{second}/publish", data={
        "publish-question": "滨港甲厂用电增容", "publish-answer": "按排队先后安装。", "action": "publish"})  # fmt: skip
    assert sent.status_code == 302
    (found, *_) = visitor.post(ASK, data={"typed": "用电增容"}, headers=JSON).json["found"]
    assert found["question"] == "***用电增容"
    new = {"case": first, "question": "增容要等多久", "answer": "按排队先后", "department": form["department"],
           "valid_until": "2030-01-01"}  # fmt: skip
    kept, again = (coordinator.post("/knowledge/new", data=new) for _ in range(2))
    assert kept.status_code == 302
    assert again.location == kept.location, "sent twice over a bad line it is still one entry"
    with lite_town.office.read(SYSTEM) as work:
        entry = work.session.scalars(select(KnowledgeEntry).where(KnowledgeEntry.source_case_id == first)).one()
        assert work.session.get_one(Case, first).replies[0].text == "按排队先后安装。"
    assert signed_in(visitor, "rep_tax").post(f"/knowledge/{entry.id}/withdraw").status_code == 403
    assert signed_in(visitor, "rep_power").post(f"/knowledge/{entry.id}/withdraw").status_code == 302


def test_the_roster_shows_coverage_and_the_administrator_the_figures(visitor: FlaskClient, lite_town: Town) -> None:
    case_id = file(lite_town, "E2")
    coordinator = signed_in(visitor, "coordinator")
    coordinator.post(f"/cases/{case_id}/accept", data={
        "accept-lead": lite_town.department_id("tax"), "accept-due_on": "", "action": "accept"})  # fmt: skip
    assert "您的选择已记下" in coordinator.get(f"/cases/{case_id}?lang=zh").text
    admin = signed_in(visitor, "district_admin")
    page = admin.get("/admin/suggestions?lang=zh").text
    assert "首选被采纳" in page
    assert "容易混淆的部门" in page
    assert "已学习的交办" in page
    assert "用电增容" not in page, "figures say nothing of what cases say"
    for address in ("/admin/roster/1?lang=zh", "/admin/suggestions?lang=en&group=enterprise", "/admin/suggestions?group=x"):
        assert admin.get(address).status_code == 200
    piece = admin.post("/admin/roster/1/coverage", data={"responsibility": "增容" * 50_000})
    assert piece.status_code == 200
    assert "<html" not in piece.text
