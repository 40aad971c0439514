"""Fetching: from a real IMAP line over TLS, from a Maildir, from the command line; each mail once."""

import imaplib
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from calendar_mails import Said, apple, outlook
from call_meeting import Called, call
from click.testing import CliRunner
from imap_server import Box, certificate, serving
from sqlalchemy import select
from town import Town

from duijie.cli import main
from duijie.domain.roles import SYSTEM
from duijie.services.replies import fetching
from duijie.services.replies.mailbox import Mailbox
from duijie.services.work import Office
from duijie.storage.models import CalendarEntry, IncomingMail, Invitation


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town).to("invited")


def reply(called: Called, address: str, partstat: str) -> Said:
    with called.town.office.read(SYSTEM) as work:
        known = work.session.scalars(select(CalendarEntry).where(CalendarEntry.email == address)).one()
    return Said(known.uid, address, partstat, known.sequence)


def answers(called: Called) -> dict[str, str]:
    with called.town.office.read(SYSTEM) as work:
        return {i.department.key: i.answer for i in work.session.scalars(select(Invitation)) if i.department}


def outcomes(office: Office) -> list[str]:
    with office.read(SYSTEM) as work:
        return [m.outcome for m in work.session.scalars(select(IncomingMail).order_by(IncomingMail.id))]


def test_mail_is_fetched_over_tls_taken_once_and_marked_as_read(
    called: Called, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, office = certificate(tmp_path), called.town.office
    box = Box([outlook(reply(called, "rep_hr@example.test", "ACCEPTED")), b"x" * 10_000_000, b"junk",
               apple(reply(called, "rep_power@example.test", "DECLINED"))])
    with serving(box, both):
        mailbox = Mailbox("localhost", box.port, box.user, box.password, timeout=5)
        here = replace(office, mailbox=mailbox)
        with pytest.raises(ssl.SSLCertVerificationError):  # a certificate that nobody vouches for
            fetching.run_due(here)
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        assert fetching.run_due(here) == 4
        assert fetching.run_due(here) == 0
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            fetching.run_due(replace(office, mailbox=replace(mailbox, password="wrong")))
    assert (answers(called)["hr"], answers(called)["power"]) == ("accepted", "declined")
    assert sorted(outcomes(office)) == ["ignored", "ignored", "taken", "taken"]
    assert box.seen == {1, 2, 3, 4}
    assert not any(said.startswith("UID FETCH 2 (BODY") for said in box.said)  # ten megabytes were never fetched


def test_a_maildir_is_emptied_into_what_was_read(called: Called, tmp_path: Path) -> None:
    folder = tmp_path / "maildir"
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "1.eml").write_bytes(apple(reply(called, "rep_hr@example.test", "ACCEPTED")))
    (folder / "new" / "2.eml").write_bytes(b"junk")
    here = replace(called.town.office, mailbox=Mailbox(maildir=str(folder)))
    assert fetching.run_due(here) == 2
    assert fetching.run_due(here) == 0
    assert answers(called)["hr"] == "accepted"
    assert sorted(path.name for path in (folder / "cur").iterdir()) == ["1.eml:2,S", "2.eml:2,S"]
    assert fetching.run_due(replace(here, mailbox=Mailbox())) == 0


def test_one_mail_from_the_command_line(called: Called, tmp_path: Path) -> None:
    office = called.town.office
    mail = outlook(reply(called, "rep_hr@example.test", "ACCEPTED"))
    known = {"DUIJIE_DATABASE_URL": str(office.database.url), "DUIJIE_DATA_DIR": str(tmp_path)}
    done = [CliRunner().invoke(main, ["mail", "read"], input=mail, env=known) for _ in range(2)]
    assert [one.exit_code for one in done] == [0, 0]
    assert "Taken" in done[0].stdout
    assert "taken before" in done[1].stdout
    assert answers(called)["hr"] == "accepted"
