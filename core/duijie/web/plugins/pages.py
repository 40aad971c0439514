"""Mounts the pages of plugins: those of this process as they are, those of another process by asking it."""

import json
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from duijie.domain.errors import DuijieError, Unavailable
from duijie.hooks.capabilities import Route
from duijie.hooks.faults import Failed
from duijie.hooks.hosted import host_of
from duijie.hooks.hosts import Host
from duijie.hooks.page import Page, showing
from duijie.services.plugins import facts
from duijie.services.work import Office
from duijie.web import access
from duijie.web.plugins import menu, texts
from duijie.web.plugins.admission import admit
from duijie.web.plugins.blueprints import prefix
from duijie.web.work import office, read

HOOK: Final = "duijie_views"
SECONDS: Final = 5.0
"""How long a page of a plugin may take."""

WARM_SECONDS: Final = 20.0
AT_ONCE: Final = 2
"""How many requests may wait for one plugin's process; more would take the threads of everybody else's pages."""

MOST_BODY: Final = 16 * 1024 * 1024
View = Callable[..., Any]


def mount(app: Flask, here: Office, csrf: CSRFProtect) -> None:
    """Put every plugin's pages below ``/x/<plugin>/``."""
    for plugin, views in here.catalogue.views.items():
        if host := host_of(here.plugins.plugin(plugin)):
            _mount_apart(app, csrf, plugin, views.routes, host)
        elif views.blueprint is not None:
            app.register_blueprint(views.blueprint, url_prefix=prefix(plugin))
            texts.read(app, plugin, views.blueprint)
            for route in views.routes:
                endpoint = f"{views.blueprint.name}.{route.endpoint}"
                app.view_functions[endpoint] = _guarded(plugin, route, app.view_functions[endpoint])


def _guarded(plugin: str, route: Route, view: View) -> View:
    """A view of this process, behind the plugin's switch, the right it needs, and the guard of all plugin code."""

    def run(page: Page, values: dict[str, Any]) -> tuple[Any, Exception | None]:
        try:
            with showing(page):
                return current_app.make_response(view(**values)), None
        except (HTTPException, DuijieError) as error:  # said on purpose: a page that is not found, a form that is wrong
            return None, error

    @wraps(view)
    def guarded(**values: Any) -> Any:
        admit(plugin, route.permission)
        with read() as work:
            page = Page(office().context_of(plugin), facts.of_actor(work, work.actor), g.language)
        try:
            answer, error = office().plugins.call(plugin, HOOK, run, page, values, seconds=SECONDS)
        except Failed as failed:
            raise Unavailable from failed
        if error is not None:
            raise error
        return answer

    return _marked(guarded, route)


def _mount_apart(app: Flask, csrf: CSRFProtect, plugin: str, routes: tuple[Route, ...], host: Host) -> None:
    places = threading.BoundedSemaphore(AT_ONCE)
    for route in routes:
        view = _marked(_asking(plugin, route, host, places), route)
        view.__name__ = f"{plugin}_{route.endpoint}".replace(".", "_")
        app.add_url_rule(f"{prefix(plugin)}{route.rule}", f"{plugin}.{route.endpoint}", view, methods=list(route.methods))
        csrf.exempt(view)  # the other side checks the token; checking here would read the form away from it


def _asking(plugin: str, route: Route, host: Host, places: threading.BoundedSemaphore) -> View:
    def ask(**_values: Any) -> Response:
        admit(plugin, route.permission)
        if (request.content_length or 0) > MOST_BODY:
            abort(413)
        page = _Asked(host)
        if not places.acquire(timeout=1):
            raise Unavailable
        try:
            found = office().plugins.call(plugin, HOOK, page, _environ(), request.get_data(), seconds=SECONDS)
            return _response(found)
        except Failed as failed:
            raise Unavailable from failed
        finally:
            places.release()

    return ask


class _Asked:
    """A page of a plugin's own process, as something that can be called within a time."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def within(self, seconds: float, *arguments: object) -> Any:
        """Ask for it. Raises Failed. A process that has just begun first makes its application, which is no fault of the page."""
        if not self._host.warm:
            self._host.warm_up(WARM_SECONDS)
        return self._host.call("page", (), arguments, seconds)

    def __call__(self, *arguments: object) -> Any:
        """Ask for it, within the time of every page."""
        return self.within(SECONDS, *arguments)


def _environ() -> dict[str, Any]:
    """What of the request can travel: words and numbers, and what the frame of the page shows besides."""
    plain = {key: value for key, value in request.environ.items() if isinstance(value, (str, int, bool))}
    version = request.environ.get("wsgi.version", (1, 0))
    return plain | {"wsgi.version": version, menu.CARRIED: json.dumps(menu.entries(), ensure_ascii=False)}


def _response(found: Any) -> Response:
    try:
        status, headers, content = found
        return Response(content, status=str(status), headers=[(str(k), str(v)) for k, v in headers])
    except (TypeError, ValueError) as error:
        raise Failed(f"answered no page: {error}") from error


def _marked(view: View, route: Route) -> View:
    return access.anyone(view) if route.permission is None else access.signed_in(view)
