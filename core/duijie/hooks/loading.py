"""Loads the installed plugins: duijie's own into this process, everybody else's each into its own."""

import re
import traceback
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from duijie.hooks.deprecation import noting
from duijie.hooks.faults import Failed
from duijie.hooks.hosted import stand_in
from duijie.hooks.hosts import READY_WITHIN, Host, Source
from duijie.hooks.manager import BUILT_IN, PluginManager
from duijie.hooks.markers import PROJECT

NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
CHOICES: Final = ("all", "bundled", "none")
"""Which plugins to load: every installed one; only those that come with duijie; none, not even the built-in ones."""


def load(manager: PluginManager, settings: object, *, which: str = "all", isolated: bool = True,
         within: float = READY_WITHIN) -> list[Host]:
    """Load the installed plugins into ``manager``; answers the processes that were started.

    Those of other distributions run in processes of their own, which start side by side; where ``isolated`` is
    False they run in this one. A plugin that cannot be loaded, ``within`` so many seconds, is recorded and left out.
    """
    points = _distinct(manager) if which != "none" else []
    own = [point for point in points if _is_ours(point)]
    others = [point for point in points if not _is_ours(point)] if which == "all" else []
    for point in own if isolated else [*own, *others]:
        _here(manager, point)
    return start(manager, [Source(p.name, p.module, settings, within) for p in others]) if isolated else []


def start(manager: PluginManager, sources: list[Source]) -> list[Host]:
    """Load plugins, each in a process of its own, side by side."""
    hosts = [Host(source) for source in sources]
    for host in hosts:
        host.start()
    return [host for host in hosts if _admitted(manager, host)]


def packages() -> dict[str, tuple[str, str]]:
    """Which distribution brings each installed plugin: ``{plugin: (distribution, version)}``."""
    found: dict[str, tuple[str, str]] = {}
    for point in sorted(entry_points(group=PROJECT), key=lambda p: (not _is_ours(p), _package(p), p.name)):
        if point.dist is not None:
            found.setdefault(point.name, (point.dist.name, point.dist.version))
    return found


def name_problem(name: str) -> str | None:
    """What is wrong with a plugin's name; None when nothing is."""
    if not NAME.fullmatch(name) or name.startswith((BUILT_IN, PROJECT)):
        return "a plugin's name is 2 to 40 small letters, digits and _, a letter first, and does not begin with duijie"
    return None


def _distinct(manager: PluginManager) -> list[EntryPoint]:
    """The entry points whose names are in order, each name once: our own first, then by the package's name."""
    found: dict[str, EntryPoint] = {}
    points = sorted(entry_points(group=PROJECT), key=lambda p: (not _is_ours(p), _package(p), p.name))
    for point in points:
        if taken := found.get(point.name):
            if (taken.value, _package(taken)) != (point.value, _package(point)):  # one package may be found twice on the path
                manager.record(point.name, "load", f"two packages claim this name: {_package(taken)} ({taken.value}), which "
                               f"has it, and {_package(point)} ({point.value}), which is left out")
        elif problem := _name_problem(point):
            manager.record(point.name, "load", f"left out: {problem}")
        else:
            found[point.name] = point
    return list(found.values())


def _name_problem(point: EntryPoint) -> str | None:
    if _is_ours(point):
        return None
    if point.attr:
        return f"its entry point must name a module, such as {point.module}, and not {point.value}"
    return name_problem(point.name)


def _here(manager: PluginManager, point: EntryPoint) -> None:
    try:
        with noting() as uses:
            module = point.load()
    except (Exception, SystemExit) as error:
        manager.record(point.name, "load", repr(error), traceback.format_exc())
        return
    if manager.register(module, point.name):
        manager.note(point.name, uses)


def _admitted(manager: PluginManager, host: Host) -> bool:
    name = host.source.name
    try:
        ready = host.ready()
    except Failed as error:
        manager.record(name, "load", str(error))
        return False
    for fault in ready.faults:
        manager.record(name, fault.hook, fault.error, fault.trace)
    if ready.faults or not manager.register(stand_in(host, ready), name):
        host.kill()
        return False
    manager.note(name, ready.uses)
    return True


def _is_ours(point: EntryPoint) -> bool:
    return _package(point).lower() == PROJECT


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else ""
