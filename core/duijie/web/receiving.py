"""Takes uploaded files in as drafts, so that a form that comes back with errors still has them."""

from collections.abc import Mapping
from datetime import timedelta

from flask import request

from duijie.domain.errors import Problem, TooMany
from duijie.services import files, uploads
from duijie.services.work import Work
from duijie.web import limits
from duijie.web.fields import UploadedFile
from duijie.web.work import office, write

PURPOSE = "draft"
UPLOADS_AN_HOUR = 300


def draft_of_request() -> str:
    """The draft that the posted form belongs to; a new one where it names none of ours."""
    found = office().unsign(PURPOSE, request.form.get("draft", ""))
    return found if isinstance(found, str) else uploads.new_draft()


def signed(draft: str) -> str:
    """The draft's name as a hidden field carries it, so that nobody makes one up."""
    return office().sign(PURPOSE, draft)


def receive(draft: str, kept: dict[str, list[str]]) -> list[Problem]:
    """Keep this request's files, and only those ``kept`` of earlier ones; answers what is wrong, by field.

    ``kept`` (tokens by field key, as from `kept_files`) gets the new ones added.
    """
    problems: list[Problem] = []
    with write() as work:
        mine = {a.token for a in uploads.of_draft(work, draft)}
        for tokens in kept.values():
            tokens[:] = [token for token in tokens if token in mine]
        uploads.drop(work, draft, [token for tokens in kept.values() for token in tokens])
    for key, tokens in kept.items():
        for upload in request.files.getlist(key):
            with upload.stream:
                content = upload.stream.read(_most() + 1)
            problem = _keep(draft, upload.filename, content, tokens) if upload.filename else None
            problems += [Problem(key, problem.message)] if problem else []
    return problems


def uploaded(work: Work, draft: str, kept: Mapping[str, list[str]]) -> dict[str, list[UploadedFile]]:
    """What stands in each field already, for drawing the form again."""
    found = {a.token: UploadedFile(a.name, a.size, a.token) for a in uploads.of_draft(work, draft)}
    return {key: [found[t] for t in tokens if t in found] for key, tokens in kept.items()}


def bounds(work: Work) -> dict[str, int]:
    """What a page says about the files it takes: how many, and bytes of each."""
    allowed = work.office.limits
    return {"most_files": allowed["upload_case_limit"], "most_bytes": allowed["upload_file_limit"]}


def _keep(draft: str, name: str, content: bytes, tokens: list[str]) -> files.Unfit | TooMany | None:
    try:
        limits.count("upload", UPLOADS_AN_HOUR, timedelta(hours=1))
        with write() as work:
            tokens.append(uploads.keep_draft(work, draft, name, content).token)
    except (files.Unfit, TooMany) as error:
        return error
    return None


def _most() -> int:
    return office().limits["upload_file_limit"]
