"""The roster: per group the departments with their seats, topics and people."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import roster_updates, rosters
from duijie.services.work import Work
from duijie.web.access import of_departments, only
from duijie.web.admin.asked import problems_of
from duijie.web.admin.blueprint import admin
from duijie.web.errors import status_of
from duijie.web.work import notice, read, write

ADMINS = (Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
ENOUGH = 120  # characters of responsibility that routing reads well


@admin.get("/roster", endpoint="roster")
@only(*ADMINS)
@of_departments
def roster_page() -> ResponseReturnValue:
    """One group's roster."""
    with read() as work:
        groups = [parts.group for parts in work.office.groups]
        if not groups:
            return render_template("admin/roster.html", groups=(), group=None, entries=())
        parts = work.parts(request.args.get("group", groups[0].key))
        if parts is None:
            raise NotFound
        entries = rosters.whole_of(work, parts.group.key)
        return render_template(
            "admin/roster.html",
            groups=groups,
            group=parts.group,
            entries=entries,
            parts=rosters.PARTS,
            enough=ENOUGH,
            updates=roster_updates.differences(work, parts.group.key),
            fields=roster_updates.FIELDS,
        )


@admin.get("/roster/<int:entry_id>")
@only(*ADMINS)
@of_departments
def roster_entry(entry_id: int) -> ResponseReturnValue:
    """One department's seat in one group."""
    return _one(entry_id)


@admin.post("/roster/<int:entry_id>")
@only(*ADMINS)
@of_departments
def change_roster(entry_id: int) -> ResponseReturnValue:
    """Change what it answers for."""
    form = request.form

    def change(work: Work) -> None:
        rosters.change(
            work, entry_id, responsibility=form.get("responsibility", ""), topics=form.getlist("topics"),
            seats=form.get("seats", 0, type=int), observer="observer" in form, active="active" in form,
        )  # fmt: skip

    return _after(entry_id, change, T("已保存。", en="Saved."))


@admin.post("/roster/<int:entry_id>/people")
@only(*ADMINS)
@of_departments
def put_person(entry_id: int) -> ResponseReturnValue:
    """Put a person of the department into it."""

    def put(work: Work) -> None:
        person = request.form.get("user_id", 0, type=int)
        rosters.put(work, entry_id, person, request.form.get("part", ""))

    return _after(entry_id, put, T("已加入。", en="Added."))


@admin.post("/roster/<int:entry_id>/people/<int:seat_id>/remove")
@only(*ADMINS)
@of_departments
def take_person_out(entry_id: int, seat_id: int) -> ResponseReturnValue:
    """Take a person out of it."""

    def take_out(work: Work) -> None:
        rosters.take_out(work, seat_id)

    return _after(entry_id, take_out, T("已移出，账号不变。", en="Taken out; the account stays as it is."))


def _after(entry_id: int, change: Callable[[Work], None], done: T) -> ResponseReturnValue:
    try:
        with write() as work:
            change(work)
    except DuijieError as error:
        return _one(entry_id, error), status_of(error)
    notice(done)
    return redirect(url_for("admin.roster_entry", entry_id=entry_id))


def _one(entry_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        entry = rosters.entry(work, entry_id)
        parts = work.parts(entry.group_key)
        return render_template(
            "admin/roster_entry.html",
            entry=entry,
            group=parts.group if parts else None,
            colleagues=rosters.colleagues(work, entry),
            parts=rosters.PARTS,
            enough=ENOUGH,
            problems=problems_of(error),
        )
