"""Makes the Flask application: everything that holds for every page, then the audiences' pages."""

from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from duijie.services.work import Office
from duijie.settings import Settings
from duijie.web import access, display, errors, headers, language, limits
from duijie.web.account.views import account
from duijie.web.admin.views import admin
from duijie.web.cases.views import cases
from duijie.web.desk.views import desk
from duijie.web.knowledge.views import knowledge
from duijie.web.meetings.views import meetings
from duijie.web.plugins import menu, pages, panels, texts
from duijie.web.public.views import public
from duijie.web.submit.views import submit

MOST = 2**31 - 1  # what an id's column holds


class Id(IntegerConverter):
    """A record's number in an address; one that no record can have is not found, like any other wrong one."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:  # noqa: A002  # werkzeug's name for it
        super().__init__(map, *args, **({"max": MOST} | options))


BLUEPRINTS = (public, submit, account, cases, knowledge, meetings, desk, admin)


def create_app(office: Office, settings: Settings) -> Flask:
    """The application on ``office``. Raises RuntimeError when a route has no policy."""
    app = Flask("duijie.web")
    app.url_map.converters["int"] = Id
    app.config.update(
        SECRET_KEY=office.secret,
        SESSION_COOKIE_NAME="duijie_page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=settings.upload_file_limit * settings.upload_case_limit + 1024 * 1024,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,  # a form may be open for hours; the token dies with the session
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["duijie"] = office
    app.extensions["duijie_settings"] = settings
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    language.install(app)  # before anything that may refuse a request in words
    limits.install(app)
    access.install(app)
    csrf = CSRFProtect(app)
    headers.install(app)
    errors.install(app)
    display.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    texts.install(app)
    app.jinja_env.globals.update(plugin_menu=menu.shown, panels=panels.panels)
    pages.mount(app, office, csrf)
    access.check_every_route(app)
    return app
