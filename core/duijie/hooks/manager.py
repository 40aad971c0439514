"""Asks plugins one at a time, so that one that fails costs only its own users."""

import contextlib
import inspect
import traceback
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from types import ModuleType
from typing import Any, Final, Protocol, TypeVar

import pluggy

from duijie.hooks import specs
from duijie.hooks.answers import MOST_ITEMS, answer_problem
from duijie.hooks.capabilities import Finding
from duijie.hooks.context import Context
from duijie.hooks.deprecation import DuijieDeprecationWarning, Use, is_left_alone, noting, old_arguments
from duijie.hooks.faults import Failed, Fault, Paused, Quarantine, Spent, Stopped
from duijie.hooks.hosted import host_of
from duijie.hooks.lint import family_of, hook_problems
from duijie.hooks.markers import PROJECT, Family
from duijie.hooks.shapes import shape_problems

V = TypeVar("V")
BUILT_IN: Final = "duijie-"
"""How the names of built-in plugins begin; nobody else's may."""
OPTIONAL: Final = frozenset({"memory"})
"""Arguments of hooks that whoever asks may leave out; the plugin is then handed None."""


class Gate(Protocol):
    """Says whether a plugin is switched on, in an area (its key) or, for None, anywhere at all."""

    def __call__(self, plugin: str, area: str | None) -> bool:
        """Whether it may be asked."""
        ...


class Budgeted(Protocol):
    """A function of a plugin that runs in another process, where it can be stopped."""

    def within(self, seconds: float, *arguments: object) -> Any:
        """Call it; raises Failed when it takes longer."""
        ...


@dataclass(frozen=True, slots=True)
class Implementation:
    """One plugin's function for one hook; ``names`` are the arguments that it wants besides ``context``."""

    plugin: str
    hook: str
    function: Callable[..., Any]
    names: tuple[str, ...]
    wants_context: bool


class PluginManager:
    """pluggy's manager behind duijie's rules: a bad plugin is left out, named, and the rest runs."""

    def __init__(self) -> None:
        self._pluggy = pluggy.PluginManager(PROJECT)
        self._pluggy.add_hookspecs(specs)
        self._by_hook: dict[str, list[Implementation]] = {}
        self._order: dict[str, int] = {}
        self._own: set[str] = set()
        self.faults: deque[Fault] = deque(maxlen=200)  # a plugin that fails at every click must not fill the memory
        self.unkept: deque[Fault] = deque(maxlen=200)  # those that no database has been told of
        self.findings: deque[tuple[str, Finding]] = deque(maxlen=200)  # (plugin, what its author should change)
        self.spent: defaultdict[tuple[str, str], Spent] = defaultdict(Spent)
        self.quarantine = Quarantine()
        self.gate: Gate = _open
        self.context_of: Callable[[str, bool], Context] | None = None  # (plugin, whether it only decides)

    def register(self, plugin: ModuleType | object, name: str, *, own: bool = False) -> bool:
        """Take ``plugin`` in if its hooks fit the specifications; else record why and answer False.

        ``own``: it comes with duijie, so no stranger's name may stand before it and take its keys.
        """
        problems = hook_problems(plugin)
        for hook, message in problems:
            self.record(name, hook, message)
        if problems:
            return False
        try:
            self._pluggy.register(plugin, name)
        except (ValueError, pluggy.PluginValidationError) as error:
            self.record(name, "register", str(error))
            return False
        if own:
            self._own.add(name)
        self._by_hook.clear()
        if host_of(plugin) is None:  # the other process has told it already, with the place in its own code
            with noting() as uses, contextlib.suppress(DuijieDeprecationWarning):
                old_arguments(plugin)
            self.note(name, uses)
        return True

    def findings_of(self, plugin: str) -> list[Finding]:
        """What the plugin's author should change."""
        return [finding for name, finding in self.findings if name == plugin]

    def note(self, plugin: str, uses: Iterable[Use]) -> None:
        """Keep what a plugin uses that is going away, for its page, ``plugins list`` and ``plugins doctor``."""
        self.findings.extend((plugin, use.finding()) for use in uses)

    def leave_out(self, name: str) -> None:
        """Take a plugin out again, because of what it declares."""
        if self._pluggy.has_plugin(name):
            self._pluggy.unregister(name=name)
            self._by_hook.clear()

    def close(self) -> None:
        """End the processes of plugins that have one."""
        for _, plugin in self._pluggy.list_name_plugin():
            if host := host_of(plugin):
                host.kill()

    def names(self) -> list[str]:
        """Names of the plugins that are in, in order of precedence."""
        return sorted((name for name, _ in self._pluggy.list_name_plugin()), key=self.precedence)

    def plugin(self, name: str) -> object | None:
        """The plugin itself."""
        return self._pluggy.get_plugin(name)

    def hooks_of(self, name: str) -> list[str]:
        """Which hooks a plugin implements."""
        callers = self._pluggy.get_hookcallers(self._pluggy.get_plugin(name)) or []
        return sorted(caller.name for caller in callers)

    def put_in_order(self, names: Iterable[str]) -> None:
        """Let plugins come in this order; those that are not named come after them, by name."""
        order = {name: number for number, name in enumerate(names)}
        if order != self._order:
            self._order = order
            self._by_hook.clear()

    def precedence(self, name: str) -> tuple[int, int, str]:
        """Sorts plugins: built-in (0), bundled (1), strangers (2), so that nobody takes a key of ours.

        Within each as the administrator says, then by name.
        """
        rank = 0 if name.startswith(BUILT_IN) else 1 if name in self._own else 2
        return (rank, self._order.get(name, len(self._order)), name)

    def implements(self, hook: str) -> list[str]:
        """The plugins that implement ``hook``, in order of precedence."""
        return [implementation.plugin for implementation in self._implementations(hook)]

    def ask(self, hook: str, *, area: str | None = None, only: str | None = None, **arguments: Any) -> list[tuple[str, Any]]:
        """Ask every plugin that implements ``hook``: ``[(plugin, answer)]`` in order of precedence.

        ``area`` (a key) leaves out those that are switched off there, ``only`` all but one. A plugin that raises,
        exits, takes too long or answers what the hook does not, is recorded and skipped.
        """
        return list(self.each(hook, area=area, only=only, **arguments))

    def each(
        self, hook: str, *, area: str | None = None, only: str | None = None, **arguments: Any
    ) -> Iterator[tuple[str, Any]]:
        """Like `ask`, one plugin at a time: whoever has enough asks no further."""
        for one in self._implementations(hook):
            if is_left_alone(hook, one.names, arguments):
                continue
            if (only is None or one.plugin == only) and self.gate(one.plugin, area):
                try:
                    answer = self._ask_one(one, arguments)
                except Failed as error:
                    if isinstance(error.__cause__, Stopped) and family_of(hook) in (Family.DECLARE, Family.PROVIDE):
                        self.leave_out(one.plugin)  # it would hang or die at each of the next questions too
                    continue
                if answer is not None:
                    yield one.plugin, answer

    def ask_for(
        self, hook: str, kind: type[V], *, area: str | None = None, only: str | None = None, **arguments: Any
    ) -> list[tuple[str, V]]:
        """Like `ask`, for hooks that answer lists of ``kind``: one flat list; items of another type or shape are recorded."""
        found: list[tuple[str, V]] = []
        for plugin, answer in self.ask(hook, area=area, only=only, **arguments):
            for item in answer if isinstance(answer, (list, tuple)) else (answer,):
                if not isinstance(item, kind):
                    self.record(plugin, hook, f"answered {type(item).__name__}, expected {kind.__name__}")
                elif problems := shape_problems(item):
                    self._record_shape(plugin, hook, item, problems)
                else:
                    found.append((plugin, item))
        return found

    def _record_shape(self, plugin: str, hook: str, item: object, problems: Iterable[str]) -> None:
        key = getattr(item, "key", "")
        what = f"{type(item).__name__.lower()} {key!r}" if key and isinstance(key, str) else f"a {type(item).__name__}"
        for problem in problems:
            self.record(plugin, hook, f"{what} left out: {problem}")

    def tell(self, plugin: str, hook: str, **arguments: Any) -> Any:
        """Ask one plugin. Raises Failed, recorded, when it does not do it; answers None where it has no such hook."""
        for one in self._implementations(hook):
            if one.plugin == plugin:
                return self._ask_one(one, arguments)
        return None

    def call(self, plugin: str, hook: str, function: Callable[..., V], *arguments: Any, seconds: float) -> V:
        """Call a function that a plugin provided by ``hook``. Raises Failed, recorded, when it does not do it.

        ``seconds`` is how long it may take where it runs in a process of its own, and so can be stopped.
        """
        if not self.quarantine.allows(plugin):
            raise Paused(f"{plugin} is paused")
        within = getattr(function, "within", None)
        done: V = self._guarded(plugin, hook, lambda: within(seconds, *arguments) if within else function(*arguments))
        return done

    def record(self, plugin: str, hook: str, error: str, trace: str = "") -> None:
        """Note a fault, of this process and for the database."""
        fault = Fault(plugin, hook, error[:2000], trace[-20_000:])
        self.faults.append(fault)
        self.unkept.append(fault)

    def _ask_one(self, one: Implementation, arguments: dict[str, Any]) -> Any:
        if not self.quarantine.allows(one.plugin):
            raise Paused(f"{one.plugin} is paused")
        chosen = {name: arguments.get(name) if name in OPTIONAL else arguments[name] for name in one.names}
        if one.wants_context:
            if self.context_of is None:
                raise Failed("there is no office yet")
            chosen["context"] = self.context_of(one.plugin, family_of(one.hook) is Family.DECIDE)
        return self._guarded(one.plugin, one.hook, lambda: _fitting(one.hook, one.function(**chosen)))

    def _guarded(self, plugin: str, hook: str, call: Callable[[], V]) -> V:
        spent = self.spent[plugin, hook]
        began = perf_counter()
        try:
            answer = call()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a plugin does not end the process
            spent.failures += 1
            said, trace = _told(error)
            self.record(plugin, hook, said, trace)
            self.quarantine.failed(plugin, said)
            raise Failed(said) from error
        finally:
            spent.add(perf_counter() - began)
        self.quarantine.succeeded(plugin)
        return answer

    def _implementations(self, hook: str) -> list[Implementation]:
        found = self._by_hook.get(hook)
        if found is None:
            impls = getattr(self._pluggy.hook, hook).get_hookimpls()
            found = [_implementation(hook, i) for i in sorted(impls, key=lambda i: self.precedence(i.plugin_name))]
            self._by_hook[hook] = found
        return found


def _implementation(hook: str, impl: pluggy.HookImpl) -> Implementation:
    asked = inspect.signature(impl.function).parameters  # not pluggy's: it does not see the signature of a stand-in
    names = tuple(name for name in asked if name != "context")
    return Implementation(impl.plugin_name, hook, impl.function, names, "context" in asked)


def _fitting(hook: str, answer: Any) -> Any:
    """An answer of the promised shape; a generator is read to its end here, where its failures belong."""
    whole = list(islice(answer, MOST_ITEMS + 1)) if inspect.isgenerator(answer) else answer
    if problem := answer_problem(hook, whole):
        raise Failed(problem)
    return whole


def _told(error: BaseException) -> tuple[str, str]:
    if isinstance(error, Failed):
        return str(error), getattr(error, "trace", "")
    return repr(error), traceback.format_exc()


def _open(plugin: str, area: str | None) -> bool:  # noqa: ARG001  # every plugin is on until an office says otherwise
    return True
