"""Hostile names and a hostile mail server: from a filed case by a real SMTP conversation to what arrives."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import kept
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from filed import file
from sqlalchemy import select
from town import Town, build_town, small_settings

from duijie.bootstrap import open_office
from duijie.domain.roles import SYSTEM
from duijie.services import find, reminders, triage
from duijie.services.work import Office
from duijie.storage.models import Case, Reminder

EVIL = "evil@example.test"
INJECTED = f"\r\nBcc: {EVIL}\r\nTo: {EVIL}\r\n\r\nRCPT TO:<{EVIL}>\r\n.\r\nQUIT\r\n"
NAMES = (
    "张三",
    f"张三{INJECTED}",
    f"张三\n\tBcc: {EVIL}",
    f"张三\u2028Bcc: {EVIL}\x85Cc: {EVIL}",
    f'"张三" <{EVIL}>, {EVIL}',
    f"=?utf-8?q?=0D=0ABcc:_{EVIL}?=",
    "a" * 1200,
    "\\\" <> ,;:()[]@",
    "👨‍👩‍👧‍👦",
)


class PostOffice:
    """Takes everything, and remembers for whom."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(  # noqa: N802  # aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def post() -> Iterator[tuple[PostOffice, int]]:
    handler, port = PostOffice(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def town_with_mail(folder: Path, lite: Office, port: int) -> Town:
    settings = replace(
        small_settings(folder, str(lite.database.url)), mail_dir="", smtp_host="127.0.0.1", smtp_port=port
    )  # fmt: skip
    office = open_office(settings)
    kept.migrate(office.database)
    return build_town(office)


def test_no_name_adds_a_recipient_or_a_header(tmp_path: Path, lite: Office, post: tuple[PostOffice, int]) -> None:
    town = town_with_mail(tmp_path, lite, post[1])
    for n, name in enumerate(NAMES):
        case_id = file(town, contact=name[:20], email=f"good{n}@example.test")
        with town.office.write(SYSTEM) as work:  # however it got there, by an import say
            case = work.session.get_one(Case, case_id)
            case.contact, case.title, case.requester = name, f"{name}的诉求", name
        with town.office.write(town.actor("coordinator")) as work:
            triage.decline(work, find.case(work, case_id), f"不属于{name[:900]}")
    while reminders.deliver(town.office, channels=["mail"]):
        pass
    people = [e for e in post[0].taken if e.rcpt_tos[0].startswith("good")]
    assert {e.rcpt_tos[0] for e in people} == {f"good{n}@example.test" for n in range(len(NAMES))}
    for envelope in post[0].taken:
        assert len(envelope.rcpt_tos) == 1
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert mail.get_all("Bcc") is None
        assert mail.get_all("Cc") is None
        assert [a.addr_spec for a in mail["To"].addresses] == envelope.rcpt_tos
        assert max(map(len, envelope.content.split(b"\r\n"))) <= 998
        assert not mail.defects
    town.office.database.close()


@pytest.mark.parametrize(
    "says", [b"", b"\r\n", b"\r\n\r\n\r\n", b"hello\r\n", b"220 ok\r\n\r\n", b"2\xff\r\n", b"220", b"2" * 9000]
)
def test_a_server_that_talks_nonsense_costs_one_try_and_no_more(tmp_path: Path, lite: Office, says: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def answer() -> None:
            listening.settimeout(0.1)
            while not over.is_set():
                try:
                    line, _ = listening.accept()
                except TimeoutError:
                    continue
                with line:
                    line.sendall(says)

        talking = threading.Thread(target=answer)
        talking.start()
        town = town_with_mail(tmp_path, lite, listening.getsockname()[1])
        try:
            case_id = file(town, email="good@example.test")
            with town.office.write(town.actor("coordinator")) as work:
                triage.decline(work, find.case(work, case_id), "不属于受理范围")
            assert reminders.deliver(town.office, channels=["mail"]) > 0
            with town.office.read(SYSTEM) as work:
                rows = work.session.scalars(select(Reminder).where(Reminder.channel == "mail")).all()
            assert {row.state for row in rows} == {"planned"}  # refused, to be tried again: nothing was handed over
            assert all(row.attempts == 1 and row.next_at > row.due_at for row in rows)
        finally:
            over.set()
            talking.join()
            town.office.database.close()
