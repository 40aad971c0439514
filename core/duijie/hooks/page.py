"""What a plugin's own page is told: Flask calls its views, so it comes by `current_page` and not as an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from duijie.hooks.context import Context
from duijie.hooks.facts import ActorFacts


@dataclass(frozen=True, slots=True)
class Page:
    """The request at hand: the plugin's ``context``, who asks, and the language of the page (``zh`` or ``en``).

    A visitor who has not signed in is an ``actor`` of kind ``requester`` without a name.
    """

    context: Context
    actor: ActorFacts
    language: str


_PAGE: Final[ContextVar[Page]] = ContextVar("duijie_page")


def current_page() -> Page:
    """What the view that is running is told. Raises LookupError anywhere else."""
    return _PAGE.get()


@contextmanager
def showing(page: Page) -> Iterator[None]:
    """Let `current_page` answer ``page``."""
    token = _PAGE.set(page)
    try:
        yield
    finally:
        _PAGE.reset(token)
