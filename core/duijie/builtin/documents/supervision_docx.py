"""The supervision notice (督办通知单) as a Word file, in the habits of official documents (GB/T 9704).

A4, title in size 二号, text in 三号 仿宋 with 28 pt lines; a table of what is pressed for, and room for signatures.
"""

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from docx import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from duijie.api import T

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TITLE: Final = T("督办通知单", en="Supervision notice")
_TO: Final = T("{department}：", en="To {department}")
_BODY: Final = T("以下诉求应由你单位于{due}前答复，现{late}。请于收到本通知后抓紧办理，并将办理情况书面反馈。",
                 en="The case below was to be answered by {due}; it is {late}. Please deal with it without delay and report in "
                 "writing on what was done.")
_LATE: Final = T("已逾期 {n} 个工作日", en="{n} working days late")
_NOT_LATE: Final = T("尚未办结", en="not finished yet")
_NO_DATE: Final = T("规定期限", en="its deadline")
_ROWS: Final = {
    "number": T("诉求编号", en="Case"), "title": T("诉求事项", en="About"), "requester": T("诉求人", en="Requester"),
    "area": T("片区", en="Area"), "lead": T("主办单位", en="Lead department"), "co": T("协办单位", en="Co-handling"),
    "received": T("受理日期", en="Received"), "due": T("办理期限", en="Due"), "rule": T("督办依据", en="On the ground of"),
    "times": T("督办次数", en="Supervised"), "state": T("目前状态", en="State"),
}  # fmt: skip
_SIGNED: Final = (T("签发人（签字）：", en="Issued by (signature):"), T("承办单位签收：", en="Received by (signature):"),
                  T("签收日期：    年    月    日", en="Date received:"))  # fmt: skip
_FEEDBACK: Final = T("办理情况反馈：", en="What was done:")
_TIMES: Final = T("第 {n} 次", en="no. {n}")


def render(data: Mapping[str, Any], language: str) -> bytes:
    """The notice as a Word file; ``data`` as docs/plugins/documents.md says."""
    file = WordFile()
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    _line(file, _TITLE.to(language), size=22, font="方正小标宋简体", centre=True)
    _line(file, data["notice"], size=16, centre=True)
    _line(file, _TO.fill(department=data["lead"]).to(language))
    _line(file, text_of(data, language), indent=language == "zh")
    _table(file, rows_of(data, language))
    _line(file, _FEEDBACK.to(language))
    for _ in range(3):
        _line(file, "")
    for text in _SIGNED:
        _line(file, text.to(language))
    _line(file, _day(data["today"], language), right=True)
    out = io.BytesIO()
    file.core_properties.title = _clean(f"{_TITLE.to(language)} {data['number']}")
    file.save(out)
    return out.getvalue()


def text_of(data: Mapping[str, Any], language: str) -> str:
    """What the department is asked to do."""
    late = _LATE.fill(n=data["days_late"]) if data["days_late"] else _NOT_LATE
    due = _day(data["due"], language) if data["due"] else _NO_DATE.to(language)
    return _BODY.fill(due=due, late=late).to(language)


def rows_of(data: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """(label, value) of the notice's table; what is unknown is left out."""
    days = {key: _day(data[key], language) if data[key] else "" for key in ("received", "due")}
    separator = "、" if language == "zh" else ", "
    values = dict(data) | days | {"co": separator.join(data["co"]), "times": _TIMES.fill(n=data["times"]).to(language)}
    return [(label.to(language), str(values[key])) for key, label in _ROWS.items() if values[key]]


def _table(file: Any, rows: list[tuple[str, str]]) -> None:
    table = file.add_table(rows=0, cols=2, style="Table Grid")
    for label, value in rows:
        cells = table.add_row().cells
        for cell, text, width in ((cells[0], label, Mm(36)), (cells[1], value, Mm(120))):
            cell.width = width
            _write(cell.paragraphs[0], text, 14, "仿宋")
    _line(file, "")


def _line(
    file: Any, text: str, *, size: int = 16, font: str = "仿宋", centre: bool = False, right: bool = False, indent: bool = False
) -> None:
    paragraph = file.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_after = layout.space_before = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(36 if size > 20 else 28)
    if indent:
        layout.first_line_indent = Pt(2 * size)
    if centre or right:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.RIGHT
    _write(paragraph, text, size, font)


def _write(paragraph: Any, text: str, size: int, font: str) -> None:
    run = paragraph.add_run(_clean(text))
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _clean(text: str) -> str:
    """Without the control characters that a Word file cannot hold."""
    return _CONTROL.sub("", text)


def _day(day: date, language: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B} {day.year}"
