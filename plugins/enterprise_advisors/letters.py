"""The reply letter (答复函) of the enterprise group: a Word file in the form of an official letter.

``reply_letter.docx`` in the plugin's templates is the template: a person may open it in Word and change fonts or
order; the places in double braces stay. What it is made of stands in duijie's docs/plugins/documents.md.
"""

import io
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from duijie.api import Document, T

TEMPLATE: Final = Path(__file__).parent / "templates" / "enterprise_advisors" / "reply_letter.docx"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip

_TITLE: Final = T("关于“{title}”的答复函", en="Reply: {title}")
_NUMBER: Final = T("编号：{number}", en="Case {number}")
_TO: Final = T("{requester}：", en="To {requester}")
_CAME: Final = T("贵单位于{received}提出的诉求（{topic}）收悉。", en="Your case ({topic}) of {received} has been received. ")
_WAITS: Final = T("目前正在受理，将于{expected}前答复。", en="It is being looked at and will be answered by {expected}.")
_UNDER_WAY: Final = T("已由{lead}主办{co}，正在办理，将于{due}前答复。", en="{lead} leads it{co} and will answer by {due}.")
_LATE: Final = T("已由{lead}主办{co}，原定{due}前答复，现已逾期，我们将抓紧办理并尽快答复。",
                 en="{lead} leads it{co}. The answer was due by {due} and is late; it is being pressed on with.")
_ANSWERED: Final = T("经{lead}办理{co}，现答复如下：", en="{lead} has dealt with it{co} and answers as follows.")
_CO: Final = T("、{co}协办", en=" with {co}")
_REPLY: Final = T("{department}（{kind}，{on}）：", en="{department} ({kind}, {on}):")
_PROMISES: Final = T("有关承诺事项如下：", en="These commitments were made:")
_COLUMNS: Final = {
    "text": T("承诺事项", en="Commitment"), "department": T("责任单位", en="Department"),
    "due": T("完成时限", en="Due"), "state": T("进展", en="How it stands"),
}  # fmt: skip
_CLOSING: Final = T("对办理结果有意见的，请凭追踪码在网上评价或申请重新办理。专此函复。",
                    en="If you are not satisfied, rate the answer online with your tracking code, or ask to have it reopened.")


def _render(data: Mapping[str, Any], language: str) -> bytes:
    template = DocxTemplate(TEMPLATE)
    template.render(_clean(_context(data, language)), SandboxedEnvironment(autoescape=True), autoescape=True)
    template.docx.core_properties.title = _clean(_TITLE.fill(title=data["title"]).to(language))
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _context(data: Mapping[str, Any], language: str) -> dict[str, Any]:
    promises = [one for one in data["commitments"] if one["state"] != "withdrawn"]
    return {
        "title": _TITLE.fill(title=data["title"]).to(language),
        "number": _NUMBER.fill(number=data["number"]).to(language),
        "to": _TO.fill(requester=data["requester"]).to(language),
        "opening": _opening(data, language),
        "replies": [_reply(one, language) for one in data["replies"]],
        "promises": [one | {"due": _day(one["due"], language), "state": one["state_words"]} for one in promises],
        "promises_heading": _PROMISES.to(language),
        "columns": {key: text.to(language) for key, text in _COLUMNS.items()},
        "closing": _CLOSING.to(language),
        "signed": data["lead"] or data["group"],
        "date": _day(data["today"], language),
    }


def _opening(data: Mapping[str, Any], language: str) -> str:
    values = {
        "lead": data["lead"], "due": _day(data["due"], language), "expected": _day(data["expected"], language),
        "co": _CO.fill(co=("、" if language == "zh" else ", ").join(data["co"])) if data["co"] else T("", en=""),
    }  # fmt: skip
    if data["replies"]:
        goes_on = _ANSWERED if data["lead"] else T("现答复如下：", en="The answer is as follows.")
    elif not data["lead"]:
        goes_on = _WAITS
    else:
        goes_on = _LATE if data["days_late"] else _UNDER_WAY
    came = _CAME.fill(received=_day(data["received"], language), topic=data["topic"])
    return came.to(language) + goes_on.fill(**values).to(language)


def _reply(one: Mapping[str, Any], language: str) -> dict[str, Any]:
    head = _REPLY.fill(department=one["department"], kind=one["kind"], on=_day(one["on"], language))
    return {"head": head.to(language), "lines": [line for line in one["text"].splitlines() if line.strip()]}


def _day(day: date | None, language: str) -> str:
    if day is None:
        return ""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _clean(value: Any) -> Any:
    """Without the control characters that a Word file cannot hold."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, Mapping):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list) else value


DOCUMENT: Final = Document(
    key="reply_letter",
    title=T("答复函（Word）", en="Reply letter (Word)"),
    file_name="答复函-{name}.docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    render=_render,
    about="case",
)
