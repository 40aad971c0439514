"""The minutes of a meeting as a Word file, laid out like an official document (GB/T 9704).

A4, title in size 二号, text in 三号 仿宋 with 28 pt lines, page numbers between dashes. ``minutes.docx``
beside this module is the template: a person may open it in Word and change fonts or order; the places in
double braces stay. Fonts that a machine lacks are replaced by the alternatives named in it.
"""

import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docxtpl import DocxTemplate

from duijie.api import T

TEMPLATE: Final = Path(__file__).with_name("minutes.docx")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ORDINALS: Final = "一二三四五"
_DAYS_ZH: Final = "一二三四五六日"

_TITLE: Final = T("{title}纪要", en="Minutes: {title}")
_FACTS: Final = {
    "time": T("时间：", en="Time:"), "place": T("地点：", en="Place:"), "chair": T("主持：", en="Chair:"),
    "recorder": T("记录：", en="Minutes:"), "attended": T("参加：", en="Present:"),
    "others": T("列席：", en="Also:"), "absent": T("缺席：", en="Absent:"),
}  # fmt: skip
_HEADINGS: Final = {
    "summary": T("基本情况", en="Overview"), "resolved": T("议定事项", en="Agreed"),
    "cases": T("对接情况", en="Case by case"), "left": T("未对接事项", en="Not heard"),
    "remarks": T("其他事项", en="Other matters"),
}  # fmt: skip
_COLUMNS: Final = {
    "n": T("序号", en="No."), "text": T("议定事项", en="Agreed"), "requester": T("诉求人", en="Requester"),
    "department": T("责任单位", en="Department"), "officer": T("责任人", en="Officer"),
    "due": T("完成时限", en="Due"),
}  # fmt: skip
_SUMMARY: Final = T(
    "本次对接会由{group}在{area}召开，邀请诉求人 {invited} 位，到会 {came} 位，"
    "安排对接 {appointments} 场，完成对接 {heard} 场。其中当场答复 {answered} 件，"
    "转其他部门 {transferred} 件，议定承诺事项 {commitments} 项；"
    "未对接 {not_heard} 场，转入下次对接会。{wait}",
    en="{group} met in {area}. Of {invited} requesters invited, {came} came; of {appointments} appointments, "
    "{heard} were held. Answered on the spot: {answered}; transferred: {transferred}; commitments made: "
    "{commitments}; not heard and carried over to the next meeting: {not_heard}. {wait}",
)
_WAIT: Final = T("诉求人平均等候 {minutes} 分钟。", en="Requesters waited {minutes} minutes on average.")
_NOTHING: Final = T("本次会议没有承诺事项。", en="No commitments were made at this meeting.")
_NONE: Final = T("无", en="none")
_SIGNATURES: Final = {
    "chair": T("主持人（签字）：", en="Chair (signature):"),
    "recorder": T("记录人（签字）：", en="Minutes (signature):"),
    "date": T("    年    月    日", en="Date:"),
}


def render(data: Mapping[str, Any], language: str) -> bytes:
    """The minutes as a Word file; ``data`` as docs/plugins/documents.md says."""
    template = DocxTemplate(TEMPLATE)
    template.render(_clean(_context(data, language)), autoescape=True)
    if language == "en":  # between long English words justified lines tear open
        template.docx.styles["Body Text"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    template.docx.core_properties.title = _clean(_TITLE.fill(title=data["title"]).to(language))
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _context(data: Mapping[str, Any], language: str) -> dict[str, Any]:
    met = data["starts_at"].date()
    heard = [_item(one, met, language) for one in data["items"] if one["heard"]]
    left = [_left(one, language) for one in data["items"] if not one["heard"]]
    parts = {"cases": heard, "left": left, "remarks": data["remarks"].split("\n") if data["remarks"] else []}
    shown = ["summary", "resolved", *(key for key, part in parts.items() if part)]
    return parts | {
        "title": _TITLE.fill(title=data["title"]).to(language),
        "number": data["number"],
        "facts": _facts(data, language),
        "headings": {key: _heading(n, _HEADINGS[key], language) for n, key in enumerate(shown)},
        "summary": _summary(data, language),
        "columns": {key: text.to(language) for key, text in _COLUMNS.items()},
        "resolved": [_row(one, met, language) for one in data["resolved"]],
        "nothing_resolved": _NOTHING.to(language),
        "signatures": {key: text.to(language) for key, text in _SIGNATURES.items()},
    }


def _facts(data: Mapping[str, Any], language: str) -> list[dict[str, str]]:
    separator = "、" if language == "zh" else "; "
    seats = [_seat(one, language) for one in data["attended"]]
    values = {
        "time": _period(data["starts_at"], data["ends_at"], language),
        "place": data["place"], "chair": data["chair"], "recorder": data["recorder"],
        "attended": separator.join(seats), "others": data["others"],
        "absent": separator.join(name.to(language) for name in data["absent"]) or _NONE.to(language),
    }  # fmt: skip
    return [{"label": _FACTS[key].to(language), "value": value} for key, value in values.items() if value]


def _seat(seat: Mapping[str, Any], language: str) -> str:
    person = seat["people"].to(language)
    name: str = seat["name"].to(language)
    if not person:
        return name
    return f"{name}（{person}）" if language == "zh" else f"{name} ({person})"


def _heading(n: int, text: T, language: str) -> str:
    return f"{_ORDINALS[n]}、{text.zh}" if language == "zh" else f"{n + 1}. {text.en}"


def _summary(data: Mapping[str, Any], language: str) -> str:
    figures = data["figures"]
    wait = T("", en="") if figures["wait"] is None else _WAIT.fill(minutes=figures["wait"])
    values = figures | {"wait": wait, "group": data["group"], "area": data["area"]}
    return _SUMMARY.fill(**values).to(language).strip()


def _row(one: Mapping[str, Any], met: date, language: str) -> dict[str, str]:
    return {
        "n": str(one["n"]), "text": one["text"],
        "requester": one["requester"].to(language), "officer": one["officer"],
        "department": one["department"].to(language),
        "due": _day(one["due"], met, language),
    }  # fmt: skip


def _item(one: Mapping[str, Any], met: date, language: str) -> dict[str, Any]:
    said = "\n".join(_said(each, met, language) for each in one["said"])
    lines = [line for line in said.split("\n") if line.strip()]
    return {"head": f"{one['n']}. {_head(one, language)}", "lines": lines}


def _left(one: Mapping[str, Any], language: str) -> str:
    """An entry that was not heard, with the reason, as one line."""
    reasons = " ".join(each["text"].replace("\n", " ") for each in one["said"])
    return f"{one['n']}. {_head(one, language)}{'：' if language == 'zh' else ': '}{reasons}"


def _head(one: Mapping[str, Any], language: str) -> str:
    colon, opened, closed = ("：", "（", "）") if language == "zh" else (": ", " (", ")")
    return f"{one['requester'].to(language)}{colon}{one['title']}{opened}{one['number']}{closed}"


def _said(said: Mapping[str, Any], met: date, language: str) -> str:
    """What one department said, as one line: 区人力社保局（当场答复·解释说明）：…（12月2日前完成）."""
    zh = language == "zh"
    kind = said["kind"].to(language)
    for more in (said["result"].to(language), said["to"].to(language)):
        kind += (f"·{more}" if zh else f", {more}") if more else ""
    due = ""
    if said["due"]:
        day = _day(said["due"], met, language)
        due = f"（{day}前完成）" if zh else f" (due {day})"
    name, text = said["department"].to(language), said["text"]
    return f"{name}（{kind}）：{text}{due}" if zh else f"{name} ({kind}): {text}{due}"


def _period(start: datetime, end: datetime | None, language: str) -> str:
    last = f"{end:%H:%M}" if end and end.date() == start.date() else ""
    if language == "zh":
        day = f"{start.year}年{start.month}月{start.day}日（星期{_DAYS_ZH[start.weekday()]}）"
        return f"{day}{start:%H:%M}" + (f"—{last}" if last else "")
    return f"{start:%A}, {start.day} {start:%B %Y}, {start:%H:%M}" + (f"–{last}" if last else "")


def _day(day: date, met: date, language: str) -> str:
    if language == "zh":
        return (f"{day.year}年" if day.year != met.year else "") + f"{day.month}月{day.day}日"
    return f"{day.day} {day:%b}" + (f" {day.year}" if day.year != met.year else "")


def _clean(value: Any) -> Any:
    """Without the control characters that a Word file cannot hold."""
    if isinstance(value, str):
        return _CONTROL.sub("", value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list) else value
