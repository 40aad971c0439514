"""The letter that goes to a case's requester, as a Word file, from a template that anybody may change in Word."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from duijie.api import Document, T
from jinja2.sandbox import SandboxedEnvironment

TEMPLATE = Path(__file__).parent / "templates" / "eldercare_advisors" / "letter.docx"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORDS = {
    "heading": T("养老服务告知书", en="Eldercare services: a letter to you"),
    "greeting": T("您好！您反映的事项办理情况如下。", en="This is how your matter stands."),
    "visit": T("办结后，工作人员会上门看望一次。", en="Once it is done, somebody will come and see you."),
    "group": T("养老服务顾问团", en="Eldercare advisory group"),
}


def render(data: Mapping[str, Any], language: str) -> bytes:
    """The letter; what somebody typed is escaped, and the template can reach nothing but the values."""
    from docxtpl import DocxTemplate  # half a second that only a letter needs

    values = {key: value.to(language) if isinstance(value, T) else value for key, value in {**data, **WORDS}.items()}
    letter, out = DocxTemplate(TEMPLATE), io.BytesIO()
    letter.render(values, SandboxedEnvironment(autoescape=True), autoescape=True)
    letter.save(out)
    return out.getvalue()


DOCUMENT = Document("eldercare_letter", T("告知书", en="Letter"), "letter-{name}.docx", WORD, render, about="case")
