"""The first page of the administration: does everything run, and what needs a hand."""

from flask import render_template
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.services import overview
from duijie.services.plugins import missing
from duijie.web.access import only
from duijie.web.admin.blueprint import admin
from duijie.web.work import read, settings


@admin.get("/", endpoint="start")
@only(Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
def start_page() -> ResponseReturnValue:
    """Scheduler, plugins, calendar, mail, areas and accounts, each with where to go."""
    with read() as work:
        which = settings().plugins
        lacking = missing.missing(work, which)
        return render_template("admin/start.html", now=overview.overview(work), which=which, lacking=lacking)
