"""The supervision notice of a case: a page to print, and a Word file."""

from io import BytesIO

from flask import g, render_template, send_file
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import supervision
from duijie.web.access import only
from duijie.web.cases.blueprint import cases
from duijie.web.work import read, write

COORDINATING = (Role.COORDINATOR, Role.AREA_ADMIN)


@cases.get("/<int:case_id>/supervision")
@only(*COORDINATING)
def supervision_notice(case_id: int) -> ResponseReturnValue:
    """The notice, ready to be printed and signed."""
    with read() as work:
        return render_template("cases/supervision.html", case_id=case_id, said=supervision.notice(work, case_id, g.language))


@cases.post("/<int:case_id>/supervision")
@only(*COORDINATING)
def supervision_file(case_id: int) -> ResponseReturnValue:
    """The same as a Word file; the history keeps that it was made."""
    with read() as work:
        made, title = supervision.make(work, case_id, g.language)
    with write() as work:
        work.record("case.letter_made", "case", case_id, what=T(title.zh, en=title.en))
    return send_file(BytesIO(made.content), made.media_type, as_attachment=True, download_name=made.name)
