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

``timetable``  all text: ``title``, ``subtitle``; ``desks`` list of names; ``wall`` list of rows: the hours, then what
each of ``desks`` holds, with names masked for strangers; ``by_desk`` list of ``name``, ``rows``: hours, requester,
contact, case, its number, departments at the same table, "" for notes; ``requesters`` list of rows: requester, contact,
telephone, hours, desks, case; ``left`` list of rows without a place: requester, desks, case, reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from duijie.domain.errors import NotFound, Refused
from duijie.domain.text import T
from duijie.hooks.catalogue import Owned
from duijie.hooks.faults import Failed
from duijie.hooks.values import Document
from duijie.services.work import Work

SECONDS: Final = 20.0
"""How long a file may take."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file ready to be sent."""

    name: str
    media_type: str
    content: bytes


def find(work: Work, key: str, group: str = "") -> Owned[Document]:
    """The document named ``key``: the group's own, else the installation's; a plugin's before the built-in one.

    Raises NotFound when there is none.
    """
    for one in _offered(work, group):
        if one.item.key == key:
            return one
    raise NotFound(
        T("没有这种文件的模板，请联系系统管理员。", en="There is no template for this file; tell the system administrator.")
    )


def letters(work: Work, group: str, area: str) -> list[Document]:
    """The letters that can be made of a group's cases in an area (its key), each key once."""
    found: dict[str, Document] = {}
    for one in _offered(work, group):
        if one.item.about == "case" and work.office.plugins.gate(one.plugin, area):
            found.setdefault(one.item.key, one.item)
    return list(found.values())


def make(work: Work, key: str, data: Mapping[str, Any], language: str, name: str = "", group: str = "") -> MadeFile:
    """Render ``data`` by the document named ``key``. A plugin that fails is recorded, and the person told."""
    owned = find(work, key, group)
    document = owned.item
    try:
        content = work.office.plugins.call(owned.plugin, "duijie_documents", document.render, data, language, seconds=SECONDS)
        if not isinstance(content, bytes):
            work.office.plugins.record(owned.plugin, "duijie_documents", f"{key}: answered {type(content).__name__}, not bytes")
            raise Failed
    except Failed as error:
        raise Refused(
            T("文件没有生成。问题已记录，请联系系统管理员。",
              en="The file was not made. The problem is recorded; tell the system administrator.")
        ) from error  # fmt: skip
    return MadeFile(document.file_name.replace("{name}", name), document.media_type, content)


def _offered(work: Work, group: str) -> list[Owned[Document]]:
    catalogue, on = work.office.catalogue, work.office.plugins.gate
    found = [*(catalogue.documents.get(group, []) if group else []), *catalogue.documents.get("", [])]
    return [one for one in found if on(one.plugin, None)]
