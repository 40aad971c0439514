"""Makes files by the documents that plugins provide.

What ``data`` holds, by key:

``ledger``  ``title`` str; ``columns`` list of (key, name); ``rows`` list of mappings by column key, values str,
int, `datetime.date` or None; ``sheets`` list of (department name, indexes into ``rows``); ``summary`` with
``columns`` list of names, ``rows`` list of lists (str, int, float as a share of 1, None); ``notes`` list of str.

``minutes``  ``number``, ``title``, ``place``, ``chair``, ``recorder``, ``others``, ``remarks`` str; ``group``,
``area`` T; ``starts_at``, ``ends_at`` local datetime (the latter or None); ``attended`` list of ``name``,
``people`` (T); ``absent`` list of T; ``items`` list of ``n``, ``requester`` (T), ``number``, ``title``, ``said``:
``department``, ``kind``, ``result``, ``to`` (T, empty where it does not apply), ``text``, ``due`` (date or None),
and ``heard`` bool; ``resolved`` list of ``n``, ``text``, ``number``, ``department``, ``officer``, ``due``,
``working_days``; ``figures`` of whole numbers: ``invited``, ``came``, ``requesters``, ``appointments``, ``heard``,
``answered``, ``commitments``, ``transferred``, ``not_heard``, ``wait`` (minutes, or None).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from duijie.domain.errors import NotFound, Refused
from duijie.domain.text import T
from duijie.hooks.values import Document
from duijie.services.work import Work


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file ready to be sent."""

    name: str
    media_type: str
    content: bytes


def find(work: Work, key: str) -> Document:
    """The document named ``key``; a plugin's own replaces the built-in one. Raises NotFound when there is none."""
    answers = work.office.plugins.ask_for("duijie_documents", Document)
    found = [(plugin, document) for plugin, document in answers if document.key == key]
    if not found:
        raise NotFound(
            T(
                "没有这种文件的模板，请联系系统管理员。",
                en="There is no template for this file; tell the system administrator.",
            )
        )
    return min(found, key=lambda f: f[0].startswith("duijie-"))[1]


def make(work: Work, key: str, data: Mapping[str, Any], language: str, name: str = "") -> MadeFile:
    """Render ``data`` by the document named ``key``. A plugin that fails is recorded, and the person told."""
    document = find(work, key)
    try:
        content = document.render(data, language)
    except (
        Exception
    ) as error:  # a document is a plugin's: whatever it raises must not look like a fault of ours
        work.office.plugins.record(key, "duijie_documents", repr(error))
        raise Refused(
            T(
                "文件没有生成。问题已记录，请联系系统管理员。",
                en="The file was not made. The problem is recorded; tell the system administrator.",
            )
        ) from error
    return MadeFile(document.file_name.replace("{name}", name), document.media_type, content)
