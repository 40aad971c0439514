"""What a plugin's blueprint really adds, found by registering it on an application that nobody serves."""

from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask

from duijie.hooks.capabilities import Route, Views
from duijie.hooks.faults import Failed
from duijie.hooks.policies import MARK

BELOW: Final = "/x"
_EVERYWHERE: Final = {
    "before_request_funcs": "a function before every request",
    "after_request_funcs": "a function after every request",
    "teardown_request_funcs": "a function at the end of every request",
    "url_value_preprocessors": "a function that looks at every address",
    "url_default_functions": "a function that changes every address",
}


def prefix(plugin: str) -> str:
    """The path below which a plugin's pages stand."""
    return f"{BELOW}/{plugin}"


def described(views: Views, plugin: str) -> Views:
    """``views`` with its routes. Raises Failed naming what the blueprint may not do."""
    if views.blueprint is None:
        return views
    if not isinstance(views.blueprint, Blueprint):
        raise Failed(f"blueprint is a {type(views.blueprint).__name__}, not a flask.Blueprint")
    _fill_in(views.blueprint)
    app = trial(views.blueprint, plugin)
    problems = [*_misnamed(views.blueprint, plugin), *_outside(app, views.blueprint.name, plugin), *_unmarked(app)]
    if problems:
        raise Failed("its pages are left out: " + "; ".join(problems[:10]))
    return Views(views.blueprint, views.menu, views.panels, tuple(_routes(app, views.blueprint.name, plugin)))


def _fill_in(blueprint: Blueprint) -> None:
    """By convention: ``templates/<plugin>/`` and ``static/`` in the plugin's package need no word."""
    here = Path(blueprint.root_path)
    if blueprint.template_folder is None and (here / "templates").is_dir():
        blueprint.template_folder = "templates"
    if blueprint.static_folder is None and (here / "static").is_dir():
        blueprint.static_folder = "static"
        blueprint.static_url_path = "/static"


def _misnamed(blueprint: Blueprint, plugin: str) -> list[str]:
    """The name decides how addresses are written (``url_for("<plugin>.visits")``), in whichever process."""
    if blueprint.name == plugin and not blueprint.url_prefix and not blueprint.subdomain:
        return []
    return [f"the blueprint must be named {plugin!r} and have no address of its own; it is named {blueprint.name!r}"]


def trial(blueprint: Blueprint, plugin: str) -> Flask:
    """An application with the blueprint alone. Raises Failed when it cannot even be registered."""
    app = Flask("trial", static_folder=None)
    try:
        app.register_blueprint(blueprint, url_prefix=prefix(plugin))
    except Exception as error:  # a blueprint runs the plugin's own functions while it is registered
        raise Failed(f"its blueprint cannot be registered: {error!r}") from error
    return app


def _outside(app: Flask, name: str, plugin: str) -> list[str]:
    """What touches pages that are not the plugin's own."""
    bare = Flask("bare", static_folder=None)
    wrong = [what for table, what in _EVERYWHERE.items() if getattr(app, table).get(None)]
    if len(app.template_context_processors[None]) > len(bare.template_context_processors[None]):
        wrong.append("a function that gives values to every template")
    if any(app.error_handler_spec[None].values()):
        wrong.append("a handler of everybody's errors")
    if app.teardown_appcontext_funcs or app.wsgi_app != Flask.wsgi_app.__get__(app):
        wrong.append("a change to the application itself")
    for filters in ("filters", "globals", "tests"):
        extra = set(getattr(app.jinja_env, filters)) - set(getattr(bare.jinja_env, filters))
        wrong += [f"the template {filters[:-1]} {one!r} for everybody" for one in sorted(extra)]
    own = prefix(plugin) + "/"
    wrong += [f"the address {rule.rule!r}, which is outside {own}" for rule in app.url_map.iter_rules()
              if not rule.rule.startswith(own) or not rule.endpoint.startswith(f"{name}.")]
    return wrong + _twice(app)


def _twice(app: Flask) -> list[str]:
    """Two views at one address: the first would win without a word."""
    seen: dict[tuple[str, str], str] = {}
    wrong = []
    for rule in app.url_map.iter_rules():
        for method in _methods(rule.methods):
            other = seen.setdefault((rule.rule, method), rule.endpoint)
            if other != rule.endpoint:
                wrong.append(f"{method} {rule.rule} belongs to {other} and to {rule.endpoint}")
    return wrong


def _unmarked(app: Flask) -> list[str]:
    bare = [endpoint for endpoint, view in app.view_functions.items() if not _is_static(endpoint) and not hasattr(view, MARK)]
    return [f"the view {endpoint} is marked with none of anyone, signed_in, permission" for endpoint in sorted(bare)]


def _routes(app: Flask, name: str, plugin: str) -> list[Route]:
    below = prefix(plugin)
    return [
        Route(rule.rule.removeprefix(below), rule.endpoint.removeprefix(f"{name}."), _methods(rule.methods),
              None if _is_static(rule.endpoint) else getattr(app.view_functions[rule.endpoint], MARK))
        for rule in app.url_map.iter_rules()
    ]  # fmt: skip


def _methods(methods: Any) -> tuple[str, ...]:
    return tuple(sorted(set(methods or ()) - {"HEAD", "OPTIONS"}))


def _is_static(endpoint: str) -> bool:
    return endpoint.endswith(".static")
