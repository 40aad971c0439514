"""Real SMTP conversations with a local server that accepts, refuses, or drops the line at each step."""

import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from duijie.api import Context, DeliveryOutcome, Message, Store
from duijie.builtin.notifiers import mail
from duijie.builtin.notifiers.mail import MailConfig

CONTEXT = Context("duijie-mail", datetime(2026, 11, 26, tzinfo=UTC), "Asia/Shanghai", Store())
ACCEPTED, REFUSED, AMBIGUOUS = DeliveryOutcome.ACCEPTED, DeliveryOutcome.REFUSED, DeliveryOutcome.AMBIGUOUS


def message(
    to: str = "zhang@example.test", body: str = "第一行\n.\n..点开头\n末行", key: str = "k1"
) -> Message:
    moment = datetime(2026, 11, 26, 6, 7, tzinfo=UTC)
    return Message(key, "张代表", to, "提醒：《路灯》", body, "zh", moment)


class PostOffice:
    """Keeps what it takes; what it answers to RCPT and at the end of DATA can be set."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.to_rcpt = "250 ok"
        self.to_data = "250 taken"
        self.signed_in: list[str] = []

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_rcpt

    async def handle_DATA(  # noqa: N802  # aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_data == "drop":
            server.transport.abort()
            return "250 nobody hears this"
        if self.to_data.startswith("250"):
            self.taken.append(envelope)
        return self.to_data

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.signed_in.append(data.login.decode())
        return AuthResult(success=data.password == b"right")


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
def port(post: PostOffice) -> Iterator[int]:
    controller = Controller(
        post, hostname="127.0.0.1", port=free_port(), authenticator=post.authenticate, auth_require_tls=False
    )
    controller.start()
    yield controller.port
    controller.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def send(port: int, what: Message, **config: object) -> tuple[DeliveryOutcome, str]:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "sender": "对接 <d@example.test>",
        "timeout": 2.0,
    }
    (channel,) = mail.plugin(MailConfig(**values | config)).duijie_notifiers()  # type: ignore[arg-type]
    assert not channel.keyed
    receipt = channel.send(what, CONTEXT)
    return receipt.outcome, receipt.detail


def test_accepted_with_text_untouched(port: int, post: PostOffice) -> None:
    assert send(port, message()) == (ACCEPTED, "250 taken")
    (taken,) = post.taken
    assert (taken.mail_from, taken.rcpt_tos) == ("d@example.test", ["zhang@example.test"])
    assert isinstance(taken.content, bytes)
    text = message_from_bytes(taken.content, policy=policy.default)
    assert text["Subject"] == "提醒：《路灯》"
    assert text.get_content().rstrip().splitlines() == ["第一行", ".", "..点开头", "末行"]  # type: ignore[attr-defined]


def test_a_plain_text_with_a_lone_dot_does_not_end_the_mail(port: int, post: PostOffice) -> None:
    assert send(port, message(body="a\n.\nb"))[0] is ACCEPTED
    assert isinstance(post.taken[0].content, bytes)
    assert b"\r\n.\r\nb" in post.taken[0].content


@pytest.mark.parametrize("answer", ["550 no such person", "450 try later"])
def test_a_refused_recipient_is_a_refusal(port: int, post: PostOffice, answer: str) -> None:
    post.to_rcpt = answer
    outcome, detail = send(port, message())
    assert outcome is REFUSED
    assert answer[:3] in detail
    assert post.taken == []


@pytest.mark.parametrize("answer", ["554 looks like spam", "451 disk full"])
def test_an_answer_to_the_whole_mail_is_believed(port: int, post: PostOffice, answer: str) -> None:
    post.to_data = answer
    assert send(port, message()) == (REFUSED, answer)


def test_a_line_that_breaks_after_the_mail_was_handed_over_is_ambiguous(port: int, post: PostOffice) -> None:
    post.to_data = "drop"
    outcome, detail = send(port, message())
    assert outcome is AMBIGUOUS
    assert "handed over" in detail


def test_signing_in(port: int, post: PostOffice) -> None:
    assert send(port, message(), user="duijie", password="right")[0] is ACCEPTED
    assert send(port, message(), user="duijie", password="wrong")[0] is REFUSED
    assert post.signed_in == ["duijie", "duijie"] or set(post.signed_in) == {"duijie"}


def test_encryption_that_the_server_does_not_offer_is_a_refusal(port: int, post: PostOffice) -> None:
    assert send(port, message(), tls="starttls")[0] is REFUSED
    assert send(port, message(), tls="tls")[0] is REFUSED
    assert post.taken == []


def test_nobody_listening_is_a_refusal() -> None:
    assert send(free_port(), message())[0] is REFUSED


def scripted(*answers: bytes | None) -> tuple[int, Callable[[], None]]:
    """A server that gives these answers, then hangs up (None: stays silent). Answers (port, wait for it)."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as line:
            line.settimeout(10)
            for answer in answers:
                if answer is None:
                    while line.recv(4096):
                        pass
                    return
                line.sendall(answer)
                line.recv(65536)

    thread = threading.Thread(target=serve)
    thread.start()
    return int(listener.getsockname()[1]), thread.join


HELLO, OK = b"220 hello\r\n", b"250 ok\r\n"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((), REFUSED),
        ((HELLO,), REFUSED),
        ((HELLO, OK), REFUSED),
        ((HELLO, OK, OK), REFUSED),
        ((HELLO, OK, OK, OK), REFUSED),
        ((HELLO, OK, OK, OK, b"354 go on\r\n"), AMBIGUOUS),
        ((HELLO, OK, OK, OK, b"354 go on\r\n", None), AMBIGUOUS),
        ((HELLO, OK, OK, OK, b"503 no\r\n"), REFUSED),
        ((HELLO, OK, OK, OK, b"354 go on\r\n", b"250 taken\r\n"), ACCEPTED),
        ((HELLO, OK, None), REFUSED),
    ],
)
def test_what_a_broken_line_means_depends_on_how_far_one_came(
    answers: tuple[bytes | None, ...], outcome: DeliveryOutcome
) -> None:
    port, wait = scripted(*answers)
    assert send(port, message(), timeout=0.5)[0] is outcome
    wait()


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(MailConfig(password="secret"))
    assert issubclass(smtplib.SMTPServerDisconnected, OSError)  # what the classification rests on
