"""The ledger's files, opened again as Excel would open them."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
import time_machine
from filed import file
from sqlalchemy import select
from town import Town

from duijie.builtin.documents import ledger_xlsx
from duijie.domain.states import CaseState, ReplyKind
from duijie.services import casework, find, ledger, triage
from duijie.storage.models import Case, Event
from duijie.storage.queries.ledger import LedgerFilter, all_of, page_of

pytestmark = pytest.mark.both_databases

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HEADER = ["序号", "编号", "诉求人/企业", "片区", "类别", "诉求内容", "来源", "主办", "协办", "交办日期", "时限", "办结日期",
          "办理结果", "答复方式", "回访人", "回访日期", "满意度", "督办次数", "延期", "销号"]  # fmt: skip
EVIL = '=HYPERLINK("http://example.test","点我")，电话 13800001234 \x07'


@pytest.fixture
def filled(town: Town) -> Town:
    economy, power = town.department_id("economy"), town.department_id("power")
    with time_machine.travel(MONDAY, tick=False):
        first, second = file(town, "E2"), file(town, "E6", text=EVIL)
        file(town, "E1")
        with town.office.write(town.actor("coordinator")) as work:
            triage.accept(work, find.case(work, first), economy, [power])
            triage.accept(work, find.case(work, second), economy)
    with (
        time_machine.travel(MONDAY + timedelta(days=2), tick=False),
        town.office.write(town.actor("rep_economy")) as work,
    ):
        casework.reply(work, find.case(work, first), economy, ReplyKind.SOLVED, "已装表", "phone")
    return town


def book(
    town: Town, language: str = "zh", who: str = "coordinator", wanted: LedgerFilter | None = None
) -> openpyxl.Workbook:
    with town.office.read(town.actor(who)) as work:
        made, _ = ledger.workbook(work, wanted or LedgerFilter(), language)
    return openpyxl.load_workbook(io.BytesIO(made.content))


def test_the_workbook_has_the_columns_of_the_notices_a_frozen_head_and_real_dates(filled: Town) -> None:
    opened = book(filled)
    assert opened.sheetnames == ["全部", "部门汇总", "区经信局", "供电公司"]
    sheet = opened["全部"]
    assert [c.value for c in sheet[1]] == HEADER
    assert sheet.freeze_panes == "C2"
    assert (sheet.max_row, sheet.column_dimensions["F"].width) == (4, 48)
    rows = {row[1].value: row for row in sheet.iter_rows(min_row=2)}
    row = [c.value for c in rows["QF-2026-0001"]]
    assert row[6:9] == ["网上", "区经信局", "供电公司"]
    assert [value.date() for value in row[9:12]] == [
        date(2026, 11, 23),
        date(2026, 12, 2),
        date(2026, 11, 25),
    ]
    assert rows["QF-2026-0001"][10].is_date
    assert row[12:14] == ["已解决", "电话答复"]
    assert row[17:] == [0, 0, "否"]
    assert sheet["F2"].alignment.wrap_text


def test_text_never_becomes_a_formula_and_phones_are_masked(filled: Town) -> None:
    sheet = book(filled)["全部"]
    cell = next(row[5] for row in sheet.iter_rows(min_row=2) if str(row[5].value).startswith("="))
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert "138****1234" in cell.value
    assert "13800001234" not in cell.value
    assert "\x07" not in cell.value


@pytest.mark.parametrize("start", [*"=+-@＝＋－＠", "\t", "\r"])
def test_every_sign_that_starts_a_formula_is_tamed(start: str) -> None:
    text = f"{start}1+1"
    data = {"title": "t", "columns": [("text", "内容")], "rows": [{"text": text}], "sheets": [("a/b:c", [0])],
            "summary": {"columns": ["部门", "办结率"], "rows": [[text, 0.5]]}, "notes": [text]}  # fmt: skip
    opened = openpyxl.load_workbook(io.BytesIO(ledger_xlsx.render(data, "zh")))
    cells = [opened["全部"]["A2"], opened["a b c"]["A2"], opened["部门汇总"]["A2"], opened["部门汇总"]["A4"]]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_the_department_sheet_adds_up(filled: Town) -> None:
    sheet = book(filled)["部门汇总"]
    assert [c.value for c in sheet[1]][:5] == ["部门", "派单数", "按时办结", "超时办结", "未办结"]
    assert [c.value for c in sheet[2]][:6] == ["区经信局", 2, 1, 0, 1, 0.5]
    assert sheet["F2"].number_format == "0.0%"


def test_the_english_workbook_is_english(filled: Town) -> None:
    opened = book(filled, "en")
    assert opened.sheetnames[:2] == ["All", "Departments"]
    head = [str(c.value) for c in opened["All"][1]]
    assert head[:3] == ["No.", "Case", "Requester (enterprise)"]
    assert all(name.isascii() for name in head)


def test_a_ledger_of_nobody_in_particular_names_no_group(filled: Town) -> None:
    assert book(filled, wanted=LedgerFilter(group="rural"))["全部"]["C1"].value == "诉求人"


def test_each_sees_their_own_ledger(filled: Town) -> None:
    assert book(filled, who="rep_power")["全部"].max_row == 2
    assert book(filled, who="other_coordinator")["全部"].max_row == 1
    assert book(filled, wanted=LedgerFilter(state=CaseState.ANSWERED))["全部"].max_row == 2


def test_the_plain_table_opens_in_excel_and_starts_no_formula(filled: Town) -> None:
    with filled.office.read(filled.actor("coordinator")) as work:
        made, rows = ledger.plain_table(work, LedgerFilter(), "zh")
    assert made.content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert table[0] == HEADER
    assert len(table) == rows + 1 == 4
    texts = [row[5] for row in table[1:]]
    assert any(text.startswith("'=HYPERLINK") for text in texts)
    assert not any(cell.startswith("=") for row in table for cell in row)


def test_the_export_stands_in_the_history(filled: Town) -> None:
    with filled.office.write(filled.actor("coordinator")) as work:
        ledger.exported(work, 3, "xlsx")
    with filled.office.read(filled.actor("coordinator")) as work:
        event = work.session.scalars(select(Event).where(Event.kind == "ledger.exported")).one()
    assert (event.actor, event.data["rows"]) == ("coordinator", 3)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (LedgerFilter(words="增容"), {1}),
        (LedgerFilter(words="增容 力恒"), {1}),
        (LedgerFilter(words="%"), set()),
        (LedgerFilter(words="_"), set()),
        (LedgerFilter(words="qf-2026-0002"), {2}),
        (LedgerFilter(topic="labor"), {3}),
        (LedgerFilter(group="rural"), set()),
        (LedgerFilter(overdue_on=date(2026, 12, 3)), {2, 3}),
        (LedgerFilter(overdue_on=date(2026, 12, 2)), set()),
        (LedgerFilter(since=MONDAY + timedelta(hours=1)), set()),
        (LedgerFilter(until=MONDAY + timedelta(hours=1)), {1, 2, 3}),
    ],
)
def test_filters(filled: Town, wanted: LedgerFilter, numbers: set[int]) -> None:
    with filled.office.read(filled.actor("coordinator")) as work:
        found = all_of(work.session, work.actor, wanted, 10)
        assert {int(case.number[-4:]) for case in found} == numbers
        assert page_of(work.session, work.actor, wanted, 99).number == 1


def test_department_filter_and_extensions(filled: Town) -> None:
    power = filled.department_id("power")
    with filled.office.write(filled.actor("coordinator")) as work:
        second = work.session.scalars(select(Case).where(Case.number == "QF-2026-0002")).one()
        triage.reassign(
            work, second, filled.department_id("economy"), [], work.today + timedelta(days=30), "等批次"
        )
    with filled.office.read(filled.actor("coordinator")) as work:
        assert len(all_of(work.session, work.actor, LedgerFilter(department_id=power), 10)) == 1
        rows = ledger.rows_of(work, all_of(work.session, work.actor, LedgerFilter(), 10), "zh")
    assert {row["number"]: row["extended"] for row in rows}["QF-2026-0002"] == 1
