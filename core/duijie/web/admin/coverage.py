"""How well a department's text covers its cases: a piece of the roster's page, also while the text is typed."""

from typing import TYPE_CHECKING, Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.services import coverage, rosters
from duijie.services.work import Work
from duijie.web.access import of_departments, only
from duijie.web.admin.blueprint import admin
from duijie.web.work import read

if TYPE_CHECKING:
    from duijie.storage.models import RosterEntry


@admin.post("/roster/<int:entry_id>/coverage")
@only(Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
@of_departments
def roster_coverage(entry_id: int) -> ResponseReturnValue:
    """The coverage of the text that was typed, which is not saved."""
    with read() as work:
        entry = rosters.entry(work, entry_id)
        typed = request.form.get("responsibility", "")
        return render_template("admin/coverage.html", coverage=coverage.of(work, entry, typed), language=g.language)


@admin.context_processor
def covered() -> dict[str, Any]:
    """``coverage_of(entry)`` for the roster's page."""
    return {"coverage_of": _coverage_of}


def _coverage_of(entry: "RosterEntry") -> coverage.Coverage:
    with read() as work:
        return _of(work, entry.id)


def _of(work: Work, entry_id: int) -> coverage.Coverage:
    return coverage.of(work, rosters.entry(work, entry_id))
