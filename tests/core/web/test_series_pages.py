"""A coordinator sets up a series in a real browser: sees its dates first, then one that differs, then the end of it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from browser import DESKTOP, PHONE, People, axe, fits
from playwright.sync_api import Page, expect

from duijie.domain.roles import SYSTEM
from duijie.services.series import drafting
from duijie.storage.models import Meeting, MeetingSeries

pytestmark = pytest.mark.browser


def look(page: Page, name: str) -> None:
    """The page holds what every page has to; with ``PAGE_PICTURES`` a picture of it is kept."""
    fits(page)
    axe(page)
    if folder := os.environ.get("PAGE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("language", "width"), [("zh", DESKTOP), pytest.param("en", PHONE, marks=pytest.mark.slow)])
def test_a_series_from_its_preview_to_its_end(page_for: People, language: str, width: int) -> None:
    zh, office = language == "zh", page_for.live.office
    page = page_for("coordinator", language, width)
    page.goto("/meetings/series")
    look(page, f"series-empty-{language}")
    page.get_by_role("link", name="设立例会" if zh else "Set up a series").click()
    page.locator("input[name=kind][value=month_day]").check()
    page.locator("select[name=day]").select_option("1")
    page.locator("input[name=place]").fill("园区党群服务中心")
    page.locator("button[name=preview]").click()
    dates = page.locator(".dates")
    expect(dates).to_contain_text("元旦" if zh else "New Year")  # whatever the day: a year has a 1 January in it
    expect(page.locator("input[name=place]")).to_have_value("园区党群服务中心")
    look(page, f"series-form-{language}")
    page.locator("input[name=slots]").fill("0")
    page.evaluate("document.querySelector('form:has(select[name=day])').noValidate = true")
    page.locator("form:has(select[name=day]) button.btn--primary").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("input[name=slots]").fill("10")
    page.locator("input[name=kind][value=weekly]").check()
    page.locator("form:has(select[name=day]) button.btn--primary").click()
    expect(page.locator("h1")).to_contain_text("大港" if zh else "Dagang")
    look(page, f"series-one-{language}")
    drafting.run_due(office)
    page.reload()
    expect(page.locator("tbody tr").first).to_contain_text("DJH-")
    later = page.locator("tbody tr", has=page.locator("details")).first
    later.locator("summary").click()
    look(page, f"series-differs-{language}")
    later.locator("button[value=skip]").click()
    expect(page.locator("tbody")).to_contain_text("协调员取消了这一次" if zh else "a coordinator left it out")
    page.locator("tbody tr").first.get_by_role("link", name="DJH-").click()
    expect(page.locator("main")).to_contain_text("例会的一次" if zh else "One of a series")
    page.goto(page.url + "/edit")
    page.locator("input[name=lead][value='60']").check()
    look(page, f"meeting-edit-{language}")
    page.locator("form[action$='/reminders'] button").click()
    expect(page.locator("main")).to_contain_text("1 小时" if zh else "1 hour before")
    page.goto("/meetings/series")
    look(page, f"series-list-{language}")
    page.locator(".row-card a").first.click()
    page.locator("button[value=ended]").click()
    expect(page.locator("h1")).to_contain_text("已结束" if zh else "Ended")
    with office.read(SYSTEM) as work:
        assert work.session.query(MeetingSeries).one().state == "ended"
        assert {m.state.value for m in work.session.query(Meeting)} == {"cancelled"}
        assert all(m.starts_at < work.now + timedelta(days=31) for m in work.session.query(Meeting))
