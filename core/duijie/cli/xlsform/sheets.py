"""The three sheets of an XLSForm workbook as rows of texts, and the bilingual texts in them."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from duijie.cli.xlsform.notes import Notes
from duijie.domain.errors import Refused
from duijie.domain.text import T

SHEETS: Final = ("survey", "choices", "settings")
ROWS_AT_MOST: Final = 20_000

_CHINESE: Final = re.compile(r"[㐀-鿿豈-﫿]")
_ZH: Final = re.compile(r"\(zh[\w-]*\)|^zh\b|中文|汉语|漢語|chinese", re.IGNORECASE)
_EN: Final = re.compile(r"\(en[\w-]*\)|^en\b|英文|英语|英語|english", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its number in Excel, and its texts by header (lower case, trimmed)."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    def get(self, *names: str) -> str:
        """The text under the first of ``names`` that has one."""
        return next((text for name in names if (text := self.cells.get(name, ""))), "")


def read_workbook(path: Path) -> dict[str, list[Row]]:
    """The rows of each sheet that is there. Raises Refused when the file is no workbook or has no survey."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise Refused(T(f"{path.name} 不是 .xlsx 工作簿。请用 Excel 或 WPS 另存为 .xlsx 再试。",
                        en=f"{path.name} is no .xlsx workbook. Save it as .xlsx with Excel or WPS and try again."
                        )) from error  # fmt: skip
    try:
        found = {name: list(_rows(name, book[title])) for title in book.sheetnames
                 if (name := title.strip().lower()) in SHEETS}  # fmt: skip
    finally:
        book.close()
    if "survey" not in found:
        raise Refused(T(f"{path.name} 里没有名为 survey 的工作表，题目要写在这张表里。",
                        en=f"{path.name} has no sheet named survey, which holds the questions."))
    return found


def texts_of(row: Row, column: str, notes: Notes) -> T | None:
    """The bilingual text under ``column``, ``column::中文 (zh)`` and ``column::English (en)``; None when empty.

    A language that is missing takes the other's words, with a warning.
    """
    zh, en, plain = "", "", row.get(column)
    for header, text in row.cells.items():
        name, mark, language = header.partition("::")
        if not mark or name.strip() != column or not text:
            continue
        if _ZH.search(language.strip()):
            zh = text
        elif _EN.search(language.strip()):
            en = text
        else:
            notes.warn(row.sheet, row.number, header, "只读取中文和英文，这一列没有读取。",
                       "Only Chinese and English are read; this column is not.")
    if plain and not zh and (_CHINESE.search(plain) or en):
        zh = plain
    elif plain and not en:
        en = plain
    if not (zh or en):
        return None
    if not en and _CHINESE.search(zh):
        notes.warn(row.sheet, row.number, f"{column}::English (en)", "没有英文，暂用中文代替，请补充。",
                   "There is no English; the Chinese stands in for it. Please add it.")
    if not zh and re.search(r"[A-Za-z]{2}", en):
        notes.warn(row.sheet, row.number, f"{column}::中文 (zh)", "没有中文，暂用英文代替，请补充。",
                   "There is no Chinese; the English stands in for it. Please add it.")
    _check(row, column, f"{zh} {en}", notes)
    return T(zh or en, en=en or zh)


def _check(row: Row, column: str, text: str, notes: Notes) -> None:
    if "${" in text:
        notes.error(row.sheet, row.number, column, "文字里不能引用其他题目的答案（${…}），请改成普通文字。",
                    "A text cannot quote another answer (${…}); please write it in plain words.")


def _rows(name: str, sheet: Any) -> Iterator[Row]:
    headers: list[str] = []
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        texts = [_text(value) for value in values]
        if number > ROWS_AT_MOST:
            raise Refused(T(f"工作表 {name} 超过 {ROWS_AT_MOST} 行，请删去多余的行。",
                            en=f"Sheet {name} has more than {ROWS_AT_MOST} rows; please delete what is not needed."))
        if not any(texts):
            continue
        if not headers:
            headers = [re.sub(r"\s*::?\s*", "::", text.lower().strip()) for text in texts]
            continue
        cells = {header: text for header, text in zip(headers, texts, strict=False) if header}
        yield Row(name, number, cells)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
