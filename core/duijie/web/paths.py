"""Addresses that somebody handed in and that must stay on this server."""

from flask import url_for


def own_path(path: str) -> str:
    """``path`` when it surely stays on this server, else the role's first page."""
    safe = path.startswith("/") and not path.startswith("//") and path.isprintable()
    return path if safe and "\\" not in path and " " not in path else url_for("account.start")
