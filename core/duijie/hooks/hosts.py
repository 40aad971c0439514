"""A plugin's own process: started, asked, and killed when it does not answer in time.

A function that holds Python's lock (a regular expression that never ends) cannot be stopped from within; nor
can one that ends the process, fills its memory or spoils the driver's state. So the code of a stranger's plugin
never runs in a process of core: it runs in one of its own, and what crosses is data.
"""

import atexit
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import weakref
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from typing import Any, Final

from duijie.hooks.deprecation import Use
from duijie.hooks.faults import Failed, Fault, Stopped
from duijie.hooks.wire import MOST_FILE, Found, pack, unpack

READY_WITHIN: Final = 5.0
"""Seconds from the start of a plugin's process until it has said what it implements, unless the settings say otherwise."""

AGAIN_WITHIN: Final = 15.0
"""The same when it is started anew: it has shown that it can load, so it is the machine that is busy."""

_ENTRY: Final = "duijie.plugin_host"
_SLACK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """Where a plugin's code comes from; ``settings`` is the installation's, handed over as it is.

    ``within`` is how many seconds it may take to load.
    """

    name: str
    module: str
    settings: object = field(repr=False)
    within: float = READY_WITHIN


@dataclass(frozen=True, slots=True)
class Ready:
    """What a plugin's process says when it has loaded: which hooks, with which arguments; or what was wrong.

    ``uses`` is what it uses that is going away.
    """

    hooks: dict[str, tuple[str, ...]]
    faults: tuple[Fault, ...]
    uses: tuple[Use, ...] = ()


class Failure(Failed):
    """What a plugin raised in its own process; ``trace`` is its stack there."""

    def __init__(self, said: str, trace: str) -> None:
        super().__init__(said)
        self.trace = trace


_hosts: "weakref.WeakSet[Host]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """A plugin that holds its interpreter does not notice that nobody is there any more."""
    for host in list(_hosts):
        host.kill()


class Host:
    """One plugin's process. Any thread may call; the process is started anew after it has died."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._waiting: dict[int, Future[Any]] = {}
        self._ready: Future[Ready] = Future()
        _hosts.add(self)
        self._warmed: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, without waiting for it."""
        with self._lock:
            self._start()

    def ready(self, within: float = 0.0) -> Ready:
        """Wait until the plugin is loaded; at least as long as its source says, or ``within`` where that is longer.

        Raises Failed when that takes too long, or it died of it.
        """
        patience = max(within, self.source.within)
        try:
            return self._ready.result(patience)
        except TookTooLong:
            self.kill()
            raise Stopped(f"did not load within {patience:.0f} s") from None

    @property
    def warm(self) -> bool:
        """Whether the process of now has made what only pages need."""
        process = self._process
        return process is not None and self._warmed is process and process.poll() is None

    def warm_up(self, seconds: float) -> None:
        """Have it made. Raises Failed when it takes longer than ``seconds``."""
        self.call("warm", (), (), seconds)
        self._warmed = self._process

    def call(self, what: str, where: tuple[Any, ...], arguments: object, seconds: float, most: int = MOST_FILE) -> Any:
        """Have ``what`` done (``hook``, ``function``, ``page`` …) and give its answer.

        Raises Failed when it takes longer than ``seconds`` (the process is killed then), dies, or fails.
        """
        self._ensure()
        number, answer = next(self._numbers), Future[Any]()
        request, _ = pack((number, what, where, arguments), most=MOST_FILE)
        with self._lock:
            process, line, waiting = self._process, self._line, self._waiting
            waiting[number] = answer
            try:
                if line is None:
                    raise BrokenPipeError
                line.send_bytes(request)
            except OSError:
                waiting.pop(number, None)
                raise Stopped("its process has ended") from None
        try:
            return self._understood(answer.result(seconds), most)
        except TookTooLong:
            self.kill(process)
            raise Stopped(f"took longer than {seconds:g} s and was stopped") from None
        finally:
            waiting.pop(number, None)

    def kill(self, only: "subprocess.Popen[bytes] | None" = None) -> None:
        """End the process at once, and whatever it started; with ``only``, unless another has taken its place."""
        with self._lock:
            if only is not None and self._process is not only:
                return
            process, self._process, self._line = self._process, None, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _ensure(self) -> None:
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self._start()
        again = self.ready(AGAIN_WITHIN)
        if again.faults:
            raise Failed(again.faults[0].error)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        self._ready = Future()
        self._waiting = {}
        self._process = subprocess.Popen(  # noqa: S603  # this very Python, on a module of ours
            [sys.executable, "-m", _ENTRY, str(theirs.fileno())], pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno() if _has_fileno() else subprocess.DEVNULL,
            start_new_session=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )  # fmt: skip
        theirs.close()
        self._line = Connection(ours.detach())
        self._line.send_bytes(pickle.dumps(self.source))
        name = f"plugin {self.source.name}"
        threading.Thread(target=self._listen, args=(self._process, self._line, self._ready, self._waiting), name=name,
                         daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes], line: Connection, ready: Future[Ready],
                waiting: dict[int, Future[Any]]) -> None:
        """Take answers in until the process ends; then tell everybody who still waits."""
        try:
            self._take_ready(line, ready)
            while True:
                data = line.recv_bytes(MOST_FILE + _SLACK)
                number = int.from_bytes(data[:8], "big")
                if answer := waiting.pop(number, None):
                    answer.set_result(data[8:])
        except (OSError, EOFError, ValueError):
            pass
        finally:
            line.close()
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
            gone = Stopped(f"its process ended{f' with code {code}' if code >= 0 else ''}")
            for answer in [ready, *list(waiting.values())]:
                if not answer.done():
                    answer.set_exception(gone)

    def _take_ready(self, line: Connection, ready: Future[Ready]) -> None:
        try:
            hooks, faults, uses = unpack(line.recv_bytes(MOST_FILE), self._function)
            told = tuple(Fault(self.source.name, str(hook), str(error), str(trace)) for hook, error, trace in faults)
            going = tuple(Use(str(what), str(new), str(end), str(file), int(line)) for what, new, end, file, line in uses)
            ready.set_result(Ready({str(k): tuple(map(str, v)) for k, v in hooks.items()}, told, going))
        except (Failed, TypeError, ValueError, AttributeError) as error:
            ready.set_exception(Failed(f"said something unreadable: {error}"))

    def _understood(self, data: bytes, most: int) -> Any:
        if len(data) > most + _SLACK:
            raise Failed(f"answered more than {most // 1024} KB")
        kind, value = unpack(data, self._function)
        if kind == "failed":
            raise Failure(str(value[0]), str(value[1]))
        return value

    def _function(self, found: Found) -> "Function":
        return Function(self, found)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a plugin that stays in the plugin's process. Calling it goes there and back."""

    host: Host = field(repr=False)
    found: Found

    def within(self, seconds: float, *arguments: object) -> Any:
        """Call it; raises Failed when it takes longer."""
        return self.host.call("function", self.found, arguments, seconds)

    def __call__(self, *arguments: object) -> Any:
        """Call it, within ten seconds."""
        return self.within(10.0, *arguments)


def _has_fileno() -> bool:
    try:
        sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return False
    return True
