"""Translations of a plugin's own pages: ``locale/<language>/LC_MESSAGES/<plugin>.po`` (or .mo) in its package.

``{{ _("探访记录") }}`` in a template of the plugin reads in the language of the page; what is not translated
stays as it is written.
"""

from pathlib import Path
from typing import Final

from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations
from flask import Blueprint, Flask, current_app, g, request

from duijie.domain.text import LANGUAGES
from duijie.web.plugins.blueprints import BELOW

KEPT: Final = "duijie_plugin_texts"


def install(app: Flask) -> None:
    """Give templates ``_``."""
    app.extensions[KEPT] = {}
    app.jinja_env.globals["_"] = translated


def read(app: Flask, plugin: str, blueprint: Blueprint) -> None:
    """Take in what the plugin translates. A catalogue that cannot be read is as if it were not there."""
    for language in LANGUAGES:
        folder = Path(blueprint.root_path) / "locale" / language / "LC_MESSAGES"
        app.extensions[KEPT][plugin, language] = _catalogue(folder, plugin)


def translated(text: str) -> str:
    """``text`` in the language of the page, by the plugin whose page it is."""
    if not request.path.startswith(f"{BELOW}/"):
        return text
    plugin = request.path.split("/")[2]
    known: dict[str, str] = current_app.extensions[KEPT].get((plugin, g.language), {})
    return known.get(text) or text


def _catalogue(folder: Path, plugin: str) -> dict[str, str]:
    written, compiled = folder / f"{plugin}.po", folder / f"{plugin}.mo"
    try:
        if written.is_file():
            with written.open("rb") as file:
                return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string and not m.fuzzy}
        if compiled.is_file():
            with compiled.open("rb") as file:
                found = Translations(file, plugin)
            return {key: value for key, value in vars(found)["_catalog"].items() if isinstance(key, str) and key}
    except (OSError, PoFileError, ValueError, UnicodeError):
        return {}
    return {}
