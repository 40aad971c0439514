"""Attachments in the database: drafts that wait for their form, and the files of a case."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import delete, exists, select, update

from duijie.domain.errors import NotFound
from duijie.domain.text import T
from duijie.services import files, find
from duijie.services.work import Work
from duijie.storage.models import Attachment, Case

DRAFTS_LIVE: Final = timedelta(days=1)
BY_REQUESTER: Final = ""
"""`Attachment.by` of a file that the requester sent; staff's files carry a name."""

TOO_MANY: Final = T("最多上传 {most} 个文件，“{name}”没有保存。请先删除不需要的。",
                    en="At most {most} files: “{name}” was not kept. Please remove one first.")


def new_draft() -> str:
    """A name for a form that is being filled in: nobody can guess it."""
    return secrets.token_urlsafe(24)


def keep_draft(work: Work, draft: str, name: str, content: bytes) -> Attachment:
    """Keep a file until its form is sent. Raises `files.Unfit` with what is wrong with it."""
    most = work.office.limits["upload_case_limit"]
    if len(of_draft(work, draft)) >= most:
        raise files.Unfit(TOO_MANY.fill(most=most, name=files.safe_name(name)))
    file = files.clean(name, content, work.office.limits["upload_file_limit"])
    attachment = Attachment(
        token=secrets.token_urlsafe(24), draft=draft, name=file.name, media_type=file.media_type,
        size=len(file.content), sha256=files.store(work.office.files_dir, file), by=BY_REQUESTER,
        created_at=work.now,
    )  # fmt: skip
    work.session.add(attachment)
    work.session.flush()
    return attachment


def of_draft(work: Work, draft: str, tokens: Collection[str] | None = None) -> Sequence[Attachment]:
    """The files that wait with ``draft``; of these ``tokens`` where given. Nobody else's are found."""
    if not draft:
        return []
    mine = select(Attachment).where(Attachment.draft == draft, Attachment.case_id.is_(None))
    if tokens is not None:
        mine = mine.where(Attachment.token.in_(tokens))
    return work.session.scalars(mine.order_by(Attachment.id)).all()


def drop(work: Work, draft: str, keep: Collection[str]) -> None:
    """Let go of the files of ``draft`` that its form no longer wants; `forget_old_drafts` deletes them."""
    unwanted = (Attachment.draft == draft, Attachment.case_id.is_(None), Attachment.token.not_in(keep))
    work.session.execute(update(Attachment).where(*unwanted).values(draft=""))


def attach(work: Work, case: Case, draft: str, tokens: Collection[str] | None, by: str = BY_REQUESTER) -> int:
    """Give the files of ``draft`` to ``case``; answers how many. Other drafts' files stay where they are."""
    waiting = of_draft(work, draft, tokens)
    for attachment in waiting:
        attachment.case_id, attachment.draft, attachment.by = case.id, "", by
    work.session.flush()
    return len(waiting)


def open_to_staff(work: Work, token: str) -> Attachment:
    """A case's file for somebody who may see the case. Raises NotFound."""
    attachment = _by_token(work, token)
    find.case(work, attachment.case_id or 0)
    return attachment


def of_case(work: Work, case: Case, token: str) -> Attachment:
    """A file that the requester of ``case`` sent. Raises NotFound for other cases' files and for staff's."""
    attachment = _by_token(work, token)
    if attachment.case_id != case.id or attachment.by != BY_REQUESTER:
        raise NotFound
    return attachment


def path_of(work: Work, attachment: Attachment) -> Path:
    """Where its content stands. Raises NotFound when it is gone."""
    path = files.path_of(work.office.files_dir, attachment.sha256)
    if not path.is_file():
        raise NotFound
    return path


def forget_old_drafts(work: Work) -> int:
    """Delete drafts older than a day, and every content that nothing refers to then; answers how many."""
    before = work.now - DRAFTS_LIVE
    old = Attachment.case_id.is_(None), Attachment.created_at < before
    gone = work.session.execute(delete(Attachment).where(*old).returning(Attachment.sha256)).scalars().all()
    for sha256 in set(gone):
        if not work.session.scalar(select(exists().where(Attachment.sha256 == sha256))):
            files.remove(work.office.files_dir, sha256, before.timestamp())
    return len(gone)


def _by_token(work: Work, token: str) -> Attachment:
    found = work.session.scalar(select(Attachment).where(Attachment.token == token))
    if found is None or found.case_id is None:
        raise NotFound
    return found
