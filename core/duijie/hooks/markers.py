"""The two pluggy markers of duijie, and the families that hooks belong to."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeVar

import pluggy

PROJECT: Final = "duijie"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

F = TypeVar("F", bound=Callable[..., Any])


class Family(StrEnum):
    """When a hook is called, and so how long it may take and what a failure costs."""

    DECLARE = "declare"  # at start: what a group is, as data
    PROVIDE = "provide"  # at start: capabilities, with functions that are called later
    DECIDE = "decide"    # while somebody waits, inside core's transaction: an opinion
    OBSERVE = "observe"  # after the commit, in the background: what happened

    @property
    def seconds(self) -> float:
        """How long one plugin may take for one call."""
        return _SECONDS[self]


_SECONDS: Final = {Family.DECLARE: 4.0, Family.PROVIDE: 4.0, Family.DECIDE: 1.0, Family.OBSERVE: 10.0}
FAMILY: Final = "duijie_family"


def of(family: Family) -> Callable[[F], F]:
    """Mark a function as a hook's specification, in its family."""

    def mark(function: F) -> F:
        setattr(function, FAMILY, family)
        return hookspec(function)

    return mark
