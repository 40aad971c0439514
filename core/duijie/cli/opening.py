"""Opening an office from the command line: which plugins it starts with, and what it must have."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

import click

from duijie.bootstrap import open_office
from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.services import forms
from duijie.services.plugins import inventory
from duijie.services.work import Office
from duijie.settings import Settings
from duijie.storage import schema

C = TypeVar("C", bound=Callable[..., Any])


def start_options(command: C) -> C:
    """The options of every command that starts the installation."""
    safe = click.option("--safe-mode", is_flag=True, help="Start without third-party plugins, to mend an installation.")
    strict = click.option("--strict", is_flag=True, help="Refuse to start when anything is wrong with a plugin (for CI).")
    return safe(strict(command))


def safely(settings: dict[str, Any], safe_mode: bool) -> dict[str, Any]:
    """Values for `Settings.from_environment`: in safe mode only the plugins that come with duijie."""
    return settings | ({"plugins": "bundled"} if safe_mode else {})


def started(settings: Settings, *, strict: bool) -> Office:
    """The office that a command runs. Raises Refused naming every fault where ``strict``."""
    office = open_office(settings)
    if strict and office.plugins.faults:
        faults = "\n".join(f"  {fault.plugin}: {fault.hook}: {fault.error}" for fault in office.plugins.faults)
        raise Refused(T(f"插件有问题，没有启动（--strict）：\n{faults}",
                        en="There are faults in the plugins, so nothing was started (--strict)."))
    return office


def ready(office: Office) -> Office:
    """The office with the forms that may be asked: one that would change what stored answers mean is not.

    Raises Refused when the database is not at this release.
    """
    require_current(office)
    return forms.settled(office)


def require_current(office: Office) -> None:
    """Raise Refused when the database is not at this release."""
    if not inventory.readable(office) or not schema.is_current(office.database):
        raise Refused(T("数据库还不是这个版本的。请先运行 duijie init（新装）或 duijie migrate（升级）。",
                        en="The database is not at this release. Run duijie init (new) or duijie migrate (upgrade)."))


@contextmanager
def current_office() -> Iterator[Office]:
    """An office for commands that change the database. Raises Refused when it is not at this release."""
    with closing(open_office(Settings.from_environment())) as office:
        require_current(office)
        yield office
