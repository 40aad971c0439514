"""Switching plugins on and off in one area, by whoever administers it; and reading such switches from a form."""

from collections.abc import Iterator

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import areas
from duijie.services.plugins import listing, state
from duijie.web.access import only
from duijie.web.admin.blueprint import admin
from duijie.web.work import notice, read, write

WORDS = {"on": True, "off": False, "above": None}


def asked_switches() -> Iterator[tuple[str, bool | None]]:
    """(of what, switch) of every ``switch-<of what>`` that says otherwise than the page it came from.

    What somebody else switched meanwhile, and this person left alone, stays as it is.
    """
    for name, word in request.form.items():
        of = name.removeprefix("switch-")
        if of != name and word in WORDS and word != request.form.get(f"was-{of}"):
            yield of, WORDS[word]


@admin.get("/areas/<int:area_id>/plugins")
@only(Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
def area_plugins(area_id: int) -> ResponseReturnValue:
    """Every plugin, as it stands in the area."""
    with read() as work:
        area = areas.own(work, area_id)
        return render_template(
            "admin/area_plugins.html", area=area, above=areas.above(work, area), lines=listing.in_area(work, area_id)
        )


@admin.post("/areas/<int:area_id>/plugins")
@only(Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
def switch_area_plugins(area_id: int) -> ResponseReturnValue:
    """Switch what was chosen otherwise."""
    with write() as work:
        areas.own(work, area_id)
        for plugin, wanted in asked_switches():
            state.switch_in(work, plugin, area_id, wanted)
    notice(T("已保存，即刻生效。办理中的诉求照常办理。", en="Saved, and in force at once. What is under way goes on."))
    return redirect(url_for("admin.area_plugins", area_id=area_id))
