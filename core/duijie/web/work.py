"""Opens pieces of work for the request at hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app, flash, g, request

from duijie.domain.roles import Actor
from duijie.domain.roles import requester as requester_actor
from duijie.domain.text import T
from duijie.services.work import Office, Work
from duijie.settings import Settings


def office() -> Office:
    """The process's office."""
    return cast(Office, current_app.extensions["duijie"])


def settings() -> Settings:
    """The installation's settings."""
    return cast(Settings, current_app.extensions["duijie_settings"])


def actor() -> Actor:
    """Who is asking; a visitor without an account is a requester without a name."""
    known: Actor | None = g.get("actor")
    return known or requester_actor("", request.remote_addr or "")


@contextmanager
def read(as_actor: Actor | None = None) -> Iterator[Work]:
    """Look without changing."""
    with office().read(as_actor or actor()) as work:
        yield work


@contextmanager
def write(as_actor: Actor | None = None) -> Iterator[Work]:
    """Change something: committed when the block ends, nothing kept when it raises."""
    with office().write(as_actor or actor()) as work:
        yield work


def notice(message: T, kind: str = "ok") -> None:
    """Say something at the top of the next page. ``kind``: ok, warn, error."""
    flash(message.to(g.language), kind)


def version() -> int | None:
    """The version of the record that the page was made from, from its hidden field."""
    return request.form.get("version", type=int)
