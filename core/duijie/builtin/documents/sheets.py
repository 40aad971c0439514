"""What the workbooks share: cells whose text never becomes a formula, heads, names of sheets, the paper."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS: Final = "=+-@\t\r＝＋－＠"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SHEET_FORBIDDEN = re.compile(r"[\\/*?:\[\]]")
_LONGEST_CELL: Final = 32767  # what Excel takes
_HEAD_FONT: Final = Font(bold=True, color="FFFFFF")
_HEAD_FILL: Final = PatternFill("solid", fgColor="1B6B4A")
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_MIDDLE: Final = Alignment(vertical="center", horizontal="center", wrap_text=True)


def put(cell: Cell | MergedCell, value: object) -> None:
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


def head(sheet: Worksheet, names: Sequence[str], row: int = 1) -> None:
    """A line of column names, white on green."""
    for at, name in enumerate(names, 1):
        cell = sheet.cell(row, at)
        put(cell, name)
        cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _MIDDLE
    sheet.row_dimensions[row].height = 32


def for_paper(sheet: Worksheet, heads: str = "1:1") -> None:
    """A4 on its side, as wide as the page, the head on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = heads


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes: 31 characters, none of its signs, none twice."""
    base = _SHEET_FORBIDDEN.sub(" ", _CONTROL.sub("", name)).strip(" '")[:31] or "-"
    chosen, n = base, 2
    while chosen.casefold() in taken:
        chosen, n = f"{base[:28]} {n}", n + 1
    taken.add(chosen.casefold())
    return chosen
