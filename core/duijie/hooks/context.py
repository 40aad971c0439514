"""What a plugin's code is told about where it runs: the moment, its own settings, its own tables."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Store:
    """A plugin's own tables (``x_<plugin>_*``). Each block is a transaction of the plugin's own, never core's.

    ``read_only``: the plugin is asked for a decision, inside core's own transaction, and changes nothing.
    """

    def __init__(self, *, read_only: bool = False) -> None:
        self.read_only = read_only

    def read(self) -> "AbstractContextManager[Session]":
        """A session that only reads; what it changed is thrown away."""
        raise NotImplementedError

    def write(self) -> "AbstractContextManager[Session]":
        """A session that is committed when the block ends, and rolled back when it raises.

        Raises Refused where the store is read-only.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Context:
    """What a hook gets that asks for ``context``, and every function that a plugin provides.

    ``now`` is the moment in UTC (the demo's clock may be ahead of yours), ``zone`` the installation's time zone
    by name. ``settings`` holds the plugin's options by key with their defaults filled in. ``areas`` are the keys
    of the areas in which the plugin is switched on. ``public_url`` is the address of this installation.
    """

    plugin: str
    now: datetime
    zone: str
    store: Store = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)  # secrets are among them
    areas: tuple[str, ...] = ()
    public_url: str = ""
