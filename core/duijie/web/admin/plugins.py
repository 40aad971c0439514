"""What is installed, and what of it fails."""

from flask import render_template
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.services import overview
from duijie.web.access import only
from duijie.web.admin.blueprint import admin
from duijie.web.work import read


@admin.get("/plugins", endpoint="plugins")
@only(Role.SYSTEM_ADMIN)
def plugins_page() -> ResponseReturnValue:
    """Each plugin with its groups and its state; the faults of this process and those written down."""
    with read() as work:
        return render_template(
            "admin/plugins.html",
            plugins=overview.plugins(work),
            faults=work.office.plugins.faults,
            kept=overview.kept_faults(work),
        )
