"""Who may open a plugin's page: a mark on each view. A view without one is refused."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
MARK: Final = "duijie_permission"


def anyone(view: F) -> F:
    """Open to everybody, signed in or not."""
    setattr(view, MARK, None)
    return view


def signed_in(view: F) -> F:
    """Open to everybody with an account."""
    setattr(view, MARK, "")
    return view


def permission(key: str) -> Callable[[F], F]:
    """Open to those who hold the plugin's own permission ``key`` (see `Plugin.permissions`)."""

    def mark(view: F) -> F:
        setattr(view, MARK, key)
        return view

    return mark
