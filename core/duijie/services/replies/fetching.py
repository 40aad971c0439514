"""Fetches mail from the mailbox of answers. Each mail is marked as read once it was taken, and counts once."""

import imaplib
import ssl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from duijie.domain.errors import Busy
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import overview
from duijie.services.replies import taking
from duijie.services.replies.mailbox import Mailbox
from duijie.services.replies.reading import MOST_BYTES
from duijie.services.work import Office
from duijie.storage.models import IncomingMail
from duijie.storage.upsert import insert_new

BATCH: Final = 50
_TOO_LARGE: Final = T("邮件太大，没有读取。", en="The mail is too large and was not read.")


def run_due(office: Office) -> int:
    """Fetch what is new; answers how many mails were looked at. Raises OSError, imaplib.IMAP4.error."""
    if not office.mailbox.there:
        return 0
    return from_folder(office, Path(office.mailbox.maildir)) if office.mailbox.maildir else from_server(office, office.mailbox)


def from_folder(office: Office, folder: Path) -> int:
    """Take what is new in a Maildir: a mail moves from ``new`` to ``cur`` once it was taken."""
    done = folder / "cur"
    done.mkdir(parents=True, exist_ok=True)
    count = 0
    for path in sorted((folder / "new").glob("*"))[:BATCH] if (folder / "new").is_dir() else []:
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            if _taken(office, content):
                path.rename(done / f"{path.name}:2,S")
                count += 1
        except FileNotFoundError:
            continue  # another process was quicker
    return count


def from_server(office: Office, mailbox: Mailbox) -> int:
    """Take what is unread in a folder of an IMAP server. What is too large is never fetched."""
    with _connected(mailbox) as line:
        _good(line.select(mailbox.folder))
        found = _good(line.uid("SEARCH", "UNSEEN"))[0] or b""
        numbers = found.split()[:BATCH]
        for number in numbers:
            if _one(office, line, number.decode(), mailbox):
                line.uid("STORE", number.decode(), "+FLAGS", r"(\Seen)")
    return len(numbers)


def _one(office: Office, line: imaplib.IMAP4_SSL, number: str, mailbox: Mailbox) -> bool:
    size = b" ".join(part for part in _good(line.uid("FETCH", number, "(RFC822.SIZE)")) if isinstance(part, bytes))
    digits = size.rpartition(b"RFC822.SIZE ")[2].split(b")")[0].split(b" ")[0]
    if not digits.isdigit() or int(digits) > MOST_BYTES:
        _note_large(office, f"{mailbox.host}/{mailbox.folder}/{number}/{digits.decode(errors='replace')}")
        return True
    answer = _good(line.uid("FETCH", number, "(BODY.PEEK[])"))
    content = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    return _taken(office, content)


def _taken(office: Office, content: bytes) -> bool:
    """Whether the mail is done with: one that cannot be taken for want of the database is fetched again."""
    try:
        taking.take(office, content)
    except Busy:
        return False
    except Exception as error:  # a mail that meets a mistake of ours must not stand in the way of the others
        with office.write(SYSTEM) as work:
            overview.keep_fault(work, "duijie-replies", "take", repr(error), traceback.format_exc())
    return True


def _note_large(office: Office, name: str) -> None:
    with office.write(SYSTEM) as work:
        insert_new(work.session, IncomingMail, {
            "key": sha256(name.encode()).hexdigest(), "at": work.now, "sender": "", "subject": "", "outcome": "ignored",
            "note": _TOO_LARGE})  # fmt: skip


@contextmanager
def _connected(mailbox: Mailbox) -> Iterator[imaplib.IMAP4_SSL]:
    safe = ssl.create_default_context()
    line = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=safe, timeout=mailbox.timeout)
    try:
        line.login(mailbox.user, mailbox.password)
        yield line
    finally:
        try:
            line.logout()
        except (OSError, imaplib.IMAP4.error):
            line.shutdown()


def _good(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server sent. Raises imaplib.IMAP4.error when it refused."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{status}: {data!r}")
    return data
