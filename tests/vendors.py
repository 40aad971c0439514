"""A server on this machine that answers as the messengers' robots do, and as a webhook's receiver does.

It checks signatures, counts, and can be told to misbehave. `Vendors.got` holds (path, headers, body) of every request.
"""

import base64
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "SECa0f4c0ffee1234567890"
KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"


@dataclass
class Vendors:
    """The server. ``mode``: well, limit, error, drop, stall, redirect, strange."""

    port: int = 0
    mode: str = "well"
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def wecom(self, key: str = KEY) -> str:
        return f"http://127.0.0.1:{self.port}/cgi-bin/webhook/send?key={key}"

    def dingtalk(self) -> str:
        return f"http://127.0.0.1:{self.port}/robot/send?access_token={KEY}"

    def feishu(self) -> str:
        return f"http://127.0.0.1:{self.port}/open-apis/bot/v2/hook/{KEY}"

    def hook(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def texts(self) -> list[str]:
        """What people in the groups read."""
        found = [json.loads(body) for _, _, body in self.got]
        return [said["text"]["content"] if "text" in said else said["content"]["text"] for said in found]

    def events(self) -> list[dict[str, Any]]:
        """What the other system was told, each once."""
        return [json.loads(body) for _, _, body in self.got]


class _Handler(BaseHTTPRequestHandler):
    vendors: Vendors
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        vendors = self.vendors
        vendors.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if vendors.mode == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if vendors.mode == "stall":
            time.sleep(1.5)
        if vendors.mode == "redirect":
            self._say(302, {}, {"Location": f"http://127.0.0.1:{vendors.port}/elsewhere"})
        elif vendors.mode == "error":
            self._say(500, {})
        elif vendors.mode == "strange":
            self._say(200, [])
        else:
            self._say(*self._answer(body))

    def _answer(self, body: bytes) -> tuple[int, Any]:
        path, limit = urlsplit(self.path), self.vendors.mode == "limit"
        if path.path.startswith("/cgi-bin"):
            if limit:
                return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}
            right = parse_qs(path.query).get("key") == [KEY]
            return 200, {"errcode": 0, "errmsg": "ok"} if right else {"errcode": 93000, "errmsg": "invalid webhook url"}
        if path.path.startswith("/robot"):
            if limit:
                return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
            wrong = {"errcode": 310000, "errmsg": "sign not match"}
            return 200, {"errcode": 0, "errmsg": "ok"} if _dingtalk(path.query) else wrong
        if path.path.startswith("/open-apis"):
            if limit:
                return 200, {"code": 11232, "msg": "frequency limited"}
            well = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"}
            return 200, well if _feishu(json.loads(body)) else {"code": 19021, "msg": "sign match fail"}
        if limit:
            return 429, {}
        key, stamp = self.headers["Idempotency-Key"], self.headers["X-Duijie-Timestamp"]
        signed = hmac.digest(SECRET.encode(), stamp.encode() + b"." + body, sha256).hex()
        if self.headers["X-Duijie-Signature"] != f"sha256={signed}":
            return 401, {}
        self.vendors.keys.add(key)
        return 202, {}

    def _say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content)), "Connection": "close"} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Who hung up is no news."""


@contextmanager
def vendors() -> Iterator[Vendors]:
    """Run the server while the block does."""
    state = Vendors()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"vendors": state}))
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _dingtalk(query: str) -> bool:
    """As the vendor describes it: base64 of HMAC-SHA256 with the secret over "timestamp\\nsecret"; not older than an hour."""
    said = {key: value[0] for key, value in parse_qs(query).items()}
    stamp = said.get("timestamp", "0")
    fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000
    wanted = base64.b64encode(hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), sha256).digest()).decode()
    return fresh and said.get("sign") == wanted


def _feishu(body: dict[str, Any]) -> bool:
    stamp = str(body.get("timestamp", "0"))
    fresh = abs(time.time() - int(stamp)) < 3600
    signed = hmac.new(f"{stamp}\n{SECRET}".encode(), digestmod=sha256).digest()
    return fresh and body.get("sign") == base64.b64encode(signed).decode()
