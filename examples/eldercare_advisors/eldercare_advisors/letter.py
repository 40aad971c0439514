"""The letter that goes to a case's requester, as a Word file, from a template that anybody may change in Word."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from duijie.api import Document, T
from jinja2.sandbox import SandboxedEnvironment

TEMPLATE = Path(__file__).parent / "templates" / "eldercare_advisors" / "letter.docx"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORDS = {"heading": T("养老服务告知书", en="Eldercare services: a letter to you"),
         "greeting": T("您好！您反映的事项办理情况如下。", en="This is how your matter stands."),
         "visit": T("办结后，工作人员会上门看望一次。", en="Once it is done, somebody will come and see you.")}


def _plain(value: Any) -> Any:  # a Word file holds no control characters
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", value) if isinstance(value, str) else value


def render(data: Mapping[str, Any], language: str) -> bytes:
    """The letter; what somebody typed is escaped, and the template can reach nothing but the values."""
    from docxtpl import DocxTemplate  # half a second that only a letter needs

    letter, out = DocxTemplate(TEMPLATE), io.BytesIO()
    words = {key: text.to(language) for key, text in WORDS.items()}
    letter.render({**data, **words}, SandboxedEnvironment(finalize=_plain), autoescape=True)
    letter.save(out)
    return out.getvalue()


DOCUMENT = Document("eldercare_letter", T("告知书", en="Letter"), "letter-{name}.docx", WORD, render, about="case")
