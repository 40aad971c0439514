"""A small IMAP server over TLS for tests: one mailbox, signed by itself, speaking what a mail reader needs (RFC 3501)."""

import re
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Box:
    """The mailbox: mails by number from 1, what was read, and what was asked of the server."""

    mails: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    user: str = "replies"
    password: str = "a mailbox's password"
    port: int = 0


class _Line(socketserver.StreamRequestHandler):
    box: Box

    def handle(self) -> None:
        self._send("* OK IMAP4rev1 ready")
        for raw in self.rfile:
            tag, _, command = raw.decode().strip().partition(" ")
            self.box.said.append(re.sub(r"LOGIN.*", "LOGIN", command))
            if command.upper().startswith("LOGOUT"):
                self._send("* BYE", f"{tag} OK bye")
                return
            self._answer(tag, command)

    def _answer(self, tag: str, command: str) -> None:
        word = command.upper()
        if word == "CAPABILITY":
            self._send("* CAPABILITY IMAP4rev1", f"{tag} OK done")
        elif word.startswith("LOGIN"):
            good = self.box.user in command and self.box.password in command
            self._send(f"{tag} OK done" if good else f"{tag} NO [AUTHENTICATIONFAILED] no")
        elif word.startswith("SELECT"):
            known = "INBOX" in word
            self._send(f"* {len(self.box.mails)} EXISTS", f"{tag} OK [READ-WRITE] here" if known else f"{tag} NO no such folder")
        elif word.startswith("UID SEARCH"):
            unseen = [str(n) for n in range(1, len(self.box.mails) + 1) if n not in self.box.seen]
            self._send(f"* SEARCH {' '.join(unseen)}".rstrip(), f"{tag} OK done")
        elif found := re.match(r"UID FETCH (\d+) \((.+)\)", command, re.IGNORECASE):
            self._fetch(tag, int(found[1]), found[2].upper())
        elif found := re.match(r"UID STORE (\d+) \+FLAGS", command, re.IGNORECASE):
            self.box.seen.add(int(found[1]))
            self._send(f"* {found[1]} FETCH (FLAGS (\\Seen))", f"{tag} OK done")
        else:
            self._send(f"{tag} BAD what?")

    def _fetch(self, tag: str, number: int, what: str) -> None:
        mail = self.box.mails[number - 1]
        if what == "RFC822.SIZE":
            self._send(f"* {number} FETCH (UID {number} RFC822.SIZE {len(mail)})", f"{tag} OK done")
            return
        self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n")
        self._send(f"{tag} OK done")

    def _send(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def certificate(folder: Path) -> Path:
    """A key and a certificate for localhost, in one file."""
    key, signed = folder / "key.pem", folder / "signed.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(signed)], check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text(key.read_text() + signed.read_text())
    return both


@contextmanager
def serving(box: Box, both: Path) -> Iterator[None]:
    """Serve the mailbox on a free port of localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    handler = type("Line", (_Line,), {"box": box})
    with _Server(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
