"""The plugins: what is installed, in which order, how it stands, and what of it failed."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.plugins import listing, state
from duijie.web.access import only
from duijie.web.admin.blueprint import admin
from duijie.web.work import notice, read, settings, write


@admin.get("/plugins", endpoint="plugins")
@only(Role.SYSTEM_ADMIN)
def plugins_page() -> ResponseReturnValue:
    """Each plugin in order of precedence, with what it brings and how it stands."""
    with read() as work:
        found = listing.all_of(work)
        movable = [one.name for one in found if one.said and not one.built_in]
        return render_template(
            "admin/plugins.html", plugins=found, movable=movable, which=settings().plugins,
            areas=len(work.office.switches.now.everywhere),
        )  # fmt: skip


@admin.post("/plugins/<plugin>/switch")
@only(Role.SYSTEM_ADMIN)
def switch_plugin(plugin: str) -> ResponseReturnValue:
    """Switch it on or off everywhere."""
    active = request.form.get("active") == "1"
    with write() as work:
        state.switch(work, plugin, active)
    on = T("已启用，片区中单独停用的仍然停用。", en="Switched on; areas in which it was switched off stay as they are.")
    notice(on if active else T("已停用。它办理中的诉求照常办理。", en="Switched off. What is under way goes on."))
    return _back(plugin)


@admin.post("/plugins/<plugin>/move")
@only(Role.SYSTEM_ADMIN)
def move_plugin(plugin: str) -> ResponseReturnValue:
    """One place up or down in the order of precedence."""
    step = -1 if request.form.get("direction") == "up" else 1
    with write() as work:
        names = work.office.plugins.names()
        order = [one.name for one in listing.all_of(work) if one.said and not one.built_in]
        if plugin not in order:
            raise NotFound
        at = order.index(plugin)
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
        if to != at:
            state.put_in_order(work, [*(name for name in names if name not in order), *order])
    return redirect(url_for("admin.plugins", _anchor=f"p-{plugin}"))


@admin.post("/plugins/<plugin>/again")
@only(Role.SYSTEM_ADMIN)
def try_plugin_again(plugin: str) -> ResponseReturnValue:
    """End its rest."""
    with write() as work:
        state.try_again(work, plugin)
    notice(T("休息已结束，下次用到时会再试。", en="Its rest is over; it is tried when it is next needed."))
    return redirect(url_for("admin.plugin", plugin=plugin))


@admin.get("/faults", endpoint="faults")
@only(Role.SYSTEM_ADMIN)
def faults_page() -> ResponseReturnValue:
    """What failed, the latest first; of one plugin, or of all."""
    asked = request.args.get("plugin", "")[:100]
    with read() as work:
        names = listing.with_faults(work)
        return render_template(
            "admin/faults.html", faults=listing.faults_of(work, asked), names=listing.titles(work, names), asked=asked
        )


def _back(plugin: str) -> ResponseReturnValue:
    """To where the button stood: the list, or the plugin's own page."""
    if request.form.get("from") == "list":
        return redirect(url_for("admin.plugins", _anchor=f"p-{plugin}"))
    return redirect(url_for("admin.plugin", plugin=plugin))
