"""The process of one plugin: loads it, says what it implements, and does what it is asked until the line closes.

Started by `duijie.hooks.hosts` with the number of a file descriptor; nobody else starts it.
"""

import faulthandler
import inspect
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, Final

from duijie.hooks.context import Store
from duijie.hooks.deprecation import noting, old_arguments
from duijie.hooks.faults import Failed
from duijie.hooks.hosts import Source
from duijie.hooks.lint import HOOKS, hook_problems
from duijie.hooks.wire import MOST_ANSWER, MOST_FILE, Found, pack, unpack

THREADS: Final = 4
LONGEST: Final = 180.0
"""Seconds that a call may go on when nobody is there any more to kill it. Holds against a locked interpreter too."""

Done = tuple[str, Any]


class Plugin:
    """One plugin in its own process."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.module = import_module(source.module)
        self.functions: dict[Found, Callable[..., Any]] = {}
        self._inside: Any = None
        self._opening = threading.Lock()

    def hooks(self) -> dict[str, tuple[str, ...]]:
        """Each hook with the arguments that the plugin wants."""
        names = (name for name in HOOKS if callable(getattr(self.module, name, None)))
        return {name: _arguments(getattr(self.module, name)) for name in names}

    def do(self, what: str, where: tuple[Any, ...], arguments: Any) -> tuple[bytes, dict[Found, Any]]:
        """Answer one request. Raises whatever the plugin raises."""
        if what == "hook":
            hook, group = where
            return pack(("done", self._data(hook, self._ask(hook, arguments))), (hook, group), MOST_ANSWER)
        if what == "function":
            return pack(("done", self._function(where)(*arguments)), most=MOST_FILE)
        return pack(("done", self.inside().do(what, *arguments)), most=MOST_FILE)

    def inside(self) -> Any:
        """What needs the database or the web, made when it is first wanted."""
        with self._opening:
            if self._inside is None:
                from duijie.plugin_inside import Inside  # most plugins never need any of it

                self._inside = Inside(self.source, self.module)
            return self._inside

    def _ask(self, hook: str, arguments: dict[str, Any]) -> Any:
        answer = getattr(self.module, hook)(**arguments)
        return list(answer) if hasattr(answer, "__next__") else answer

    def _data(self, hook: str, answer: Any) -> Any:
        """Views and tables hold what cannot travel; their descriptions can."""
        if hook in ("duijie_views", "duijie_tables") and answer:
            return self.inside().described(answer)
        return answer

    def _function(self, where: Found) -> Callable[..., Any]:
        if where not in self.functions:  # a new process that has not been asked yet
            hook, group, _ = where
            arguments = {"group": group} if "group" in _arguments(getattr(self.module, hook)) else {}
            self.functions |= pack(self._data(hook, self._ask(hook, arguments)), (hook, group))[1]
        return self.functions[where]


class _LazyStore(Store):
    """The plugin's tables during one call, opened when it first looks at them."""

    def __init__(self, plugin: Plugin, *, read_only: bool) -> None:
        super().__init__(read_only=read_only)
        self._plugin = plugin
        self._own: Any = None

    def read(self) -> Any:
        return self._opened().read()

    def write(self) -> Any:
        return self._opened().write()

    def release(self) -> bool:
        """Roll back what the call left open."""
        return self._own is not None and bool(self._own.release())

    def _opened(self) -> Any:
        if self._own is None:
            self._own = self._plugin.inside().store(self.read_only)
        return self._own


def main() -> None:
    """Serve one plugin."""
    line = Connection(int(sys.argv[1]))
    source = _source(line.recv_bytes())
    _bound_memory()
    try:
        with noting() as uses:
            plugin = Plugin(source)
            problems = hook_problems(plugin.module)
            if not problems:
                old_arguments(plugin.module)
        hooks = {} if problems else plugin.hooks()
        faults = [(hook, message, "") for hook, message in problems]
    except BaseException as error:  # also SystemExit: it is what the plugin's import did
        line.send_bytes(pack(({}, [("load", repr(error), traceback.format_exc())], []))[0])
        return
    line.send_bytes(pack((hooks, faults, list(map(astuple, uses))))[0])
    if not faults:
        _serve(line, plugin)


def _serve(line: Connection, plugin: Plugin) -> None:
    sending = threading.Lock()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="call") as pool:
        while True:
            try:
                data = line.recv_bytes()
            except (EOFError, OSError):
                os._exit(0)  # whoever asked is gone; what still runs has no reader
            pool.submit(_answer, line, sending, plugin, data)


def _answer(line: Connection, sending: threading.Lock, plugin: Plugin, data: bytes) -> None:
    number = 0
    stores: list[_LazyStore] = []

    def store(read_only: bool) -> Store:
        stores.append(_LazyStore(plugin, read_only=read_only))
        return stores[-1]

    try:
        number, what, where, arguments = unpack(data, lambda found: found, store)
        with _watched():
            answer, functions = plugin.do(what, where, arguments)
        plugin.functions |= functions
        if sum(one.release() for one in stores):  # every one of them, not only up to the first
            raise Failed("left a transaction open; it was rolled back")
    except BaseException as error:  # SystemExit too: a plugin's hook does not end even its own process
        for one in stores:
            one.release()
        said = str(error) if isinstance(error, Failed) else repr(error)
        answer, _ = pack(("failed", (said[:2000], traceback.format_exc()[-20_000:])))
    with sending:
        line.send_bytes(number.to_bytes(8, "big") + answer)


_running = [0]
_watching = threading.Lock()


@contextmanager
def _watched() -> Any:
    """Ends the process by a clock that needs no interpreter, should a call go on with nobody left to kill it."""
    with _watching:
        _running[0] += 1
        faulthandler.dump_traceback_later(LONGEST, exit=True, file=sys.__stderr__ or sys.stderr)
    try:
        yield
    finally:
        with _watching:
            _running[0] -= 1
            if not _running[0]:
                faulthandler.cancel_dump_traceback_later()


def _bound_memory() -> None:
    """Let a plugin that eats memory fail alone, long before the machine does."""
    import resource  # not on every system

    most = 4 * 1024**3
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _source(data: bytes) -> Source:
    found = pickle.loads(data)  # noqa: S301  # written by the process that started this one
    assert isinstance(found, Source)  # noqa: S101
    return found


def _arguments(function: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


if __name__ == "__main__":
    main()
