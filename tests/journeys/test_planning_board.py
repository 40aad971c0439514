"""The planning board under real hands: the mouse drags, the keyboard carries, and on the day two clicks replan."""

import re

import pytest
from browser import PHONE, Live, People, axe, fits
from call_meeting import Called, call
from meeting_day import meeting_day
from playwright.sync_api import Locator, Page, expect

from duijie import schedule
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState
from duijie.services.meetings import access, planning, solving
from duijie.storage.models import Invitation, Meeting

pytestmark = pytest.mark.browser


@pytest.fixture
def called(live: Live) -> Called:
    return call(live.town).to("solved")


def slots_of(called: Called, case: str) -> set[int | None]:
    with called.read() as work:
        timetable = planning.current(work, access.managed(work, called.meeting_id))
        assert timetable is not None
        return {a.slot for a in timetable.appointments if a.case_id == called.cases[case]}


def cell(page: Page, chip: Locator, slot: int) -> Locator:
    desk = chip.evaluate("chip => chip.closest('td').dataset.desk")
    return page.locator(f"td[data-slot='{slot}'][data-desk='{desk}']")


def drag(page: Page, chip: Locator, to: Locator) -> None:
    """Take hold of a talk and move it over a cell, as a hand does: not in one leap."""
    chip.hover()
    page.mouse.down()
    box = to.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    expect(to).to_have_class(re.compile("fits|clash"))


def test_a_talk_is_dragged_and_carried(called: Called, page_for: People) -> None:
    page = page_for("coordinator")
    page.set_viewport_size({"width": 1366, "height": 1300})  # a hand does not scroll while it drags
    board = f"/meetings/{called.meeting_id}/timetable"
    page.goto(board)
    axe(page)
    says, chip = page.locator("#board-says"), page.locator(".chip[data-key]", has_text="诉求 insurance")

    drag(page, chip, cell(page, chip, 7))
    page.mouse.up()
    expect(page.get_by_text("已调整并锁定")).to_be_visible()
    assert slots_of(called, "insurance") == {7}
    expect(chip).to_be_focused()

    # Onto a slot in which the firm is elsewhere: the reason stands there while dragging, and nothing moves.
    school = page.locator(".chip[data-key]", has_text="诉求 school")
    was, taken = slots_of(called, "school"), slots_of(called, "capacity").pop()
    target = cell(page, school, taken or 0)
    drag(page, school, target)
    expect(target).to_have_class(re.compile("clash"))
    expect(says).to_contain_text("企业 02")
    page.mouse.up()
    assert slots_of(called, "school") == was

    # By keyboard: the same reason on the way, Escape leaves all as it was, Enter puts it down.
    school.focus()
    page.keyboard.press("Space")
    expect(says).to_contain_text("已拿起")
    page.keyboard.press("Escape")
    expect(says).to_contain_text("已放回原处")
    page.keyboard.press("Space")
    page.keyboard.press("Home")
    for _ in range(taken or 0):
        page.keyboard.press("ArrowDown")
    expect(says).to_contain_text("企业 02")
    page.keyboard.press("Enter")
    assert slots_of(called, "school") == was
    page.keyboard.press("End")
    expect(says).to_contain_text("可以放在这里")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已调整并锁定")).to_be_visible()
    assert slots_of(called, "school") == {9}
    expect(school).to_be_focused()

    page.goto(board + "?view=party")  # the other way round, left and right are earlier and later
    axe(page)
    first = page.get_by_role("row", name=re.compile("企业 01")).locator(".chip[data-key]")
    first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    expect(says).to_contain_text("15:12")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已调整并锁定")).to_be_visible()
    assert slots_of(called, "insurance") == {6}


@pytest.mark.parametrize(("language", "width"), [("zh", 1366), pytest.param("en", PHONE, marks=pytest.mark.slow)])
def test_every_page_of_the_board_is_for_everybody(called: Called, page_for: People, language: str, width: int) -> None:
    called.publish()
    page = page_for("coordinator", language, width)
    board = f"/meetings/{called.meeting_id}/timetable"
    page.goto(board)
    page.get_by_role("link", name="诉求 insurance").first.click()
    page.locator("#f-slot").select_option("8")
    page.get_by_role("button", name=re.compile("移动并锁定|Move and lock")).click()
    for path in (board, board + "/compare", board + "/wishes?urgent=high&preview=1"):
        page.goto(path)
        axe(page)
        fits(page)


def test_a_search_shows_how_far_it_is_and_brings_its_timetable(called: Called, page_for: People) -> None:
    page = page_for("coordinator")
    job, fence = solving.start(called.town.office, called.town.actor("coordinator"), called.meeting_id, take=True)
    page.goto(f"/meetings/{called.meeting_id}/timetable")
    expect(page.locator("#search")).to_contain_text("正在排时间表")
    axe(page)
    assert solving.run(called.town.office, job, fence) == "done"
    expect(page.locator(".versions summary")).to_contain_text("第 2 版")  # by itself: nobody was in the middle of anything


def test_on_the_day_two_clicks_replan_and_those_concerned_are_told(live: Live, page_for: People) -> None:
    day = meeting_day(live.town, MeetingState.LIVE)
    with live.office.write(SYSTEM) as work:
        meeting = work.session.get_one(Meeting, day.meeting_id)
        meeting.starts_at = work.now
        work.session.get_one(Invitation, day.invitations["hongyuan"]).email = "hongyuan@firm.test"
    page = page_for("coordinator", "zh", PHONE)
    page.goto(f"/meetings/{day.meeting_id}/live")
    row = page.get_by_role("row", name=re.compile("宏远注塑有限公司")).last
    row.get_by_role("link", name=re.compile("不来了")).click()
    expect(page.get_by_role("heading", name="宏远注塑有限公司 不来了，或已离开")).to_be_visible()
    expect(page.locator(".change")).to_have_count(2)
    axe(page)
    fits(page)
    page.get_by_role("button", name="接受并通知").click()
    expect(page.get_by_text("时间有变的人正在收到通知")).to_be_visible()
    schedule.run_now(live.office)
    mails = [path.read_text() for path in (live.office.files_dir.parent / "mail").glob("*.eml")]
    assert any("hongyuan@firm.test" in mail for mail in mails)
