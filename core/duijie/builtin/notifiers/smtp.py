"""One SMTP conversation, told apart by how far it went.

Until the server has answered 354 to DATA it cannot have taken the mail: any failure is a refusal. From there
on until its last answer a broken line leaves open whether it did: ambiguous, and never blindly repeated.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr

from duijie.api import DeliveryOutcome, Message, Receipt


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. ``tls``: none, starttls or tls; ``timeout`` in seconds for each step."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: str
    timeout: float


def send(server: Server, sender: str, message: Message, mail: EmailMessage) -> Receipt:
    """Hand ``mail`` over; never raises for what the network or the server does."""
    line = None
    try:
        line = _open(server)
        _envelope(line, parseaddr(sender)[1], message.to_address)
    except (OSError, smtplib.SMTPException) as error:
        _hang_up(line)
        return Receipt(DeliveryOutcome.REFUSED, f"before the mail was handed over: {error!r}")
    try:
        code, answer = _content(line, mail.as_bytes())
    except (OSError, smtplib.SMTPException) as error:
        _hang_up(line)
        return Receipt(DeliveryOutcome.AMBIGUOUS, f"the line broke while the mail was handed over: {error!r}")
    _hang_up(line)
    detail = f"{code} {answer.decode(errors='replace')}"
    return Receipt(DeliveryOutcome.ACCEPTED if code == 250 else DeliveryOutcome.REFUSED, detail)


def _open(server: Server) -> smtplib.SMTP:
    safe = ssl.create_default_context()
    if server.tls == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=safe)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        line.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            line.starttls(context=safe)
            line.ehlo()
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        _hang_up(line)
        raise
    return line


def _envelope(line: smtplib.SMTP, sender: str, to: str) -> None:
    _want(250, line.mail(sender))
    _want(250, line.rcpt(to))
    _want(354, line.docmd("DATA"))


def _want(wanted: int, answer: tuple[int, bytes]) -> None:
    if answer[0] != wanted:
        raise smtplib.SMTPResponseException(*answer)


def _content(line: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    stuffed = re.sub(rb"(?m)^\.", b"..", content)  # a line that is only a dot would end the mail
    line.send(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    return line.getreply()


def _hang_up(line: smtplib.SMTP | None) -> None:
    """Say goodbye if anybody is still listening; what became of the mail is already known."""
    if line is None:
        return
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        line.close()
