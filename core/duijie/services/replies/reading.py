"""Reads a mail for the answer in it. Whatever arrives, it answers with what it understood and never raises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr
from hashlib import sha256
from typing import Any, Final

from icalendar import Calendar

from duijie.domain.text import T

MOST_BYTES: Final = 1_000_000
ANSWERS: Final = ("ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED")
METHODS: Final = ("REPLY", "COUNTER")
_MOST_EVENTS: Final = 5
_TYPES: Final = ("text/calendar", "application/ics")
_FAILED: Final = re.compile(r"\bdmarc=fail\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """One person's answer. Addresses are lower case. ``stamp`` is when it was given, by the sender's clock (UTC).

    ``method``: REPLY, or COUNTER for who proposes another time. ``sent_by`` is who says so for the attendee.
    """

    uid: str
    attendee: str
    partstat: str
    sequence: int = 0
    stamp: datetime | None = None
    delegated_to: str = ""
    delegated_from: str = ""
    comment: str = ""
    method: str = "REPLY"
    sent_by: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """What was read. ``key`` is the same for the same bytes; ``problem`` is why there is no reply in it."""

    key: str
    sender: str = ""
    subject: str = ""
    reply: Reply | None = None
    problem: T | None = None


def read(content: bytes) -> Mail:
    """Read one mail."""
    key = sha256(content).hexdigest()
    if len(content) > MOST_BYTES:
        return Mail(key, problem=T("邮件太大，没有读取。", en="The mail is too large and was not read."))
    try:
        return _read(key, message_from_bytes(content, policy=default))
    except Exception:  # anybody can send anything: nothing of it may stop the others
        return Mail(key, problem=T("邮件无法读取。", en="The mail cannot be read."))


def _read(key: str, message: Message) -> Mail:
    sender = parseaddr(str(message.get("From", "")))[1].lower()[:200]
    subject = " ".join(str(message.get("Subject", "")).split())[:200]
    if _FAILED.search(str(message.get("Authentication-Results", ""))):
        return Mail(key, sender, subject, problem=T("邮件服务器判定发件人系伪造。",
                                                    en="The mail server says the sender is forged."))
    reply = next(_replies(message), None)
    problem = None if reply else T("邮件里没有对邀请的回复。", en="There is no answer to an invitation in it.")
    return Mail(key, sender, subject, reply, problem)


def _replies(message: Message) -> Iterator[Reply]:
    """The answers in every part that is a calendar file, whatever its program called it."""
    for part in message.walk():
        name = str(part.get_filename() or "").lower()
        if part.get_content_type() in _TYPES or name.endswith(".ics"):
            calendar = _calendar(part)
            method = str(calendar.get("METHOD", "")).upper() if calendar else ""
            if calendar and method in METHODS:
                for event in calendar.walk("VEVENT")[:_MOST_EVENTS]:
                    yield from _of_event(event, method)


def _calendar(part: Message) -> Any:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return None
    try:
        return Calendar.from_ical(_text(payload, part))
    except ValueError:
        return None


def _text(payload: bytes, part: Message) -> str:
    named = part.get_content_charset() if isinstance(part, EmailMessage) else None
    for charset in (named or "utf-8", "utf-8", "gb18030"):
        try:
            return payload.decode(charset).lstrip("\ufeff")
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("utf-8", "replace")


def _of_event(event: Any, method: str) -> Iterator[Reply]:
    attendees = event.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        params = attendee.params
        partstat = str(params.get("PARTSTAT", "")).upper()
        if partstat in ANSWERS or method == "COUNTER":
            yield Reply(
                uid=str(event.get("UID", ""))[:160], attendee=_address(attendee), partstat=partstat,
                sequence=_number(event.get("SEQUENCE", 0)), stamp=_stamp(event),
                delegated_to=_address(params.get("DELEGATED-TO", "")), delegated_from=_address(params.get("DELEGATED-FROM", "")),
                comment=_comment(event), method=method, sent_by=_address(params.get("SENT-BY", "")),
            )  # fmt: skip


def _address(value: Any) -> str:
    """The mail address of a calendar address: mailto:, in any case, quoted or in a list."""
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    text = str(first or "").strip().strip('"')
    return text[7:].strip().lower() if text.lower().startswith("mailto:") else ""


def _number(value: Any) -> int:
    return int(value) if str(value).isdigit() else 0


def _stamp(event: Any) -> datetime | None:
    value = getattr(event.get("DTSTAMP"), "dt", None)
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _comment(event: Any) -> str:
    said = event.get("COMMENT", "")
    lines = said if isinstance(said, list) else [said]
    return " ".join(" ".join(str(line) for line in lines).split())[:500]
