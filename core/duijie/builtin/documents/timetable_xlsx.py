"""A meeting's timetable as a workbook: for the wall, one sheet for each desk, all requesters, what has no place.

The first sheet names nobody who must not be named in public; the others are for the people at work.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from duijie.api import T
from duijie.builtin.documents.sheets import for_paper, head, put, sheet_name

_WALL: Final = T("张贴用", en="For the wall")
_REQUESTERS: Final = T("诉求人", en="Requesters")
_LEFT: Final = T("未排上", en="Not placed")
_TIME: Final = T("时间", en="Time")
_HEADS: Final[Mapping[str, tuple[tuple[T, int], ...]]] = {
    "desk": ((_TIME, 15), (T("诉求人", en="Requester"), 28), (T("联系人", en="Contact"), 14), (T("诉求", en="Case"), 44),
             (T("编号", en="Number"), 17), (T("同桌部门", en="With"), 20), (T("记录", en="Notes"), 34)),
    "requesters": ((T("诉求人", en="Requester"), 28), (T("联系人", en="Contact"), 14), (T("电话", en="Telephone"), 16),
                   (_TIME, 15), (T("席位", en="Desk"), 34), (T("诉求", en="Case"), 44)),
    "left": ((T("诉求人", en="Requester"), 28), (T("席位", en="Desk"), 34), (T("诉求", en="Case"), 44),
             (T("原因", en="Reason"), 50)),
}  # fmt: skip
_TITLE_FONT: Final = Font(bold=True, size=14)
_LINE: Final = Side(style="thin", color="B8C4BF")
_GRID: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def render(data: Mapping[str, Any], language: str) -> bytes:
    """The timetable as a workbook; ``data`` as docs/plugins/documents.md says."""
    book, taken = Workbook(), set[str]()
    wall = book.active
    assert isinstance(wall, Worksheet)  # noqa: S101  # a new workbook has one worksheet
    wall.title = sheet_name(_WALL.to(language), taken)
    _titled(wall, data, [_TIME.to(language), *data["desks"]], data["wall"], [15, *([24] * len(data["desks"]))])
    for one in data["by_desk"]:
        _list(book.create_sheet(sheet_name(one["name"], taken)), data, "desk", one["rows"], language, one["name"])
    for key, name in (("requesters", _REQUESTERS), ("left", _LEFT)):
        if data[key]:
            _list(book.create_sheet(sheet_name(name.to(language), taken)), data, key, data[key], language)
    book.properties.title, book.properties.creator = data["title"], "duijie"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _list(sheet: Worksheet, data: Mapping[str, Any], key: str, rows: Sequence[Sequence[str]], language: str,
          name: str = "") -> None:
    heads = _HEADS[key]
    _titled(sheet, data, [text.to(language) for text, _ in heads], rows, [width for _, width in heads], name)


def _titled(sheet: Worksheet, data: Mapping[str, Any], names: Sequence[str], rows: Sequence[Sequence[str]],
            widths: Sequence[int], name: str = "") -> None:
    put(sheet.cell(1, 1), f"{data['title']} · {name}" if name else data["title"])
    put(sheet.cell(2, 1), data["subtitle"])
    sheet.cell(1, 1).font = _TITLE_FONT
    for line in (1, 2):
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=max(2, len(names)))
    sheet.row_dimensions[1].height = 24
    head(sheet, names, 3)
    for at, row in enumerate(rows, 4):
        for column, value in enumerate(row, 1):
            put(sheet.cell(at, column), value)
            sheet.cell(at, column).border = _GRID
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B4"
    for_paper(sheet, "1:3")
