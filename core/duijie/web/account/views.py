"""Signing in and out, one's own inbox and password."""

from datetime import timedelta

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from duijie.domain.errors import Invalid
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import accounts, demo_accounts
from duijie.web import limits
from duijie.web.access import COOKIE, anyone, signed_in
from duijie.web.account import feeds, messages, notices  # noqa: F401  # bring their routes
from duijie.web.account.blueprint import account
from duijie.web.paths import own_path
from duijie.web.work import notice, read, settings, write

__all__ = ["account"]


@account.get("/sign-in")
@anyone
def sign_in() -> ResponseReturnValue:
    """The sign-in page; in the demo with its accounts."""
    if g.user:
        return redirect(first_page())
    return _sign_in_page()


@account.post("/sign-in")
@anyone
def do_sign_in() -> ResponseReturnValue:
    """Sign in and go where one wanted to go."""
    limits.count("sign-in", allowed=30, window=timedelta(minutes=10))
    with write() as work:
        token = accounts.sign_in(work, request.form.get("login", ""), request.form.get("password", ""))
    if token is None:
        return _sign_in_page(
            T("登录名或密码不对。连续输错 5 次将锁定 15 分钟。",
              en="The sign-in name or password is wrong. After 5 wrong tries the account is locked for 15 minutes.")
        ), 422
    language = session.get("language")
    session.clear()  # nothing of the time before signing in is carried over
    if language:
        session["language"] = language
    return _with_cookie(redirect(own_path(request.form.get("next", ""))), token)


@account.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session."""
    with write() as work:
        accounts.sign_out(work, request.cookies[COOKIE])
    session.clear()
    response = redirect(url_for("public.home"))
    response.delete_cookie(COOKIE)
    return response


@account.get("/")
@signed_in
def start() -> ResponseReturnValue:
    """Each role's first screen."""
    return redirect(first_page())


@account.get("/password")
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password."""
    return render_template("account/password.html", problems=())


@account.post("/password")
@signed_in
def do_password() -> ResponseReturnValue:
    """Change it and end all other sessions."""
    try:
        with write() as work:
            token = accounts.change_password(
                work, g.user.id, request.form.get("old", ""), request.form.get("new", "")
            )
    except Invalid as error:
        return render_template("account/password.html", problems=error.problems), 422
    notice(T("密码已修改，其他设备上的登录已退出。", en="The password is changed; other devices are signed out."))
    return _with_cookie(redirect(first_page()), token)


def first_page() -> str:
    """Where somebody starts after signing in."""
    if g.actor and g.actor.has(Role.COORDINATOR, Role.AREA_ADMIN):
        return url_for("cases.inbox")
    if g.actor and g.actor.has(Role.REPRESENTATIVE):
        return url_for("desk.start")
    if g.actor and g.actor.has(Role.AUDITOR):
        return url_for("admin.history")
    return url_for("admin.start") if g.actor and g.actor.has(Role.SYSTEM_ADMIN) else url_for("public.home")


def _sign_in_page(problem: T | None = None) -> str:
    with read() as work:
        offered = demo_accounts.kept(work) if settings().demo else []
    return render_template(
        "account/sign_in.html",
        problem=problem,
        login=request.form.get("login", ""),
        next=request.values.get("next", ""),
        accounts=offered,
    )


def _with_cookie(response: Response, token: str) -> Response:
    response.set_cookie(
        COOKIE, token, httponly=True, samesite="Lax", secure=settings().secure_cookies,
        max_age=settings().session_hours * 3600,
    )
    return response
