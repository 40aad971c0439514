"""The ledger as a workbook: all cases, one sheet for each department, and the departments' figures.

What people typed never becomes a formula: such cells are marked as text, with Excel's own apostrophe.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from duijie.api import T
from duijie.builtin.documents.sheets import for_paper, head, put, sheet_name

_WIDTHS: Final[Mapping[str, int]] = {
    "index": 6, "number": 17, "requester": 26, "area": 18, "topic": 14, "text": 48, "source": 10, "lead": 22,
    "co": 22, "assigned": 13, "due": 13, "done": 13, "result": 12, "way": 12, "revisitor": 12, "revisited": 13,
    "stars": 9, "supervisions": 10, "extended": 8, "settled": 8,
}  # fmt: skip

_ALL: Final = T("全部", en="All")
_SUMMARY: Final = T("部门汇总", en="Departments")


def render(data: Mapping[str, Any], language: str) -> bytes:
    """The ledger as a workbook; ``data`` as docs/plugins/documents.md says."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101  # a new workbook has one worksheet
    taken: set[str] = set()
    first.title = sheet_name(_ALL.to(language), taken)
    _table(first, data["columns"], data["rows"])
    _summary(book.create_sheet(sheet_name(_SUMMARY.to(language), taken)), data["summary"], data["notes"])
    for name, indexes in data["sheets"]:
        _table(
            book.create_sheet(sheet_name(name, taken)), data["columns"], [data["rows"][i] for i in indexes]
        )
    book.properties.title = data["title"]
    book.properties.creator = "duijie"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table(sheet: Worksheet, columns: Sequence[tuple[str, str]], rows: Iterable[Mapping[str, Any]]) -> None:
    head(sheet, [name for _, name in columns])
    for number, row in enumerate(rows, 1):
        for at, (key, _) in enumerate(columns, 1):
            put(sheet.cell(number + 1, at), number if key == "index" else row.get(key))
    for at, (key, _) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(key, 14)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(2, sheet.max_row)}"
    for_paper(sheet)


def _summary(sheet: Worksheet, summary: Mapping[str, Any], notes: Sequence[str]) -> None:
    head(sheet, summary["columns"])
    for at, row in enumerate(summary["rows"], 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column)
            put(cell, value)
            if isinstance(value, float):
                cell.number_format = "0.0%"
    for offset, note in enumerate(notes):
        cell = sheet.cell(len(summary["rows"]) + 3 + offset, 1)
        put(cell, note)
        cell.alignment = Alignment(vertical="top")
    sheet.column_dimensions["A"].width = 30
    for column in range(2, len(summary["columns"]) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 13
    sheet.freeze_panes = "B2"
