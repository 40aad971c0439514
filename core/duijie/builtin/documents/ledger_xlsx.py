"""The ledger as a workbook: all cases, one sheet for each department, and the departments' figures.

What people typed never becomes a formula: such cells are marked as text, with Excel's own apostrophe.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from duijie.api import Document, T

_FORMULA_STARTS: Final = "=+-@\t\r＝＋－＠"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SHEET_FORBIDDEN = re.compile(r"[\\/*?:\[\]]")
_LONGEST_CELL: Final = 32767  # what Excel takes
_HEAD_FONT: Final = Font(bold=True, color="FFFFFF")
_HEAD_FILL: Final = PatternFill("solid", fgColor="1B6B4A")
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_MIDDLE: Final = Alignment(vertical="center", horizontal="center", wrap_text=True)
_WIDTHS: Final[Mapping[str, int]] = {
    "index": 6, "number": 17, "requester": 26, "area": 18, "topic": 14, "text": 48, "source": 10, "lead": 22,
    "co": 22, "assigned": 13, "due": 13, "done": 13, "result": 12, "way": 12, "revisitor": 12, "revisited": 13,
    "stars": 9, "supervisions": 10, "extended": 8, "settled": 8,
}  # fmt: skip

_ALL: Final = T("全部", en="All")
_SUMMARY: Final = T("部门汇总", en="Departments")


def _render(data: Mapping[str, Any], language: str) -> bytes:
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101  # a new workbook has one worksheet
    taken: set[str] = set()
    first.title = _sheet_name(_ALL.to(language), taken)
    _table(first, data["columns"], data["rows"])
    _summary(book.create_sheet(_sheet_name(_SUMMARY.to(language), taken)), data["summary"], data["notes"])
    for name, indexes in data["sheets"]:
        _table(
            book.create_sheet(_sheet_name(name, taken)), data["columns"], [data["rows"][i] for i in indexes]
        )
    book.properties.title = data["title"]
    book.properties.creator = "duijie"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table(sheet: Worksheet, columns: Sequence[tuple[str, str]], rows: Iterable[Mapping[str, Any]]) -> None:
    _head(sheet, [name for _, name in columns])
    for number, row in enumerate(rows, 1):
        for at, (key, _) in enumerate(columns, 1):
            _put(sheet.cell(number + 1, at), number if key == "index" else row.get(key))
    for at, (key, _) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(key, 14)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(2, sheet.max_row)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _summary(sheet: Worksheet, summary: Mapping[str, Any], notes: Sequence[str]) -> None:
    _head(sheet, summary["columns"])
    for at, row in enumerate(summary["rows"], 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column)
            _put(cell, value)
            if isinstance(value, float):
                cell.number_format = "0.0%"
    for offset, note in enumerate(notes):
        cell = sheet.cell(len(summary["rows"]) + 3 + offset, 1)
        _put(cell, note)
        cell.alignment = Alignment(vertical="top")
    sheet.column_dimensions["A"].width = 30
    for column in range(2, len(summary["columns"]) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 13
    sheet.freeze_panes = "B2"


def _head(sheet: Worksheet, names: Sequence[str]) -> None:
    for at, name in enumerate(names, 1):
        cell = sheet.cell(1, at)
        _put(cell, name)
        cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _MIDDLE
    sheet.row_dimensions[1].height = 32


def _put(cell: Cell | MergedCell, value: object) -> None:
    """Write one value with its type; text stays text whatever it begins with."""
    cell.alignment = _TOP
    if isinstance(value, str):
        text = _CONTROL.sub("", value)[:_LONGEST_CELL]
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(tuple(_FORMULA_STARTS))
        return
    cell.value = value  # type: ignore[assignment]
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes: 31 characters, none of its signs, none twice."""
    base = _SHEET_FORBIDDEN.sub(" ", _CONTROL.sub("", name)).strip(" '")[:31] or "-"
    chosen, n = base, 2
    while chosen.casefold() in taken:
        chosen, n = f"{base[:28]} {n}", n + 1
    taken.add(chosen.casefold())
    return chosen


DOCUMENT: Final = Document(
    key="ledger",
    title=T("导出 Excel", en="Export to Excel"),
    file_name="{name}.xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    render=_render,
)
