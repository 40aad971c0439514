"""One plugin: its settings, permissions, areas, jobs, times, tables and faults."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Invalid, NotFound, Problem
from duijie.domain.forms.validate import from_html
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.hooks.capabilities import Plugin
from duijie.services.plugins import insight, listing, options, state
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.admin.blueprint import admin
from duijie.web.admin.switches import asked_switches
from duijie.web.errors import status_of
from duijie.web.fields import FormView, form_view
from duijie.web.work import notice, office, read, settings, write

TYPE_AGAIN = T("请重新输入：有内容需要修改时，密码不会保留在页面上。",
               en="Please type this again: what is secret is not kept on a page that has to be corrected.")


@admin.get("/plugins/<plugin>")
@only(Role.SYSTEM_ADMIN)
def plugin(plugin: str) -> ResponseReturnValue:
    """All about one plugin; asks it how it is."""
    return _page(plugin)


@admin.post("/plugins/<plugin>/settings")
@only(Role.SYSTEM_ADMIN)
def set_plugin(plugin: str) -> ResponseReturnValue:
    """Change its settings; with anything wrong the form again, with all that was typed but secrets."""
    said = _said(plugin)
    answers = from_html(options.form_of(said), request.form.getlist)
    try:
        with write() as work:
            options.change(work, plugin, answers)
    except Invalid as error:
        return _page(plugin, answers, error), status_of(error)
    notice(T("设置已保存，即刻生效。", en="The settings are saved and count at once."))
    return redirect(url_for("admin.plugin", plugin=plugin))


@admin.post("/plugins/<plugin>/permissions")
@only(Role.SYSTEM_ADMIN)
def grant_plugin(plugin: str) -> ResponseReturnValue:
    """Say which roles hold its permissions."""
    said = _said(plugin)
    with write() as work:
        for right in said.permissions:
            chosen = [Role(word) for word in request.form.getlist(right.key) if word in list(Role)]
            if frozenset(chosen) != work.office.switches.holders(plugin, right.key):
                options.grant(work, plugin, right.key, chosen)
    notice(T("权限已保存。", en="The permissions are saved."))
    return redirect(url_for("admin.plugin", plugin=plugin))


@admin.post("/plugins/<plugin>/areas")
@only(Role.SYSTEM_ADMIN)
def switch_areas(plugin: str) -> ResponseReturnValue:
    """Say in which areas it is on."""
    with write() as work:
        for area_id, wanted in asked_switches():
            if area_id.isdigit():
                state.switch_in(work, plugin, int(area_id), wanted)
    notice(T("片区设置已保存，即刻生效。", en="The areas are saved and count at once."))
    return redirect(url_for("admin.plugin", plugin=plugin))


def _said(name: str) -> Plugin:
    found = office().catalogue.plugins.get(name)
    if found is None:
        raise NotFound
    return found


def _page(name: str, answers: dict[str, Any] | None = None, error: DuijieError | None = None) -> str:
    findings = [*insight.health(office(), name), *office().plugins.findings_of(name)]
    with read() as work:
        found = listing.one(work, name)
        if found is None:
            raise NotFound
        owned, revision = insight.revision(work, name)
        return render_template(
            "admin/plugin.html", plugin=found, findings=findings, levels=insight.LEVELS,
            view=_settings(work, found.said, name, answers, error), roles=list(Role),
            holders={right.key: work.office.switches.holders(name, right.key)
                     for right in (found.said.permissions if found.said else ())},
            areas=listing.area_switches(work, name) if found.said else (),
            jobs=insight.jobs(work, name), times=insight.times(work, name), tables=owned, revision=revision,
            faults=listing.faults_of(work, name, 10), which=settings().plugins,
        )  # fmt: skip


def _settings(
    work: Work, said: Plugin | None, name: str, answers: dict[str, Any] | None, error: DuijieError | None
) -> FormView | None:
    """The settings as a form. A secret stands in no page: as dots where it is set, else empty."""
    if said is None or not said.options:
        return None
    secrets = [option.field.key for option in said.options if option.secret]
    shown = options.shown(work, name)
    if answers is None:
        return form_view(options.form_of(said), shown, secrets=secrets)
    again = [key for key in secrets if answers.get(key) not in (None, "", options.KEPT)]
    problems = [*(error.problems if isinstance(error, Invalid) else ()), *(Problem(key, TYPE_AGAIN) for key in again)]
    typed = {key: value for key, value in answers.items() if key not in secrets}
    kept = {key: shown[key] for key in secrets if key in shown and key not in again}
    return form_view(options.form_of(said), typed | kept, problems, secrets=secrets)
