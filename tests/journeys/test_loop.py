"""The loop in a real browser, as the people of it: from a firm's form to the ledger, in both languages."""

import re
from datetime import datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

import docx
import openpyxl
import pytest
from browser import PHONE, Live, People
from hands import Hands
from playwright.sync_api import expect
from scene import PNG, answers, credit_code

from duijie import schedule
from duijie.domain.roles import SYSTEM
from duijie.services import demo_clock, filing

pytestmark = pytest.mark.browser
MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
ECONOMY = ("区经信局", "District Economy and Information Technology Bureau")
POWER = ("供电公司", "Power supply company")
FIRM = "滨港力恒机械制造有限公司"
TITLE = "用电增容申请排队三个月"
OTHER = "厂区电压不稳"
PROMISE = "两周内装好变压器并通电"


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_from_the_form_to_the_ledger(
    live_demo: Live, page_for: People, language: str, tmp_path: Path
) -> None:
    set_the_stage(live_demo)
    firm = Hands(page_for(None, language, PHONE), language)
    coordinator = Hands(page_for("coordinator", language), language)
    representative = Hands(page_for("rep_economy", language, PHONE), language)
    code = file_a_case(firm, tmp_path)
    assign(coordinator)
    schedule.run_now(live_demo.office)
    take_up(representative)
    track(firm, code)

    meeting = call_a_meeting(coordinator)
    schedule.run_now(live_demo.office)
    answer_the_invitation(representative)
    find_a_timetable(coordinator)
    move_the_clock(firm, "2026-11-26T16:00")
    read_the_reminders(representative, tmp_path / "mail")

    move_the_clock(firm, "2026-11-27T13:50")
    coordinator.back_as("coordinator")
    sign_in_at_the_door(coordinator, firm, meeting)
    board = Hands(page_for(None, language), language)
    open_the_meeting(coordinator, board, meeting)
    promise_at_the_desk(representative, board)
    move_the_clock(firm, "2026-11-27T16:05")
    coordinator.back_as("coordinator")
    conclude(coordinator, meeting, tmp_path)

    move_the_clock(firm, "2026-12-08T18:00")
    is_reminded(representative, "rep_economy")
    move_the_clock(firm, "2026-12-11T10:00")
    is_reminded(Hands(page_for(None, language), language), "head_economy")
    keep_the_promise(representative)
    rate(firm, code, "不满意", "Not satisfied", "我们接着办", "We go on with it")
    answer_again(representative)
    rate(firm, code, "非常满意", "Very satisfied", "诉求已办结", "The case is closed")
    export_the_ledger(coordinator, tmp_path)


def set_the_stage(live: Live) -> None:
    """It is Monday morning, and another firm has filed a case before."""
    with live.office.write(SYSTEM) as work:
        demo_clock.set_now(work, MONDAY)
    with live.office.write(SYSTEM) as work:
        second = answers(2, text=f"{OTHER}，停电两次损坏了设备，希望查明原因。")
        filing.file_case(work, "enterprise", "dagang", second, consent=True)


def file_a_case(firm: Hands, folder: Path) -> str:
    """On a phone, with a slip of the pen first; gives the tracking code."""
    firm.go("/")
    firm.follow("企业发展顾问团", "Enterprise advisory group")
    firm.follow("大港工业社区", "Dagang Industrial Community")
    photo = folder / "bill.png"
    photo.write_bytes(PNG)
    capacity = firm.field("现状容量", "Present capacity")
    firm.fill("企业名称", "Name of the enterprise", FIRM)
    firm.fill("统一社会信用代码", "Unified social credit code", credit_code(1)[:-1] + "0")
    firm.fill("联系人", "Name", "陈立群")
    firm.fill("手机", "Mobile number", "13800000001")
    firm.fill("电子邮箱", "E-mail", "firm@example.test")
    expect(capacity).to_be_hidden()
    firm.choose("诉求类别", "Category", "水电气", "Water, power and gas")
    expect(capacity).to_be_visible()
    capacity.fill("630")
    firm.fill("申请容量", "Capacity applied for", "1250")
    firm.fill("户号", "Customer number", "3302001234")
    firm.fill("诉求内容", "What do you need?", f"{TITLE}，旺季经常跳闸，希望尽快装上变压器。")
    firm.field("附件", "Attachments").set_input_files(photo)
    firm.tick("是否愿意在会上公开提出", "Would you raise it in front of everybody?", "是", "Yes")
    firm.check("我已阅读并同意", "I have read this and agree")
    firm.press("提交诉求", "File the case")
    expect(firm.page.get_by_role("alert")).to_contain_text(firm.say("信用代码", "credit code"))
    firm.sees("bill.png")  # nothing typed or chosen is lost
    expect(firm.field("申请容量", "Capacity applied for")).to_have_value("1250")
    firm.fill("统一社会信用代码", "Unified social credit code", credit_code(1))
    firm.press("提交诉求", "File the case")
    firm.sees("诉求已提交", "Your case is filed")
    return re.findall(r"\b(?:[0-9A-Z]{4,5}-){3,4}[0-9A-Z]{4,5}\b", firm.page.locator("main").inner_text())[0]


def assign(coordinator: Hands) -> None:
    """Both new cases are accepted, the firm's with a co-handling department."""
    for title in (TITLE, OTHER):
        coordinator.go("/cases/")
        coordinator.page.get_by_role("link", name=title).first.click()
        coordinator.looks()
        coordinator.check(f"主办：{ECONOMY[0]}", f"Lead: {ECONOMY[1]}")
        coordinator.check(f"协办：{POWER[0]}", f"Co-handling: {POWER[1]}")
        coordinator.press("受理并交办", "Accept and assign")
        coordinator.sees("已交办", "Assigned")


def take_up(representative: Hands) -> None:
    """The lead department takes the case up."""
    representative.go("/desk/")
    representative.page.get_by_role("link", name=TITLE).first.click()
    representative.looks()
    representative.press("接手办理", "Take it up")
    representative.sees("办理中", "In progress")


def track(firm: Hands, code: str) -> None:
    """The firm looks at its case by the code."""
    firm.go("/track")
    firm.fill("追踪码", "Tracking code", code.lower().replace("-", " "))
    firm.press("查询进度", "See how it stands")
    firm.sees(TITLE)


def call_a_meeting(coordinator: Hands) -> str:
    """From the draft to the invitations; gives the meeting's address."""
    coordinator.go("/meetings/")
    coordinator.follow("召集对接会", "Call a meeting")
    coordinator.choose("顾问团", "Advisory group", "企业发展顾问团", "Enterprise advisory group")
    expect(coordinator.page).to_have_url(re.compile("group=enterprise"))
    coordinator.looks()
    coordinator.fill("地点", "Place", "大港园区三楼会议室")
    coordinator.press("拟定并选诉求", "Draft it and choose cases")
    address = coordinator.page.url.rpartition("/")[0]
    for title in (TITLE, OTHER):
        coordinator.page.get_by_role("checkbox", name=re.compile(title)).check()
    coordinator.press("列入议程", "Put on the agenda")
    coordinator.follow("下一步：邀请", "Next: invite")
    coordinator.press("发出邀请", "Send invitations")
    coordinator.sees("邀请中", "Inviting")
    return address


def answer_the_invitation(representative: Hands) -> None:
    """The lead department comes."""
    representative.go("/desk/")
    representative.follow("回复邀请", "Answer the invitation")
    representative.check("能到会", "Yes")
    representative.press("回复", "Send the answer")


def find_a_timetable(coordinator: Hands) -> None:
    """Solve, lock the firm's talk where it is, solve the rest again, publish."""
    coordinator.follow("时间表", "Timetable")
    coordinator.press("排时间表", "Find a timetable")
    coordinator.page.get_by_role("link", name=re.compile(FIRM)).first.click()
    coordinator.press("锁定", "Lock")
    coordinator.page.get_by_role("link", name=re.compile(FIRM)).first.click()
    place = coordinator.field("移到", "Move to").input_value()
    coordinator.press("重新排（保留锁定）", "Solve the rest again")
    locked = re.compile(f"{FIRM}.*{coordinator.say('已锁定', 'locked')}")
    coordinator.page.get_by_role("link", name=locked).first.click()
    assert coordinator.field("移到", "Move to").input_value() == place
    coordinator.press("公布时间表", "Publish")
    coordinator.sees("已排定", "Scheduled")


def move_the_clock(somebody: Hands, to: str) -> None:
    """The demo's clock goes forward, and what comes due on the way happens."""
    somebody.go("/demo/clock")
    somebody.fill("指定时间", "A moment of your choice", to)
    somebody.press("前移时钟", "Move the clock")
    somebody.sees("时钟已前移", "The clock has moved")


def read_the_reminders(representative: Hands, folder: Path) -> None:
    """The day before, the meeting is announced once more: in the inbox and by mail."""
    representative.back_as("rep_economy")
    representative.go("/account/messages")
    representative.sees("大港园区三楼会议室")
    read = BytesParser(policy=policy.default).parsebytes
    mails = [read(path.read_bytes()) for path in folder.glob("*.eml")]
    to_the_firm = [mail for mail in mails if "firm@example.test" in str(mail["To"])]
    told = " ".join(str(mail["Subject"]) for mail in to_the_firm)
    for zh, en in (("已收到", "received"), ("请回复", "Please answer"), ("时间已排定", "Your times"), ("明天", "Tomorrow")):
        assert representative.say(zh, en) in told
    calendars = [p for mail in to_the_firm for p in mail.walk() if p.get_content_type() == "text/calendar"]
    assert any("BEGIN:VEVENT" in str(part.get_content()) for part in calendars)


def sign_in_at_the_door(coordinator: Hands, firm: Hands, meeting: str) -> None:
    """The firm reads the code on the sheet at the door, finds its name and signs in."""
    coordinator.go(f"{meeting}/live")
    coordinator.follow("打印签到码", "Print the door sheet")
    firm.go(coordinator.page.locator(".door-poster__address").inner_text())
    firm.fill("您的姓名或单位", "Your name or organisation", "力恒")
    firm.press("查找", "Find")
    firm.press("是我，签到", "Yes, sign me in")
    firm.sees("已签到", "You are signed in")
    firm.sees("您的对接安排", "Your appointments")


def open_the_meeting(coordinator: Hands, board: Hands, meeting: str) -> None:
    """The coordinator opens the meeting, and the projector shows it."""
    coordinator.go(f"{meeting}/live")
    coordinator.press("开始会议", "Open the meeting")
    shown = coordinator.page.get_by_role("link", name=coordinator.say("打开投屏", "Open the board"))
    board.go(shown.get_attribute("href") or "")
    board.sees("即将叫号", "Calling soon")


def promise_at_the_desk(representative: Hands, board: Hands) -> None:
    """The firm is called, talks, and leaves with a promise that has a date; the board follows."""
    representative.back_as("rep_economy")
    representative.go("/desk/")
    representative.page.locator(".coming").get_by_role("link").first.click()
    representative.looks()
    representative.press("部门签到", "Sign in for the department")
    firm = representative.page.locator("li, .live-next").filter(has_text=FIRM).first
    firm.get_by_role("button").first.click()
    expect(board.page.locator("#board")).to_contain_text(board.say("请到席位", "Please come"))
    expect(board.page.locator("#board")).to_contain_text(FIRM)
    board.looks()
    representative.press("开始对接", "Begin the talk")
    representative.check("承诺办理", "Commitment made")
    representative.fill("或填其他天数", "or another number", "7")
    representative.fill("责任人", "Officer who answers for it", "赵工")
    representative.fill("怎么答复的", "What was said", PROMISE)
    representative.press("保存结果", "Save the outcome")
    representative.sees("12月8日", "8 Dec")
    figure = board.page.locator(".board__figures li").filter(has_text=board.say("承诺办理", "commitments"))
    expect(figure).to_contain_text("1")


def conclude(coordinator: Hands, meeting: str, folder: Path) -> None:
    """The meeting ends; its minutes say what was promised, as a Word file too."""
    coordinator.go(f"{meeting}/live")
    coordinator.press("结束对接会", "Conclude the meeting")
    coordinator.sees(PROMISE)
    path = folder / "minutes.docx"
    coordinator.downloads("下载 Word 文件", "Download as Word", role="link").save_as(path)
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = "\n".join([p.text for p in document.paragraphs] + cells)
    assert PROMISE in written
    assert FIRM in written
    coordinator.press("归档纪要", "File the minutes")
    coordinator.sees("已归档", "Filed")


def is_reminded(somebody: Hands, login: str) -> None:
    """Whoever answers for the promise hears that it is due, and later the head that it is overdue."""
    somebody.back_as(login)
    somebody.go("/account/messages")
    somebody.sees(TITLE)


def keep_the_promise(representative: Hands) -> None:
    """The department says that it has done what it promised."""
    representative.back_as("rep_economy")
    representative.page.get_by_role("link", name=re.compile(PROMISE[:6])).first.click()
    representative.looks()
    part = representative.unfold("登记兑现", "Mark it as kept")
    representative.fill("办理结果", "What came of it", "变压器已装好。", within=part)
    representative.press("登记兑现", "Mark as kept", within=part)
    representative.sees("已答复", "Answered")


def rate(firm: Hands, code: str, zh: str, en: str, told_zh: str, told_en: str) -> None:
    """The firm says how satisfied it is, and reads what follows from that."""
    firm.go(f"/t/{code}")
    firm.page.get_by_role("radio", name=firm.say(zh, en), exact=True).check()
    firm.fill("想说的话", "Anything to say", "用了一天又跳闸。" if "不" in zh else "谢谢，解决了。")
    firm.press("提交评价", "Send the rating")
    firm.sees(told_zh, told_en)


def answer_again(representative: Hands) -> None:
    """The case came back; the department answers once more."""
    representative.page.reload()
    representative.sees("办理中", "In progress")
    part = representative.unfold("答复诉求人", "Answer the requester")
    part.get_by_label(representative.say("已解决", "Solved"), exact=True).check()
    representative.fill("答复内容", "Reply", "更换了保护开关，已连续运行三天。", within=part)
    representative.press("答复", "Send the reply", within=part)
    representative.sees("已答复", "Answered")


def export_the_ledger(coordinator: Hands, folder: Path) -> None:
    """The register as Excel opens it: the firm's case is solved, with its stars."""
    coordinator.back_as("coordinator")
    coordinator.go("/cases/ledger")
    path = folder / "ledger.xlsx"
    with coordinator.page.expect_download() as coming:
        coordinator.page.locator("button[value=xlsx]").click()
    coming.value.save_as(path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    mine = next(row for row in rows if FIRM in row)
    assert coordinator.say("已解决", "Solved") in mine
    assert "5" in mine
    assert mine[-1] == coordinator.say("是", "Yes")
    assert len([row for row in rows if any("QF-2026" in value for value in row)]) == 2
