"""One POST over HTTP, told apart by how far it went. Redirects are not followed; answers are read up to a limit.

Until the connection stands nothing was taken: a refusal. From the first byte on a broken line leaves open whether it
was: ambiguous.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from duijie.api import DeliveryOutcome, Receipt
from duijie.builtin.notifiers.addresses import NotAllowed, Target, target

MOST: Final = 64 * 1024
PATIENCE: Final = 10.0
_USUAL_WAIT: Final = 60.0
_LONGEST_WAIT: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: its status and the beginning of its body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def post(address: str, allowed: str, body: bytes, headers: Mapping[str, str]) -> Answer | Receipt:
    """Send ``body``; the answer, or a receipt where there was none. Never raises for what the network does."""
    try:
        line = _Checked(target(address, allowed))
        line.connect()
    except NotAllowed as error:
        return Receipt(DeliveryOutcome.REFUSED, str(error))
    except (OSError, UnicodeError) as error:
        return Receipt(DeliveryOutcome.REFUSED, f"no connection: {_said(error)}")
    try:
        return _exchange(line, body, headers)
    except (OSError, http.client.HTTPException) as error:
        return Receipt(DeliveryOutcome.AMBIGUOUS, f"the line broke after sending: {_said(error)}")
    finally:
        line.close()


def by_status(answer: Answer) -> Receipt | None:
    """What the status alone says; None where it is fine and the body tells."""
    status = f"HTTP {answer.status}"
    if 200 <= answer.status < 300:
        return None
    if answer.status == 429 or (answer.status == 503 and "retry-after" in answer.headers):
        return Receipt(DeliveryOutcome.REFUSED, f"{status}: too much at once", wait=_wait(answer))
    if 300 <= answer.status < 400:
        return Receipt(DeliveryOutcome.REFUSED, f"{status}: it points elsewhere, and redirects are not followed")
    return Receipt(DeliveryOutcome.REFUSED if answer.status < 500 else DeliveryOutcome.AMBIGUOUS, status)


class _Checked(http.client.HTTPConnection):
    """A connection to the address that was checked, whatever the name says by now."""

    def __init__(self, to: Target) -> None:
        super().__init__(to.host, to.port, timeout=PATIENCE)
        self.to = to

    def connect(self) -> None:
        """Connect; with TLS where it is asked for, against the name."""
        line = _reached(self.to)
        try:
            self.sock = ssl.create_default_context().wrap_socket(line, server_hostname=self.to.host) if self.to.secure else line
        except BaseException:
            line.close()
            raise


def _reached(to: Target) -> socket.socket:
    """A connection to the first of the checked addresses that answers."""
    failure: OSError = OSError("the name has no address")
    until = monotonic() + PATIENCE
    for place in to.places:
        try:
            return socket.create_connection((place, to.port), max(0.1, until - monotonic()))
        except OSError as error:
            failure = error
    raise failure


def _exchange(line: _Checked, body: bytes, headers: Mapping[str, str]) -> Answer:
    until = monotonic() + PATIENCE
    line.request("POST", line.to.path, body, {"User-Agent": "duijie", **headers})
    answer = line.getresponse()
    found = bytearray()
    while len(found) < MOST and (some := answer.read1(4096)):
        found += some
        if monotonic() > until:
            raise TimeoutError("the answer took too long")
    return Answer(answer.status, bytes(found), {key.lower(): value for key, value in answer.getheaders()})


def _wait(answer: Answer) -> float:
    words = answer.headers.get("retry-after", "")
    return min(_LONGEST_WAIT, max(1.0, float(words))) if words.isdigit() else _USUAL_WAIT


def _said(error: Exception) -> str:
    """The error's own words; no library puts the address's path there."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
