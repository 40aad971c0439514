"""Whom the coordinators call after a case is closed, and what they said."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Invalid, NotFound, Problem
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import revisits
from duijie.web.access import only
from duijie.web.cases.blueprint import cases
from duijie.web.errors import status_of
from duijie.web.work import notice, read, version, write


@cases.get("/revisits", endpoint="revisits")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def revisits_page() -> ResponseReturnValue:
    """The list to call, and the latest results."""
    return _page()


@cases.post("/revisits/<int:revisit_id>")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def record_revisit(revisit_id: int) -> ResponseReturnValue:
    """Write down what a call came to."""
    try:
        with write() as work:
            done = revisits.record(
                work, revisit_id, version(), request.form.get("result", ""), request.form.get("note", "")
            )
            result = done.result or "unreachable"
    except NotFound:
        raise
    except DuijieError as error:
        return _page(revisit_id, error), status_of(error)
    notice(T("已登记：{result}。", en="Recorded: {result}.").fill(result=revisits.RESULTS[result]))
    return redirect(url_for("cases.revisits"))


def _page(failed: int = 0, error: DuijieError | None = None) -> str:
    problems = error.problems if isinstance(error, Invalid) else [Problem("", error.message)] if error else []
    own = [Problem(f"{p.field}-{failed}" if p.field else "", p.message) for p in problems]
    with read() as work:
        return render_template(
            "cases/revisits.html", planned=revisits.planned(work), done=revisits.done(work), today=work.today,
            results=revisits.RESULTS, failed=failed, problems=own, typed=request.form,
        )  # fmt: skip
