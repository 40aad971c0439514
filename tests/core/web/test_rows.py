"""Rows, areas, "other" and consent on the real pages: with scripts, without, by keyboard, on a phone."""

import re

import pytest
from browser import DESKTOP, PHONE, People, axe, fits
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from scene import answers
from sqlalchemy import func, select
from town import Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.storage.models import Case, Submission

RURAL = "/file/rural/xigang"
TYPED = {"requester": "陈水根", "contact": "陈水根", "mobile": "13800000001",
         "text": "修路征了我家两块橘园，青苗费只付了一半，请帮忙调解。"}  # fmt: skip


def fill(page: Page) -> None:
    for key, text in TYPED.items():
        page.locator(f"#field-{key}").fill(text)
    page.locator("#field-topic").select_option("requisition")
    page.locator("#field-consent").check()


def filed(people: People) -> dict[str, object]:
    with people.live.office.read(SYSTEM) as work:
        return dict(work.session.scalars(select(Submission.answers)).one())


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("zh", DESKTOP), pytest.param("en", PHONE, marks=pytest.mark.slow)])
def test_rows_come_and_go_and_are_filed_and_shown(page_for: People, language: str, width: int) -> None:
    page = page_for(None, language, width)
    page.goto(RURAL)
    expect(page.locator("[data-remove-row]:visible")).to_have_count(0)
    expect(page.locator("[data-without-rows]:visible")).to_have_count(0)
    page.locator("#field-plots-0-plot_no").fill("BG-07-111")
    page.locator("[data-add-row]").click()
    expect(page.locator("#field-plots-1-plot_no")).to_be_focused()
    page.keyboard.type("BG-07-112")
    page.locator("[data-add-row]").click()
    page.locator("#field-plots-2-plot_no").fill("BG-07-113")
    page.locator("#field-plots-2-plot_mu").fill("１4.8")
    page.wait_for_timeout(600)  # the draft is kept a little after the last key
    page.reload()
    expect(page.locator("#field-plots-2-plot_mu")).to_have_value("１4.8")
    page.locator("[data-remove-row]").first.click()
    expect(page.locator("[data-row-shown]")).to_have_text(["1", "2"])
    expect(page.locator("[data-add-row]")).to_be_focused()
    fits(page)
    axe(page)
    page.locator("#field-dispute").check()
    expect(page.locator("#field-other_village optgroup")).to_have_count(2)
    page.locator("#field-other_village").select_option("xigang")
    fill(page)
    page.locator(".intake .btn--primary").click()
    expect(page.locator(".slip, [data-clear-draft]").first).to_be_visible()
    stored = filed(page_for)
    assert stored["plots"] == [{"plot_no": "BG-07-112"}, {"plot_no": "BG-07-113", "plot_mu": 14.8}]
    assert stored["other_village"] == "xigang"
    theirs = page_for("other_coordinator", language, width)
    with page_for.live.office.read(SYSTEM) as work:
        number = work.session.scalars(select(Case.id)).one()
    theirs.goto(f"/cases/{number}")
    said = re.sub(r"\s+", " ", theirs.locator("main").text_content() or "")
    for words in (("地块 2：面积", "14.8 亩", "西港村") if language == "zh" else
                  ("Plot 2: Area", "14.8 mu", "Xigang Village")):  # fmt: skip
        assert words in said
    fits(theirs)


@pytest.mark.browser
def test_mistakes_in_rows_are_linked_and_nothing_typed_is_lost(page_for: People) -> None:
    page = page_for(None, "zh", PHONE)
    page.goto(RURAL)
    page.locator("[data-add-row]").click()
    page.locator("#field-plots-1-plot_mu").fill("很大")
    fill(page)
    page.locator("#field-requester").press("Enter")  # files the form: the first button is no "add another"
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_role("link", name=re.compile("请只填写数字"))).to_have_count(1)
    # The first row was left empty and stays where it is.
    page.get_by_role("link", name="地块 2，面积：请只填写数字，例如 1250 或 12.5。").click()
    expect(page.locator("#field-plots-1-plot_mu")).to_be_focused()
    expect(page.locator("#field-plots-1-plot_mu")).to_have_value("很大")
    axe(page)
    fits(page)


@pytest.mark.browser
def test_without_scripts_a_row_more_is_asked_of_the_server(page_for: People) -> None:
    context = page_for.browser.new_context(base_url=page_for.live.url, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(RURAL)
    fill(page)
    page.locator("#field-plots-0-plot_no").fill("甲-1")
    page.get_by_role("button", name="再加一项").click()
    assert page.url.endswith("#field-plots-1")
    assert page.locator(".error-summary").count() == 0
    for key, text in TYPED.items():
        expect(page.locator(f"#field-{key}")).to_have_value(text)
    expect(page.locator("#field-consent")).to_be_checked()
    expect(page.locator("#field-plots-0-plot_no")).to_have_value("甲-1")
    page.locator("#field-plots-1-plot_no").fill("甲-2")
    page.get_by_role("button", name="再加一项").click()
    page.locator("#field-plots-2-plot_mu").fill("-1")
    page.locator("#field-plots-0-removed").check()
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_role("link", name="地块 2，面积：不能小于 0 亩，请核对。").click()
    expect(page.locator("#field-plots-1-plot_mu")).to_have_value("-1")
    page.locator("#field-plots-1-plot_mu").fill("2")
    page.locator("#field-requester").press("Enter")
    expect(page.get_by_role("heading", name="诉求已提交")).to_be_visible()
    assert filed(page_for)["plots"] == [{"plot_no": "甲-2"}, {"plot_mu": 2}]
    context.close()


@pytest.mark.browser
def test_other_opens_its_line_and_says_when_it_is_empty(page_for: People) -> None:
    page = page_for(None, "en", PHONE)
    page.goto("/file/enterprise/dagang")
    line = page.locator("#field-industry-other")
    expect(line).to_be_hidden()
    page.locator("#field-industry").select_option("other")
    expect(line).to_be_visible()
    page.locator(".intake .btn--primary").click()
    page.get_by_role("link", name="You chose “other” for “Industry”: please say what.").click()
    expect(line).to_be_focused()
    axe(page)
    fits(page)
    page.locator("#field-industry").select_option("food")
    expect(line).to_be_hidden()


@pytest.fixture
def client(lite_town: Town) -> FlaskClient:
    folder = lite_town.office.files_dir.parent
    app = make_app(small_settings(folder, str(lite_town.office.database.url)), lite_town.office)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def test_a_form_that_was_renewed_meanwhile_is_shown_again_with_its_new_consent(
    client: FlaskClient, lite_town: Town
) -> None:
    sent = {**answers(), "consent": "yes", "version": "0" * 64}
    again = client.post("/file/enterprise/dagang", data=sent)
    assert again.status_code == 409
    text = again.get_data(as_text=True)
    assert "这份表单刚刚更新过" in text
    assert "滨港第1机械厂" in text
    assert not re.search(r'name="consent"[^>]*checked', text)
    version = re.search(r'name="version" value="([0-9a-f]{64})"', text)
    assert version
    assert client.post("/file/enterprise/dagang", data={**sent, "version": version[1]}).status_code == 200
    with lite_town.office.read(SYSTEM) as work:
        submission = work.session.scalars(select(Submission)).one()
        assert submission.form_digest == version[1]  # the consent's wording is part of that version
        assert submission.form.content["consent"]["zh"].startswith("我们收集企业名称")


def test_an_area_that_is_not_offered_is_refused(client: FlaskClient, lite_town: Town) -> None:
    sent = {**TYPED, "topic": "roads", "consent": "yes", "dispute": "yes", "other_village": "district"}  # the street: no village
    page = client.post(RURAL, data=sent)
    assert page.status_code == 422
    assert "请从列出的选项中选择" in page.get_data(as_text=True)
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalar(select(func.count(Case.id))) == 0
