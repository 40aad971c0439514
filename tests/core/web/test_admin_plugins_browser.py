"""The plugin pages in a real browser: no barriers, no sideways scrolling, and the keyboard is enough."""

import re

import pytest
from browser import DESKTOP, PHONE, Live, People, axe, fits
from playwright.sync_api import expect

from duijie.domain.roles import SYSTEM
from duijie.services.plugins import state

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "width"), [("zh", PHONE), pytest.param("en", DESKTOP, marks=pytest.mark.slow)])
def test_pages_have_no_barriers(live: Live, page_for: People, language: str, width: int) -> None:
    live.office.plugins.record("rural_advisors", "duijie_check", "boom", "line 1\nline 2")
    with live.office.write(SYSTEM) as work:
        state.switch_in(work, "community_advisors", live.town.area_id, False)
    page = page_for("system_admin", language, width)
    area = f"areas/{live.town.area_id}/plugins"
    for path in ("", "plugins", "plugins/enterprise_advisors", "plugins/duijie-mail", "faults", area,
                 "channels", "channels/new/feishu", "notices", "texts", "texts/case.assigned", "../account/notices"):
        page.goto(f"/admin/{path}")
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
