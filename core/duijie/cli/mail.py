"""mail read, mail fetch: answers to invitations, from files or from the mailbox that the settings name."""

import sys
from pathlib import Path

import click
from rich.console import Console

from duijie.cli.opening import current_office
from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.services.replies import fetching, taking
from duijie.services.replies.reading import MOST_BYTES
from duijie.services.work import Office

console = Console()


@click.group()
def mail() -> None:
    """Answers that people's calendar programs send by mail."""


@mail.command("read")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def read(files: tuple[Path, ...]) -> None:
    """Take one mail from each of FILES, all that is new in a Maildir, or one from standard input."""
    with current_office() as office:
        if not files:
            _take(office, "-", sys.stdin.buffer.read(MOST_BYTES + 1))
        for path in files:
            if path.is_dir():
                console.print(f"{path}: {fetching.from_folder(office, path)}", highlight=False, markup=False)
            else:
                with path.open("rb") as file:
                    _take(office, str(path), file.read(MOST_BYTES + 1))


@mail.command("fetch")
def fetch() -> None:
    """Fetch what is new from the mailbox of the settings, as a worker does every minute."""
    with current_office() as office:
        if not office.mailbox.there:
            raise Refused(T("没有设置收取回复的邮箱（DUIJIE_IMAP_HOST 或 DUIJIE_REPLY_DIR）。",
                            en="No mailbox is set (DUIJIE_IMAP_HOST or DUIJIE_REPLY_DIR)."))
        console.print(f"{fetching.run_due(office)} 封 mails", highlight=False)


def _take(office: Office, name: str, content: bytes) -> None:
    kept = taking.take(office, content)
    if kept is None:
        console.print(f"{name}: 此前已收过 taken before", highlight=False, markup=False)
        return
    outcome = taking.OUTCOMES[kept.outcome]
    console.print(f"{name}: {outcome.zh} {outcome.en}. {kept.note.zh} {kept.note.en}", highlight=False, markup=False)
