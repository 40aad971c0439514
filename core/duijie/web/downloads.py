"""Hands out attachments so that no browser takes them for a page of ours."""

from typing import TYPE_CHECKING

from flask import Response, send_file

from duijie.services import uploads
from duijie.services.work import Work

if TYPE_CHECKING:
    from duijie.storage.models import Attachment

_SHOWN_IN_THE_BROWSER = frozenset({"image/jpeg", "image/png", "image/webp"})


def send(work: Work, attachment: "Attachment") -> Response:
    """The file's content. Who may have it was checked by whoever found ``attachment``. Raises NotFound."""
    response = send_file(
        uploads.path_of(work, attachment),
        mimetype=attachment.media_type,
        as_attachment=attachment.media_type not in _SHOWN_IN_THE_BROWSER,
        download_name=attachment.name,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
