"""A web server in a thread, and a process that ends when it is asked to."""

import signal
import threading
import time

from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from duijie.domain.errors import Refused
from duijie.domain.text import T

FINISH = 10.0  # seconds that requests get to end when the process is told to


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
        self._closing = self._stopping = False
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on; of the first address where ``host`` has several."""
        if isinstance(self._server, MultiSocketServer):
            return int(self._server.effective_listen[0][1])
        return int(self._server.effective_port)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests, finish what is being answered (at most 10 s), then close."""
        self._closing = True
        listening = [one for one in list(self._server._map.values()) if isinstance(one, BaseWSGIServer)]
        for one in listening:
            one.del_channel()
            one.socket.close()
        end = time.monotonic() + FINISH
        while time.monotonic() < end and any(_busy(one) for one in listening):
            time.sleep(0.02)
        self._stopping = True
        self._server.task_dispatcher.shutdown(timeout=1)
        for one in list(self._server._map.values()):
            one.close()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._server.run()
                return
            except (OSError, ValueError):  # it waited on a socket that `stop` has closed
                if not self._closing:
                    raise
                # what is being answered still needs its loop, until `stop` says that all is out


def _busy(server: BaseWSGIServer) -> bool:
    """Whether a request is being answered, or an answer is not yet out."""
    waiting = any(one.requests or one.total_outbufs_len for one in list(server.active_channels.values()))
    return bool(waiting or server.task_dispatcher.queue)


class End:
    """The wish to end, by SIGINT or SIGTERM, heard from the moment this is made.

    Made before anything is announced: whoever reads the announcement may send the signal at once, and waitress or a
    scheduler alone would die of it in the middle of a request or a message.
    """

    def __init__(self) -> None:
        self._wished = threading.Event()
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(getattr(signal, name), lambda *_: self._wished.set())

    def wait(self) -> None:
        """Sleep until then."""
        while not self._wished.wait(1):
            pass
