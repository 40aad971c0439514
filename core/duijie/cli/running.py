"""A web server in a thread, and a process that ends when it is asked to."""

import signal
import threading

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from duijie.domain.errors import Refused
from duijie.domain.text import T


class Server:
    """waitress on ``host:port`` (0: any free port), in a thread of its own."""

    def __init__(self, app: Flask, host: str, port: int, threads: int = 8) -> None:
        try:
            self._server = create_server(
                app, host=host, port=port, threads=threads, ident="duijie", clear_untrusted_proxy_headers=False,
                max_request_body_size=128 * 1024 * 1024, channel_timeout=60, connection_limit=500,
            )  # fmt: skip
        except OSError as error:
            raise Refused(T(
                f"无法在 {host}:{port} 上监听（{error.strerror}）。端口可能已被占用，请用 --port 换一个，或先结束占用它的程序。",
                en=f"Cannot listen on {host}:{port} ({error.strerror}). The port may be taken: choose another one with "
                "--port, or end the program that has it.",
            )) from None  # fmt: skip
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering; what is being answered is finished first."""
        # Closed by another thread, the loop would stumble over a socket that is gone: let it close its own.
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._server._map))
        self._thread.join(timeout=10)
        self._server.task_dispatcher.shutdown()


def wait_for_end() -> None:
    """Sleep until SIGINT or SIGTERM; waitress alone would die of the latter in the middle of a request."""
    end = threading.Event()
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), lambda *_: end.set())
    while not end.wait(1):
        pass
