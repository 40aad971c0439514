"""Brings the tables of every plugin to what it brings along. One that fails stays where it was; the others go on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from duijie.hooks.capabilities import Tables
from duijie.hooks.faults import Failed
from duijie.hooks.hosted import host_of
from duijie.services.plugins import keeping, tables
from duijie.services.work import Office

HOOK: Final = "duijie_tables"
SECONDS: Final = 60.0
"""How long the migrations of a plugin in a process of its own may take."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What became of a plugin's tables: its revision before and after, or the ``problem`` that left it there."""

    plugin: str
    before: str | None
    after: str | None
    problem: str = ""


def upgrade_all(office: Office) -> list[Upgraded]:
    """Upgrade the tables of each plugin, each in a transaction of its own; what fails is recorded as its fault."""
    done = [_upgrade(office, plugin) for plugin in office.catalogue.tables]
    keeping.keep_all(office.database, office.plugins)
    return done


def newest(office: Office, plugin: str) -> str | None:
    """The revision that a plugin brings along. Raises Failed, recorded, when its migrations cannot be read."""
    return _ask(office, plugin, "newest", tables.newest, 10.0)


def _upgrade(office: Office, plugin: str) -> Upgraded:
    before = tables.current(office.database, plugin)

    def here(module: str, own: Tables) -> str | None:
        return tables.upgrade(office.database, plugin, module, own)

    try:
        return Upgraded(plugin, before, _ask(office, plugin, "upgrade", here, SECONDS))
    except Failed as error:
        return Upgraded(plugin, before, before, str(error))


def _ask(office: Office, plugin: str, what: str, here: Callable[[str, Tables], str | None], seconds: float) -> str | None:
    """Have it done where the plugin's code runs: in its own process, or in this one."""
    module, declared = office.plugins.plugin(plugin), office.catalogue.tables[plugin]
    host = host_of(module)

    def do() -> Any:
        if host is not None:
            return host.call(what, (), (declared,), seconds)
        return here(getattr(module, "__name__", type(module).__module__), declared)

    found: str | None = office.plugins.call(plugin, HOOK, do, seconds=seconds)
    return found
