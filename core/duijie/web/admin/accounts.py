"""Accounts: found, added, changed, unlocked; roles given and taken."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import administration
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.admin.asked import bilingual, page_number, problems_of
from duijie.web.admin.blueprint import admin
from duijie.web.admin.role_choices import chosen, role_choices
from duijie.web.errors import status_of
from duijie.web.work import notice, read, version, write

ADMINS = (Role.AREA_ADMIN, Role.SYSTEM_ADMIN)


@admin.get("/accounts", endpoint="accounts")
@only(*ADMINS)
def accounts_page() -> ResponseReturnValue:
    """The accounts that the actor looks after."""
    text = request.args.get("q", "").strip()[:100]
    with read() as work:
        found, pages = administration.users(work, text, page_number())
        roles = {user.id: administration.roles_of(work, user) for user in found}
        return render_template(
            "admin/accounts.html",
            users=found,
            roles=roles,
            q=text,
            number=page_number(),
            pages=pages,
            now=work.now,
        )


@admin.get("/accounts/new")
@only(*ADMINS)
def new_account() -> ResponseReturnValue:
    """A new account."""
    return render_template("admin/account_new.html", problems=())


@admin.post("/accounts/new")
@only(*ADMINS)
def add_account() -> ResponseReturnValue:
    """Add it; the answer itself shows the password, so that it stands in no address and no log."""
    form = request.form
    try:
        with write() as work:
            added, password = administration.add(
                work, form.get("login", ""), bilingual("name"), form.get("email", ""), form.get("phone", "")
            )
    except DuijieError as error:
        return render_template("admin/account_new.html", problems=problems_of(error)), status_of(error)
    return render_template("admin/password.html", account=added, password=password, new=True)


@admin.get("/accounts/<int:user_id>")
@only(*ADMINS)
def account(user_id: int) -> ResponseReturnValue:
    """One account with its roles."""
    return _one(user_id)


@admin.post("/accounts/<int:user_id>")
@only(*ADMINS)
def change_account(user_id: int) -> ResponseReturnValue:
    """Change who it is, or take it in or out of use."""
    form = request.form

    def change(work: Work) -> None:
        active = form.get("active", "1") == "1"
        administration.change(
            work, user_id, version(), name=bilingual("name"), email=form.get("email", ""),
            phone=form.get("phone", ""), active=active,
        )  # fmt: skip

    return _after(user_id, change, T("已保存。", en="Saved."))


@admin.post("/accounts/<int:user_id>/unlock")
@only(*ADMINS)
def unlock_account(user_id: int) -> ResponseReturnValue:
    """Let it sign in again."""
    return _after(user_id, lambda work: administration.unlock(work, user_id), T("已解锁。", en="Unlocked."))


@admin.post("/accounts/<int:user_id>/password")
@only(*ADMINS)
def reset_account_password(user_id: int) -> ResponseReturnValue:
    """A new password, shown in the answer and nowhere else."""
    with write() as work:
        password = administration.reset_password(work, user_id)
        found = administration.user(work, user_id)
    return render_template("admin/password.html", account=found, password=password, new=False)


@admin.post("/accounts/<int:user_id>/roles")
@only(*ADMINS)
def give_role(user_id: int) -> ResponseReturnValue:
    """Give a role."""

    def give(work: Work) -> None:
        administration.give(work, user_id, *chosen(request.form.get("role", "")))

    return _after(user_id, give, T("已授予角色。", en="The role is given."))


@admin.post("/accounts/<int:user_id>/roles/<int:grant_id>/take")
@only(*ADMINS)
def take_role(user_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""

    def take(work: Work) -> None:
        administration.take(work, grant_id)

    return _after(user_id, take, T("已收回角色。", en="The role is taken away."))


def _after(user_id: int, change: Callable[[Work], None], done: T) -> ResponseReturnValue:
    try:
        with write() as work:
            change(work)
    except DuijieError as error:
        return _one(user_id, error), status_of(error)
    notice(done)
    return redirect(url_for("admin.account", user_id=user_id))


def _one(user_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        found = administration.user(work, user_id)
        return render_template(
            "admin/account.html",
            account=found,
            roles=administration.roles_of(work, found),
            choices=role_choices(work),
            locked=found.locked_until is not None and found.locked_until > work.now,
            own=found.id == work.actor.user_id,
            problems=problems_of(error),
        )
