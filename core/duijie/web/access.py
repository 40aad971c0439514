"""Who may open what. Every route names its policy; one that does not keeps the application from starting."""

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Busy, Forbidden
from duijie.domain.roles import Actor, Role
from duijie.services import accounts
from duijie.web.work import office

COOKIE = "duijie_sid"
QUIET = 30.0  # seconds without noting who is there, after the database was too busy for it
_quiet = {"until": 0.0}
F = TypeVar("F", bound=Callable[..., Any])
EVERYBODY = frozenset(Role)  # also an account that holds no role yet: it can change its password and sign out
_POLICY = "duijie_policy"
_OF_DEPARTMENTS = "duijie_of_departments"


def anyone(view: F) -> F:
    """Open to everybody, signed in or not."""
    setattr(view, _POLICY, None)
    return view


def signed_in(view: F) -> F:
    """Open to everybody with an account."""
    setattr(view, _POLICY, EVERYBODY)
    return view


def only(*roles: Role) -> Callable[[F], F]:
    """Open to users who hold one of ``roles``; what they see is bounded by areas and departments besides."""

    def mark(view: F) -> F:
        setattr(view, _POLICY, frozenset(roles))
        return view

    return mark


def of_departments(view: F) -> F:
    """Within its roles, only open to those who keep what belongs to departments and so to no single area."""
    setattr(view, _OF_DEPARTMENTS, True)
    return view


def install(app: Flask) -> None:
    """Look at every request before its view does."""
    app.before_request(_admit)
    setattr(app.view_functions["static"], _POLICY, None)


def check_every_route(app: Flask) -> None:
    """Raise RuntimeError naming each endpoint without a policy."""
    open_ended = [name for name, view in app.view_functions.items() if not hasattr(view, _POLICY)]
    if open_ended:
        raise RuntimeError(f"routes without a policy: {', '.join(sorted(open_ended))}")


def policy_of(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles an endpoint is open to; None means anyone."""
    found: frozenset[Role] | None = getattr(app.view_functions[endpoint], _POLICY)
    return found


def may_open(app: Flask, endpoint: str, actor: Actor | None) -> bool:
    """Whether the page is open to ``actor``; None is a visitor without an account."""
    policy = policy_of(app, endpoint)
    if policy is None:
        return True
    if actor is None or (policy is not EVERYBODY and not actor.has(*policy)):
        return False
    return actor.keeps_departments or not getattr(app.view_functions[endpoint], _OF_DEPARTMENTS, False)


def _admit() -> ResponseReturnValue | None:
    g.actor = g.user = None
    if request.endpoint is None:
        return None
    if request.endpoint != "static":
        _recognise()
    policy = policy_of(current_app, request.endpoint)
    if policy is None:
        return None
    if g.user is None:
        if request.method != "GET":
            abort(403)
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))
    if not may_open(current_app, request.endpoint, g.actor):
        raise Forbidden
    return None


def _recognise() -> None:
    token = request.cookies.get(COOKIE)
    if not token:
        return
    nobody = Actor(address=request.remote_addr or "")
    with office().read(nobody) as work:
        known = accounts.session_of(work, token)
        stale = known is not None and accounts.needs_touch(work, token)
    if known is None:
        return
    g.user, g.actor = known.user, known.actor
    if stale and monotonic() > _quiet["until"]:
        try:
            with office().write(known.actor) as work:
                accounts.touch(work, token)
        except Busy:  # who only looks need not wait for who writes: noted with one of the next requests
            _quiet["until"] = monotonic() + QUIET
