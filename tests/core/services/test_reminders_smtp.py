"""From a planned reminder to a real mail server and back: accepted, refused, and the line that broke."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from small_group import START, at, small_office
from sqlalchemy import select

from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import reminders
from duijie.services.reminders import NewReminder, Recipient
from duijie.services.work import Office
from duijie.storage.models import Reminder

INVITE = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"


class PostOffice:
    """Takes what is addressed to good@, refuses bad@, and drops the line on lost@ after taking the mail."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return "550 no such person" if address.startswith("bad@") else "250 ok"

    async def handle_DATA(  # noqa: N802  # aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        if envelope.rcpt_tos[0].startswith("lost@"):
            server.transport.abort()
        return "250 taken"


@pytest.fixture
def post() -> Iterator[tuple[PostOffice, int]]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    handler = PostOffice()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def town(tmp_path: Path, database_url: str, post: tuple[PostOffice, int]) -> Iterator[Office]:
    with small_office(
        tmp_path, database_url, mail_dir="", smtp_host="127.0.0.1", smtp_port=post[1]
    ) as office:
        yield office


def test_three_recipients_three_outcomes(town: Office, post: tuple[PostOffice, int]) -> None:
    with town.write(SYSTEM) as work:
        for who in ("good", "bad", "lost"):
            to = Recipient("张代表", None, f"{who}@example.test", language="en")
            words = T("取消\r\nBcc: x@evil.test", en="Cancelled\r\nBcc: x@evil.test")
            new = NewReminder(
                "meeting.cancelled", "meeting", 1, "2", to, words, words, words, work.now, calendar=INVITE
            )
            assert reminders.plan(work, new) == 1
    assert reminders.deliver(town) == 3
    with town.read(SYSTEM) as work:
        rows = {r.to_address.split("@")[0]: r for r in work.session.scalars(select(Reminder))}
    assert {who: row.state for who, row in rows.items()} == {
        "good": "sent",
        "bad": "planned",
        "lost": "doubtful",
    }
    assert (rows["bad"].attempts, rows["lost"].attempts) == (1, 0)
    assert "550" in rows["bad"].last_error
    reminders.deliver(town)
    assert [e.rcpt_tos for e in post[0].taken] == [["good@example.test"], ["lost@example.test"]]
    assert isinstance(post[0].taken[0].content, bytes)
    mail = message_from_bytes(post[0].taken[0].content, policy=policy.default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Cancelled Bcc: x@evil.test"
    assert [p.get_content_type() for p in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/calendar",
    ]
    assert [p.get_param("method") for p in mail.walk()][-1] == "CANCEL"


def test_the_demo_writes_mail_that_can_be_read(tmp_path: Path) -> None:
    with at(START), small_office(tmp_path, f"sqlite:///{tmp_path}/d.db") as town:
        with town.write(SYSTEM) as work:
            to = Recipient("王大爷", None, "wang@example.test")
            new = NewReminder(
                "x",
                "case",
                1,
                "1",
                to,
                T("请评价", en="Rate"),
                T("您好", en="Hello"),
                T("因为", en="Because"),
                START,
                link="/track",
            )
            reminders.plan(work, new)
        assert reminders.deliver(town) == 1
    (file,) = (tmp_path / "mail").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "请评价"
    assert mail.get_content().splitlines()[:3] == ["您好", "", "http://127.0.0.1:8000/track"]  # type: ignore[attr-defined]
