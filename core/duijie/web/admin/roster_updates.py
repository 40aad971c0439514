"""What a plugin's roster says otherwise than the one here: taken over, or not."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import roster_updates
from duijie.web.access import of_departments, only
from duijie.web.admin.blueprint import admin
from duijie.web.work import notice, write


@admin.post("/roster/update")
@only(Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
@of_departments
def update_roster() -> ResponseReturnValue:
    """Take over what the plugin says of a department, or keep what stands here; ``all`` departments at once."""
    group, department = request.form.get("group", "")[:60], request.form.get("department", "")[:60]
    take_over = request.form.get("decision") == "accept"
    decide = roster_updates.accept if take_over else roster_updates.keep
    with write() as work:
        every = [one.department for one in roster_updates.differences(work, group)] if "all" in request.form else [department]
        for key in every:
            decide(work, group, key)
    notice(T("已采用插件的更新。", en="Taken over.") if take_over
           else T("已保留原有内容，同样的更新不再提示。", en="Kept as it was; the same update is not shown again."))
    return redirect(url_for("admin.roster", group=group))
