"""What a plugin's own process needs of duijie when it has tables or pages: opened when it first wants them."""

import io
from types import ModuleType
from typing import Any, Final

from flask import Flask

from duijie.hooks.capabilities import Tables, Views
from duijie.hooks.faults import Failed
from duijie.hooks.hosts import Source
from duijie.services.plugins import own_tables
from duijie.services.plugins import tables as plugin_tables
from duijie.services.plugins.store import OwnStore
from duijie.settings import Settings
from duijie.storage.database import Database
from duijie.web.plugins import blueprints

MOST_BODY: Final = 32 * 1024 * 1024


class Inside:
    """The database and the application, with this one plugin in them."""

    def __init__(self, source: Source, module: ModuleType) -> None:
        if not isinstance(source.settings, Settings):
            raise TypeError(f"settings are {type(source.settings).__name__}")
        self._source = source
        self._settings = source.settings
        self._module = module
        self._database: Database | None = None
        self._app: Flask | None = None

    def store(self, read_only: bool) -> OwnStore:
        """The plugin's tables."""
        return OwnStore(self._here(), read_only=read_only)

    def described(self, answer: Any) -> list[Any]:
        """Views and tables as data: routes and names in the place of what cannot travel."""
        found: list[Any] = []
        for item in answer if isinstance(answer, (list, tuple)) else [answer]:
            if isinstance(item, Views):
                views = blueprints.described(item, self._source.name)
                found.append(Views(None, views.menu, views.panels, views.routes))
            elif isinstance(item, Tables):
                tables = own_tables.described(item, self._source.name)
                found.append(Tables(None, tables.migrations, tables.names))
            else:
                found.append(item)
        return found

    def do(self, what: str, *arguments: Any) -> Any:
        """Answer a request that is no hook. Raises Failed for one that does not exist."""
        if what == "page":
            return self._page(*arguments)
        if what == "warm":
            return self._application() is not None
        if what == "upgrade":
            return plugin_tables.upgrade(self._here(), self._source.name, self._source.module, arguments[0])
        if what == "newest":
            return plugin_tables.newest(self._source.module, arguments[0])
        if what == "compare":
            return self._compare()
        raise Failed(f"there is no request {what!r}")

    def _compare(self) -> list[str]:
        """What the migrations make otherwise than the models say; only on a database made for it."""
        answer = self._module.__dict__["duijie_tables"]()
        return [
            line for tables in (answer if isinstance(answer, (list, tuple)) else [answer])
            for line in plugin_tables.differences(self._here(), self._source.name, self._source.module, tables)
        ]  # fmt: skip

    def _here(self) -> Database:
        if self._database is None:
            self._database = Database(self._settings.url, durable=not self._settings.demo)
        return self._database

    def _application(self) -> Flask:
        if self._app is None:
            from duijie.bootstrap import make_app, open_office  # a second that only pages need

            office = open_office(self._settings, [(self._source.name, self._module)])
            self._app = make_app(self._settings, office)
        return self._app

    def _page(self, environ: dict[str, Any], body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        """One page: (status, headers, body), by the whole application, so that all that holds for pages holds here."""
        app = self._application()
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:
            said[:] = [status, headers]
            return lambda _data: None

        whole = environ | {"wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO()}
        parts = Flask.wsgi_app(app, whole, start)  # not app.wsgi_app: the proxies were already believed or not
        try:
            content = b"".join(parts)
        finally:
            if close := getattr(parts, "close", None):
                close()
        return str(said[0]), list(said[1]), content
