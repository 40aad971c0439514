"""Letters on a case, as files."""

from io import BytesIO

from flask import g, send_file
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Refused
from duijie.services import letters
from duijie.web.access import only
from duijie.web.cases.blueprint import cases
from duijie.web.cases.one import HANDLERS
from duijie.web.cases.page import case_page
from duijie.web.work import read, write


@cases.post("/<int:case_id>/letter/<key>")
@only(*HANDLERS)
def letter(case_id: int, key: str) -> ResponseReturnValue:
    """The letter in the language of the page; the history keeps that it was made."""
    try:
        with read() as work:  # made from a look: rendering may take its time and holds nobody up
            made, document = letters.make(work, case_id, key, g.language)
    except Refused as error:
        return case_page(case_id, "letter", error)
    with write() as work:
        letters.made(work, case_id, document)
    return send_file(BytesIO(made.content), made.media_type, as_attachment=True, download_name=made.name)
