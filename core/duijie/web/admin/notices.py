"""The default ways of telling people: for everybody, a group, an area."""

from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Invalid, Problem
from duijie.domain.notices import CHOSEN
from duijie.domain.telling import ALWAYS
from duijie.domain.text import T
from duijie.services import notices
from duijie.web.access import only
from duijie.web.admin.blueprint import admin
from duijie.web.admin.channels import ADMINS
from duijie.web.telling import asked_telling
from duijie.web.work import notice, read, write


@admin.get("/notices", endpoint="notices")
@only(*ADMINS)
def notices_page() -> ResponseReturnValue:
    """What is set for one scope, the first that the actor has unless the address names another."""
    return _page(request.args.get("for", ""))


@admin.post("/notices")
@only(*ADMINS)
def set_notices() -> ResponseReturnValue:
    """Change it, or take it back."""
    scope = request.form.get("for", "")
    try:
        with read() as work:
            telling = None if "default" in request.form else asked_telling(notices.channels(work))
    except Invalid as error:
        return _page(scope, error.problems), 422
    with write() as work:
        notices.set_default(work, scope, telling)
    notice(T("已保存，没有自行设置的人员即刻按此提醒。", en="Saved: it counts at once for everybody who chose nothing."))
    return redirect(f"{url_for('admin.notices')}?{urlencode({'for': scope})}")


def _page(scope: str, problems: tuple[Problem, ...] = ()) -> str:
    with read() as work:
        scopes = notices.scopes(work)
        chosen = scope or (scopes[0][0] if scopes else "")
        telling, own = notices.default_of(work, chosen)
        channels = notices.channels(work)
        return render_template(
            "admin/notices.html", telling=telling, own=own, problems=problems, kinds=CHOSEN, always=ALWAYS, scopes=scopes,
            scope=chosen, channels=channels, reached=frozenset(channels),
        )  # fmt: skip
