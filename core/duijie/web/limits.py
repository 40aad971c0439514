"""Counts tries from one address, in a transaction of their own so that a refused try counts too."""

from datetime import timedelta

from flask import Flask, request

from duijie.domain.errors import TooMany
from duijie.services import limits
from duijie.web.work import read, write

MOST_TYPED = 1024 * 1024  # bytes of a form without files: a hundred pages of text


def install(app: Flask) -> None:
    """Bound what is read into memory. Flask bounds the fields of a form with files; this does the others."""
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_TYPED
    app.before_request(_bound)


def _bound() -> None:
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_TYPED


def count(what: str, allowed: int, window: timedelta) -> None:
    """Count one try of ``what`` from this address. Raises TooMany beyond ``allowed`` in ``window``."""
    refused: TooMany | None = None
    with write() as work:
        try:
            limits.count(work, f"{what}:{request.remote_addr}", allowed, window)
        except TooMany as error:
            refused = error
    if refused:
        raise refused


def check(what: str, allowed: int, window: timedelta) -> None:
    """Raises TooMany when this address has used ``what`` up; counts nothing."""
    with read() as work:
        limits.check(work, f"{what}:{request.remote_addr}", allowed, window)
