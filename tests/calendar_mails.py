"""Answers to invitations as the mail programs of this world write them: encodings, folding, part types and all."""

import base64
import quopri
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """What somebody answered. ``stamp`` is UTC as iCalendar writes it."""

    uid: str
    who: str
    partstat: str
    sequence: int = 0
    stamp: str = "20261125T020000Z"
    comment: str = ""
    params: str = ""
    sender: str = ""
    method: str = "REPLY"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def from_(self) -> str:
        return self.sender or self.who


def _calendar(said: Said, prodid: str, attendee: str, *, extra: str = "", fold: int = 75) -> str:
    lines = [
        "BEGIN:VCALENDAR", f"PRODID:{prodid}", "VERSION:2.0", f"METHOD:{said.method}", "BEGIN:VEVENT", f"UID:{said.uid}",
        f"SEQUENCE:{said.sequence}", f"DTSTAMP:{said.stamp}", "DTSTART;TZID=Asia/Shanghai:20261127T140000",
        "DTEND;TZID=Asia/Shanghai:20261127T160000", "ORGANIZER;CN=duijie:mailto:replies@example.test", attendee,
        *([f"COMMENT:{said.comment}"] if said.comment else []), *([extra] if extra else []), "SUMMARY:答复：对接会",
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(_folded(line, fold) for line in lines)


def _folded(line: str, width: int) -> str:
    """RFC 5545 folding, between characters."""
    parts = [line[n : n + width] for n in range(0, len(line), width)] or [""]
    return "\r\n ".join(parts)


def _mail(said: Said, subject: str, body: str, **headers: str) -> bytes:
    usual = {"From": said.from_, "To": "replies@example.test", "Subject": subject, "MIME-Version": "1.0"}
    named = usual | headers | said.headers
    return ("".join(f"{key}: {value}\r\n" for key, value in named.items()) + "\r\n" + body).encode()


def _word(text: str) -> str:
    return f"=?UTF-8?B?{base64.b64encode(text.encode()).decode()}?="


def outlook(said: Said) -> bytes:
    """Outlook and Exchange: one alternative, the calendar in base64, MAILTO in capitals, a quoted name, CRLF and tabs."""
    attendee = f'ATTENDEE;PARTSTAT={said.partstat};CN="王 代表"{said.params}:MAILTO:{said.who}'
    text = _calendar(said, "Microsoft Exchange Server 2010", attendee, extra="X-MICROSOFT-CDO-APPT-SEQUENCE:0")
    packed = base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
    body = (
        "--_000_A_\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n\r\n\r\n"
        f"--_000_A_\r\nContent-Type: text/calendar; charset=\"utf-8\"; method={said.method}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{packed}\r\n--_000_A_--\r\n"
    )
    return _mail(said, _word("已接受: 对接会"), body, **{"Content-Type": 'multipart/alternative;\r\n\tboundary="_000_A_"',
                 "From": f'{_word("王代表")} <{said.from_.upper()}>', "Thread-Topic": "x", "X-MS-Has-Attach": ""})


def google(said: Said) -> bytes:
    """Google Calendar: alternative in mixed, the calendar again as an attached application/ics, no blank at folds."""
    text = _calendar(said, "-//Google Inc//Google Calendar 70.9054//EN",
                     "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;"
                     f"PARTSTAT={said.partstat};CN={said.who}{said.params};X-NUM-GUESTS=0:mailto:{said.who}")
    packed = base64.encodebytes(text.encode()).decode()
    body = (
        "--mixed\nContent-Type: multipart/alternative; boundary=\"alt\"\n\n--alt\nContent-Type: text/plain; charset=UTF-8;"
        " format=flowed; delsp=yes\nContent-Transfer-Encoding: base64\n\n5o6l5Y+X\n--alt\nContent-Type: text/calendar;"
        f" charset=\"UTF-8\"; method={said.method}\nContent-Transfer-Encoding: 7bit\n\n{text}\n--alt--\n--mixed\n"
        f"Content-Type: application/ics; name=\"invite.ics\"\nContent-Disposition: attachment; filename=\"invite.ics\"\n"
        f"Content-Transfer-Encoding: base64\n\n{packed}\n--mixed--\n"
    )
    return _mail(said, "Accepted: x", body, **{"Content-Type": 'multipart/mixed; boundary="mixed"', "Sender": "Google Calendar "
                 "<calendar-notification@google.com>", "Reply-To": said.from_})


def apple(said: Said) -> bytes:
    """Apple Mail: quoted-printable, narrow folds, a lower-case method, the name with an escaped comma."""
    text = _calendar(said, "-//Apple Inc.//macOS 15.1//EN",
                     f'ATTENDEE;CN="Wang, Li";CUTYPE=INDIVIDUAL;EMAIL="{said.who}";PARTSTAT={said.partstat}{said.params}:'
                     f"mailto:{said.who}", fold=40)
    packed = quopri.encodestring(text.encode()).decode()
    body = (
        "--Apple-Mail-1\r\nContent-Type: text/plain;\r\n\tcharset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\r\n"
        f"--Apple-Mail-1\r\nContent-Type: text/calendar;\r\n\tmethod={said.method.lower()};\r\n\tcharset=UTF-8\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{packed}\r\n--Apple-Mail-1--\r\n"
    )
    return _mail(said, _word("已拒绝“对接会”"), body, **{"Content-Type": "multipart/alternative;\r\n\tboundary=Apple-Mail-1",
                 "X-Mailer": "Apple Mail (2.3826)"})


def thunderbird(said: Said) -> bytes:
    """Thunderbird: the calendar itself is the mail, 8bit, with an RSVP parameter and a byte order mark."""
    text = _calendar(said, "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
                     f"ATTENDEE;RSVP=TRUE;PARTSTAT={said.partstat};ROLE=REQ-PARTICIPANT{said.params}:mailto:{said.who}")
    return _mail(said, "Invitation Reply", "\ufeff" + text,
                 **{"Content-Type": f"text/calendar; method={said.method}; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
                    "User-Agent": "Mozilla Thunderbird"})


PROGRAMS = (outlook, google, apple, thunderbird)
