"""Makes files by the documents that plugins provide. What ``data`` holds, by key, stands in docs/plugins/documents.md."""

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


def offers(work: Work, key: str, group: str = "") -> Document | None:
    """The document named ``key``, or None when no plugin that is on provides it."""
    return next((one.item for one in _offered(work, group) if one.item.key == key), None)


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
