"""Administrators' and coordinators' pages in a real browser: no barriers, nothing to the side, the keyboard is enough."""

import re

import pytest
from browser import DESKTOP, PHONE, Live, People, axe, fits
from playwright.sync_api import expect

from duijie.domain.roles import SYSTEM
from duijie.services.plugins import state

pytestmark = pytest.mark.browser


SYSTEM_PAGES = (
    "admin", "admin/plugins", "admin/plugins/enterprise_advisors", "admin/plugins/duijie-mail", "admin/faults",
    "admin/areas/{area}/plugins", "admin/channels", "admin/channels/new/feishu", "admin/channels/new/webhook", "admin/notices",
    "admin/texts", "admin/texts/case.assigned", "account/notices",
)  # fmt: skip
AREA_PAGES = (
    "cases/", "cases/topics", "cases/common", "cases/revisits", "knowledge/", "knowledge/new?group=enterprise",
    "meetings/series", "admin/rules", "admin/rules/dry-run?group=enterprise", "admin/calendar", "admin/calendar?year=2030",
    "admin/suggestions", "admin/roster", "admin/roster/1", "admin/reminders?view=all", "admin/replies", "admin/doubtful",
)  # fmt: skip


@pytest.mark.parametrize(("login", "pages", "language", "width"), [
    ("system_admin", SYSTEM_PAGES, "zh", PHONE), ("district_admin", AREA_PAGES, "en", PHONE),
    pytest.param("system_admin", SYSTEM_PAGES, "en", DESKTOP, marks=pytest.mark.slow),
])  # fmt: skip
def test_pages_have_no_barriers(
    live: Live, page_for: People, login: str, pages: tuple[str, ...], language: str, width: int
) -> None:
    live.office.plugins.record("rural_advisors", "duijie_check", "boom", "line 1\nline 2")
    with live.office.write(SYSTEM) as work:
        state.switch_in(work, "community_advisors", live.town.area_id, False)
    page = page_for(login, language, width)
    for path in pages:
        answer = page.goto(f"/{path.format(area=live.town.area_id)}")
        assert answer is not None
        assert answer.status == 200, path
        expect(page.locator("h1")).to_have_count(1)
        axe(page)
        fits(page)


def test_order_and_switches_by_keyboard(live: Live, page_for: People) -> None:
    page = page_for("system_admin")
    page.goto("/admin/plugins")
    down = page.get_by_role("button", name=re.compile("下移.*企业发展顾问团"))
    down.focus()
    page.keyboard.press("Enter")
    expect(down).to_be_disabled()
    assert live.office.plugins.names()[-1] == "enterprise_advisors"
    page.get_by_role("link", name="企业发展顾问团").first.click()
    page.get_by_label("大港工业社区").select_option("off")
    page.get_by_role("button", name="保存片区设置").press("Enter")
    expect(page.get_by_text("片区设置已保存")).to_be_visible()
    assert "dagang" not in live.office.switches.areas_of("enterprise_advisors")
    page.goto("/file/enterprise")
    expect(page.get_by_role("link", name="西港村")).to_be_visible()
    expect(page.get_by_role("link", name="大港工业社区")).to_have_count(0)
