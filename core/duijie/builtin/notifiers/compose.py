"""Writes a message as mail. Nothing that a person typed can add a header or a recipient."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from duijie.api import Message, OutgoingFile, T

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_WORD}(\.{_WORD})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_WHY = T("您收到此邮件的原因：", en="Why you receive this: ")


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain mail address and nothing more."""
    return _ADDRESS.fullmatch(text) is not None


def mail(message: Message, sender: str) -> EmailMessage:
    """``message`` as mail. Raises ValueError when the address of the recipient or sender is none."""
    if not is_address(message.to_address):
        raise ValueError(f"not a mail address: {message.to_address!r}")
    composed = EmailMessage(policy=SMTP)
    composed["Subject"] = one_line(message.subject)
    composed["From"] = _sender(sender)
    composed["To"] = _party(one_line(message.to_name), message.to_address)
    composed["Date"] = format_datetime(message.sent_at)
    composed["Message-ID"] = message_id(message.key, sender)
    composed["Auto-Submitted"] = "auto-generated"  # an out-of-office reply to it helps nobody
    composed["Content-Language"] = message.language
    composed.set_content(text_of(message))
    for file in message.files:
        _attach(composed, file)
    return composed


def text_of(message: Message) -> str:
    """The plain text: what it is, where to look, why it came."""
    why = f"{_WHY.to(message.language)}{message.why}" if message.why else ""
    return "\n\n".join(part for part in (message.body, message.link, why) if part) + "\n"


def one_line(text: str) -> str:
    """``text`` without line breaks and control characters, nor what Python would decode into some.

    A header takes ``=?utf-8?q?=0D=0ABcc:…?=`` for an encoded word, and writes the line break that is hidden in it.
    """
    return _UNSEEN.sub(" ", text).replace("=?", "= ?").strip()


def message_id(key: str, sender: str) -> str:
    """The same on every attempt, so that a relay log or a mailbox shows whether it arrived."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _sender(sender: str) -> Address:
    name, address = parseaddr(sender)
    if not is_address(address):
        raise ValueError(f"the sender is not a mail address: {sender!r}")
    return _party(one_line(name), address)


def _party(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)


def _attach(composed: EmailMessage, file: OutgoingFile) -> None:
    """A calendar file stands beside the text and is shown as an invitation; other files are attached."""
    if file.media_type != "text/calendar":
        kind, _, subtype = file.media_type.partition("/")
        composed.add_attachment(file.content, maintype=kind, subtype=subtype, filename=one_line(file.name))
        return
    content = file.content.decode()
    method = re.search(r"^METHOD:(\w+)", content, re.MULTILINE)
    parameters = {"method": method[1] if method else "PUBLISH", "name": one_line(file.name)}
    composed.add_alternative(content, subtype="calendar", charset="utf-8", params=parameters)
