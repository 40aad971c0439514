"""The ledger: a page with filters, and the same as a workbook or a plain table."""

from io import BytesIO

from flask import g, render_template, request, send_file
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.services import documents, ledger
from duijie.storage.queries.ledger import page_of
from duijie.web.access import only
from duijie.web.cases import filters
from duijie.web.cases.blueprint import cases
from duijie.web.cases.one import HANDLERS
from duijie.web.display import days_left
from duijie.web.work import read, write


@cases.get("/ledger", endpoint="ledger")
@only(*HANDLERS)
def ledger_page() -> ResponseReturnValue:
    """The cases that the actor may see, the latest first."""
    with read() as work:
        page = page_of(work.session, work.actor, filters.wanted(work), request.args.get("page", 1, type=int))
        rows = ledger.rows_of(work, page.cases, g.language)
        return render_template(
            "cases/ledger.html", page=page, rows=list(zip(page.cases, rows, strict=True)), today=work.today,
            days_left=lambda day: days_left(work, day), document=documents.offers(work, "ledger"),
            coordinating=work.actor.has(Role.COORDINATOR, Role.AREA_ADMIN), **filters.offered(work),
        )  # fmt: skip


@cases.post("/ledger/export", endpoint="export")
@only(*HANDLERS)
def export() -> ResponseReturnValue:
    """Take the filtered ledger out as a file; the history keeps that it was taken."""
    plain = request.form.get("kind") == "csv"
    with read() as work:  # made from a look, so that a large ledger holds nobody up who writes
        make = ledger.plain_table if plain else ledger.workbook
        made, rows = make(work, filters.wanted(work, request.form), g.language)
    with write() as work:
        ledger.exported(work, rows, "csv" if plain else "xlsx")
    return send_file(BytesIO(made.content), made.media_type, as_attachment=True, download_name=made.name)
