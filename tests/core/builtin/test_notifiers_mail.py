"""Mail as it is written: readable, an invitation where there is one, and no way to slip a header in."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from duijie.api import Context, DeliveryOutcome, Message, OutgoingFile, Store
from duijie.builtin.notifiers import compose, inbox, mail
from duijie.builtin.notifiers.mail import MailConfig

CONTEXT = Context("duijie-mail", datetime(2026, 11, 26, tzinfo=UTC), "Asia/Shanghai", Store())
SENDER = "对接 <duijie@example.test>"
INVITE = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:第 18 次对接会\r\nEND:VCALENDAR\r\n"


def message(**changes: object) -> Message:
    values: dict[str, object] = {
        "key": "case:1:1:rule:due:0:1:u1:mail",
        "to_name": "张代表", "to_address": "zhang@example.test",
        "subject": "答复明日到期：E-1《用电增容》",
        "body": "E-1《用电增容》将于 12月8日 到期。\n.\n请抓紧办理。",
        "language": "zh", "sent_at": datetime(2026, 11, 26, 6, 7, tzinfo=UTC),
        "link": "http://127.0.0.1:8000/cases/1", "why": "因为：规则“三色预警”",
    }  # fmt: skip
    return Message(**values | changes)  # type: ignore[arg-type]


def read_back(composed: EmailMessage) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(composed.as_bytes(), policy=policy.default))


def test_chinese_text_and_headers_survive() -> None:
    mail_ = read_back(compose.mail(message(), SENDER))
    assert mail_["Subject"] == "答复明日到期：E-1《用电增容》"
    assert mail_["To"].addresses[0].display_name == "张代表"
    assert mail_["From"].addresses[0].addr_spec == "duijie@example.test"
    assert mail_["Date"].datetime == datetime(2026, 11, 26, 6, 7, tzinfo=UTC)
    text = cast(EmailMessage, mail_.get_body(("plain",))).get_content()
    assert text.splitlines() == [
        "E-1《用电增容》将于 12月8日 到期。", ".", "请抓紧办理。", "", "http://127.0.0.1:8000/cases/1", "",
        "您收到此邮件的原因：因为：规则“三色预警”",
    ]  # fmt: skip
    assert b"\n" not in compose.mail(message(), SENDER).as_bytes().replace(b"\r\n", b"")


def test_the_message_id_is_the_same_on_every_attempt_and_for_this_message_alone() -> None:
    first, again, other = (
        compose.mail(message(**c), SENDER)["Message-ID"] for c in ({}, {"subject": "x"}, {"key": "y"})
    )
    assert first == again != other
    assert first.endswith("@example.test>")


def test_an_invitation_is_an_alternative_with_its_method() -> None:
    files = (OutgoingFile("invite.ics", "text/calendar", INVITE.encode()),)
    mail_ = read_back(compose.mail(message(files=files), SENDER))
    assert mail_.get_content_type() == "multipart/alternative"
    plain, calendar = mail_.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REQUEST"
    assert "第 18 次对接会" in cast(EmailMessage, calendar).get_content()


def test_other_files_are_attached() -> None:
    mail_ = read_back(
        compose.mail(message(files=(OutgoingFile("纪要.pdf", "application/pdf", b"%PDF"),)), SENDER)
    )
    (attached,) = mail_.iter_attachments()
    assert (attached.get_filename(), cast(EmailMessage, attached).get_content()) == ("纪要.pdf", b"%PDF")


@pytest.mark.parametrize(
    "bad", ["a\r\nBcc: b@evil.test", "a\nBcc: b@evil.test", "a\x0bb", "a\u2028Bcc: b@evil.test", "a\x85b"]
)
def test_line_breaks_in_names_and_subjects_make_no_header(bad: str) -> None:
    mail_ = read_back(compose.mail(message(subject=bad, to_name=bad), SENDER))
    assert mail_["Bcc"] is None
    assert len(mail_["To"].addresses) == 1
    assert len(mail_["Subject"].splitlines()) == 1
    assert mail_["Subject"].startswith("a ")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b.test, c@d.test",
        "a@b.test\r\nBcc: x@y.test",
        "a@b.test>",
        "<a@b.test>",
        "a b@c.test",
        "@b.test",
        "../../etc@b.test",
        "张@b.test",
        "a@b.test\n",
    ],
)
def test_what_is_not_one_plain_address_is_no_recipient(address: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        compose.mail(message(to_address=address), SENDER)


def test_the_folder_holds_each_message_once(tmp_path: Path) -> None:
    (channel,) = mail.plugin(MailConfig(folder=str(tmp_path / "mail"), sender=SENDER)).duijie_notifiers()
    assert channel.keyed
    assert {channel.send(message(), CONTEXT).outcome for _ in range(3)} == {DeliveryOutcome.ACCEPTED}
    channel.send(message(key="another", to_address="/etc@example.test"), CONTEXT)
    files = sorted(path.name for path in (tmp_path / "mail").iterdir())
    assert [name.rsplit("-", 1)[0] for name in files] == [
        "20261126-060700-_etc@example.test",
        "20261126-060700-zhang@example.test",
    ]
    assert message_from_bytes((tmp_path / "mail" / files[1]).read_bytes(), policy=policy.default)[
        "Subject"
    ].startswith("答复")


def test_a_folder_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands in the way")
    (channel,) = mail.plugin(MailConfig(folder=str(tmp_path / "mail"))).duijie_notifiers()
    assert channel.send(message(), CONTEXT).outcome is DeliveryOutcome.REFUSED


def test_a_bad_address_is_a_refusal_and_no_exception(tmp_path: Path) -> None:
    for config in (MailConfig(folder=str(tmp_path)), MailConfig(host="127.0.0.1")):
        (channel,) = mail.plugin(config).duijie_notifiers()
        assert channel.send(message(to_address="nobody"), CONTEXT).outcome is DeliveryOutcome.REFUSED


def test_without_a_server_or_folder_there_is_no_mail_channel() -> None:
    assert mail.plugin(MailConfig()).duijie_notifiers() == []
    with pytest.raises(ValueError, match="smtp_tls"):
        mail.plugin(MailConfig(tls="ssl"))


def test_the_inbox_takes_everything() -> None:
    (channel,) = inbox.duijie_notifiers()
    assert (channel.key, channel.address_of, channel.keyed) == ("inbox", "user", True)
    assert channel.send(message(), CONTEXT).outcome is DeliveryOutcome.ACCEPTED
