"""Loads plugins and asks them one at a time, so that one that fails costs only its own users."""

import inspect
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from duijie.hooks import specs
from duijie.hooks.markers import PROJECT

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Fault:
    """A plugin's failure: where it was, and what it said."""

    plugin: str
    hook: str
    error: str
    trace: str = ""


class PluginManager:
    """pluggy's manager behind duijie's rules: a bad plugin is left out, named, and the rest runs."""

    def __init__(self, on_fault: Callable[[Fault], None] | None = None) -> None:
        self._pluggy = pluggy.PluginManager(PROJECT)
        self._pluggy.add_hookspecs(specs)
        self.faults: deque[Fault] = deque(maxlen=200)  # a plugin that fails at every click must not fill the memory
        self._on_fault = on_fault

    def load_entry_points(self, group: str = PROJECT) -> None:
        """Load every installed plugin; one that cannot be imported is recorded and left out."""
        seen: dict[str, EntryPoint] = {}
        for point in sorted(entry_points(group=group), key=lambda p: p.name):
            if point.name in seen:
                self._record(point.name, "load", f"two packages claim this name: {seen[point.name].value}, {point.value}")
                continue
            seen[point.name] = point
            try:
                module = point.load()
            except (Exception, SystemExit) as error:
                self._record(point.name, "load", repr(error), traceback.format_exc())
                continue
            self.register(module, point.name)

    def register(self, plugin: ModuleType | object, name: str) -> bool:
        """Take ``plugin`` in if its hooks fit the specifications; else record why and answer False."""
        problems = _lint(plugin)
        for hook, message in problems:
            self._record(name, hook, message)
        if problems:
            return False
        try:
            self._pluggy.register(plugin, name)
        except (ValueError, pluggy.PluginValidationError) as error:
            self._record(name, "register", str(error))
            return False
        return True

    def names(self) -> list[str]:
        """Names of the plugins that are in, in alphabetical order."""
        return sorted(name for name, _ in self._pluggy.list_name_plugin())

    def ask(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Ask every plugin that implements ``hook``: ``[(plugin, answer)]`` in alphabetical order of names.

        A plugin that raises (or exits) is recorded and skipped; generators are read inside the guard.
        """
        answers: list[tuple[str, Any]] = []
        for implementation in sorted(getattr(self._pluggy.hook, hook).get_hookimpls(), key=lambda i: i.plugin_name):
            chosen = {name: arguments[name] for name in implementation.argnames}
            try:
                answer = implementation.function(**chosen)
                if inspect.isgenerator(answer):
                    answer = list(answer)
            except (Exception, SystemExit) as error:
                self._record(implementation.plugin_name, hook, repr(error), traceback.format_exc())
                continue
            if answer is not None:
                answers.append((implementation.plugin_name, answer))
        return answers

    def ask_for(self, hook: str, kind: type[V], **arguments: Any) -> list[tuple[str, V]]:
        """Like `ask`, for hooks that answer lists of ``kind``: one flat list, items of another type recorded."""
        found: list[tuple[str, V]] = []
        for plugin, answer in self.ask(hook, **arguments):
            items: Iterable[object] = answer if isinstance(answer, (list, tuple)) else [answer]
            for item in items:
                if isinstance(item, kind):
                    found.append((plugin, item))
                else:
                    self._record(plugin, hook, f"answered {type(item).__name__}, expected {kind.__name__}")
        return found

    def record(self, plugin: str, hook: str, error: str) -> None:
        """Note a fault that core found in what a plugin answered."""
        self._record(plugin, hook, error)

    def _record(self, plugin: str, hook: str, error: str, trace: str = "") -> None:
        fault = Fault(plugin, hook, error, trace)
        self.faults.append(fault)
        if self._on_fault:
            self._on_fault(fault)


def _lint(plugin: object) -> list[tuple[str, str]]:
    """What pluggy lets through and we do not: unknown hooks, unknown or keyword-only arguments, no marker."""
    problems: list[tuple[str, str]] = []
    named = [(name, getattr(plugin, name)) for name in dir(plugin) if name.startswith("duijie_")]
    for name, function in named:
        if not callable(function):
            continue
        specification = getattr(specs, name, None)
        if specification is None:
            problems.append((name, "there is no such hook"))
            continue
        if not hasattr(function, f"{PROJECT}_impl"):
            problems.append((name, "the @hookimpl marker is missing"))
        known = set(inspect.signature(specification).parameters)
        for argument in inspect.signature(function).parameters.values():
            if argument.name not in known:
                problems.append((name, f"unknown argument {argument.name!r}; known: {', '.join(sorted(known)) or 'none'}"))
            elif argument.kind is inspect.Parameter.KEYWORD_ONLY:
                problems.append((name, f"argument {argument.name!r} must not be keyword-only"))
    return problems
