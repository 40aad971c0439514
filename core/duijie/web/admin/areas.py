"""Areas: the list, a new one, one with its filing pages and posters."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import areas, offers
from duijie.web.access import only
from duijie.web.admin.asked import bilingual, problems_of
from duijie.web.admin.blueprint import admin
from duijie.web.errors import status_of
from duijie.web.work import notice, read, write

ADMINS = (Role.AREA_ADMIN, Role.SYSTEM_ADMIN)


@admin.get("/areas", endpoint="areas")
@only(*ADMINS)
def areas_page() -> ResponseReturnValue:
    """The actor's areas by kind."""
    return _list()


@admin.post("/areas")
@only(Role.SYSTEM_ADMIN)
def add_area() -> ResponseReturnValue:
    """Add an area and show it."""
    try:
        with write() as work:
            added = areas.add(
                work,
                request.form.get("key", "").strip(),
                bilingual("name"),
                request.form.get("kind", ""),
                request.form.get("parent_id", type=int),
            )
    except DuijieError as error:
        return _list(error), status_of(error)
    notice(T("片区已新增。请为它指定协调员。", en="The area is added. Give it a coordinator next."))
    return redirect(url_for("admin.area", area_id=added.id))


@admin.post("/areas/kinds")
@only(Role.SYSTEM_ADMIN)
def add_area_kind() -> ResponseReturnValue:
    """Name one more kind of area."""
    try:
        with write() as work:
            areas.add_kind(work, request.form.get("kind_key", "").strip(), bilingual("kind_name"))
    except DuijieError as error:
        return _list(error), status_of(error)
    notice(T("类型已新增。", en="The kind is added."))
    return redirect(url_for("admin.areas"))


@admin.get("/areas/<int:area_id>")
@only(*ADMINS)
def area(area_id: int) -> ResponseReturnValue:
    """One area: its name, its filing pages and posters."""
    return _one(area_id)


@admin.post("/areas/<int:area_id>")
@only(*ADMINS)
def change_area(area_id: int) -> ResponseReturnValue:
    """Rename it, or take it out of use."""
    try:
        with write() as work:
            now = areas.own(work, area_id)
            active = request.form.get("active", "1" if now.active else "0") == "1"
            areas.change(work, area_id, bilingual("name"), active)
    except DuijieError as error:
        return _one(area_id, error), status_of(error)
    notice(T("已保存。", en="Saved."))
    return redirect(url_for("admin.area", area_id=area_id))


def _list(error: DuijieError | None = None) -> str:
    with read() as work:
        return render_template(
            "admin/areas.html",
            by_kind=areas.by_kind(work),
            kinds=areas.kinds(work),
            names={one.id: one.name for one in areas.all_of(work)},
            mine=areas.administered(work),
            has_all=areas.has_all(work),
            problems=problems_of(error),
        )


def _one(area_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        found = areas.own(work, area_id)
        return render_template(
            "admin/area.html",
            area=found,
            above=areas.above(work, found),
            kind=areas.kind_label(work, found.kind),
            groups=[parts.group for parts in offers.groups_of(work, found)],
            has_all=areas.has_all(work),
            problems=problems_of(error),
        )
