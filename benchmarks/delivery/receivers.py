"""Those at the other end: an HTTP receiver that drops what it has by key, and a mail relay with a log. Both misbehave."""

import socket
import threading
import time
from asyncio import Transport
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

STALL: Final = 2.5  # seconds; longer than the channel waits
FAULTS: Final = ("503", "drop", "stall", "500")


class Receiver:
    """Takes posts. ``effects``: what each key did here (a second post of a key does nothing), ``posts``: all that came.

    ``faulty`` is the share of posts that meet one of `FAULTS`; to keys that hold ``poison`` it always answers 500.
    """

    def __init__(self, faulty: float = 0.0, poison: str = "", seed: int = 1) -> None:
        self.effects: Counter[str] = Counter()
        self.posts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self._faulty, self._poison, self._random, self._lock = faulty, poison, Random(seed), threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, name="receiver", daemon=True).start()

    def take(self, key: str) -> str:
        """Note a post; answers the fault that it meets, or ""."""
        with self._lock:
            self.posts[key] += 1
            if self._poison and self._poison in key:
                return "poison"
            fault = self._random.choice(FAULTS) if self._random.random() < self._faulty else ""
            self.faults[fault] += bool(fault)
            if fault != "503" and not self.effects[key]:
                self.effects[key] += 1
            return fault

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server calls it by this name
            self.rfile.read(int(self.headers["Content-Length"]))
            fault = receiver.take(self.headers["Idempotency-Key"])
            if fault == "stall":
                time.sleep(STALL)
            if fault == "drop":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response({"503": 503, "500": 500, "poison": 500}.get(fault, 200))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_given: object) -> None:
            """Say nothing."""

    return Handler


class Relay:
    """A mail server. ``taken``: how often each Message-ID was accepted. ``log``: a file in Postfix's format.

    ``faulty`` is the share of mails that are refused, or taken before the line breaks, or break before they are.
    """

    def __init__(self, log: Path, faulty: float = 0.0, seed: int = 1) -> None:
        self.taken: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.log = log
        self._faulty, self._random, self._number = faulty, Random(seed), 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._write("postfix/master[1]: daemon started")
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A whole mail has come; aiosmtpd calls this by its name."""
        fault = self._random.choice(("451", "lost", "broken")) if self._random.random() < self._faulty else ""
        self.faults[fault] += bool(fault)
        content = envelope.content or b""
        name = message_from_bytes(content if isinstance(content, bytes) else content.encode())["Message-ID"]
        self._number += 1
        queue = f"{self._number:08X}"
        self._write(f"postfix/cleanup[3]: {queue}: message-id={name}")
        if fault == "451":
            return "451 later"
        if fault != "broken":
            self.taken[name] += 1
            self._write(f"postfix/qmgr[2]: {queue}: from=<duijie@localhost>, size={len(content)}, nrcpt=1 (queue active)")
        if fault and isinstance(server.transport, Transport):
            server.transport.abort()
        return f"250 queued as {queue}"

    def close(self) -> None:
        """Stop listening."""
        self._server.stop()

    def _write(self, line: str) -> None:
        with self.log.open("a") as log:
            log.write(f"{datetime.now(UTC):%b %d %H:%M:%S} relay {line}\n")
