"""One case's page, its files, and how long so many working days are."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError
from duijie.domain.roles import Role
from duijie.services import casework, find, uploads
from duijie.services import deadlines as counting
from duijie.web import downloads
from duijie.web.access import only
from duijie.web.cases.blueprint import cases
from duijie.web.cases.page import case_page
from duijie.web.display import days_left
from duijie.web.work import read

HANDLERS = (Role.COORDINATOR, Role.AREA_ADMIN, Role.REPRESENTATIVE)


@cases.get("/<int:case_id>")
@only(*HANDLERS)
def one(case_id: int) -> ResponseReturnValue:
    """The case, for its coordinator and its departments."""
    return case_page(case_id)


@cases.get("/<int:case_id>/deadlines")
@only(*HANDLERS)
def deadlines(case_id: int) -> ResponseReturnValue:
    """How each of the case's deadlines was counted, day by day."""
    with read() as work:
        case = find.case(work, case_id)
        return render_template("cases/deadlines.html", case=case, deadlines=counting.of_case(work, case),
                               days_left=lambda day: days_left(work, day))  # fmt: skip


@cases.get("/attachment/<token>")
@only(*HANDLERS)
def attachment(token: str) -> ResponseReturnValue:
    """A file of a case, for those who handle it."""
    with read() as work:
        return downloads.send(work, uploads.open_to_staff(work, token))


@cases.get("/deadline")
@only(*HANDLERS)
def deadline() -> ResponseReturnValue:
    """The day that so many working days from today fall on, with the way to it; a piece of a page."""
    try:
        with read() as work:
            due = casework.due_after(work, request.args.get("days", 0, type=int))
    except DuijieError as error:
        return render_template("cases/deadline.html", problem=error.message, language=g.language), 422
    return render_template("cases/deadline.html", deadline=due, language=g.language)
