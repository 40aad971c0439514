"""Which language a page is in, and the two functions that templates speak with."""

from flask import Flask, g, request, session
from markupsafe import Markup

from duijie.domain.text import LANGUAGES, T


def install(app: Flask) -> None:
    """Choose the language before each request; give templates ``t(zh, en)`` and ``tr(T)``."""
    app.before_request(_choose)
    app.jinja_env.globals.update(t=t, tr=tr)


def t(zh: str, en: str) -> str:
    """One of two texts, by the page's language."""
    return en if g.language == "en" else zh


def tr(text: T | str | None) -> str | Markup:
    """A `T` in the page's language; a plain string as it is, None as nothing."""
    if text is None:
        return ""
    return text.to(g.language) if isinstance(text, T) else text


def _choose() -> None:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["language"] = asked
    g.language = session.get("language") or _preferred()


def _preferred() -> str:
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en"], default="zh")
    return "en" if best == "en" else "zh"
