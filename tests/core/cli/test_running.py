"""The server of one process: where it listens, and how it ends."""

import gc
import socket
import threading
import time
import urllib.request

import pytest
from flask import Flask

from duijie.cli.running import Server
from duijie.domain.errors import Refused


@pytest.fixture
def slow() -> tuple[Flask, threading.Event]:
    app, begun = Flask("slow"), threading.Event()

    @app.get("/")
    def answer() -> str:
        begun.set()
        time.sleep(0.6)
        return "x" * 300_000

    return app, begun


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_request_in_the_middle_is_answered_before_the_end(slow: tuple[Flask, threading.Event], host: str) -> None:
    app, begun = slow
    server = Server(app, host, 0 if host != "localhost" else _free_port())
    server.start()
    got: list[int] = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=10) as answer:
            got.append(len(answer.read()))

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(5)
    server.stop()
    asking.join(timeout=10)
    assert got == [300_000]
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # waitress leaves its socket behind
def test_a_port_that_is_taken_is_said_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Refused, match="--port"):
            Server(Flask("x"), "127.0.0.1", taken.getsockname()[1])
    gc.collect()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
