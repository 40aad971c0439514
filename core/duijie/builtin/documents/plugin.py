"""The hook of the built-in documents."""

from duijie.api import Document, Plugin, T, hookimpl
from duijie.builtin.documents import ledger_xlsx, minutes_docx


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, T("文件", en="Documents"), T("台账工作簿和会议纪要。", en="The ledger's workbook and a meeting's minutes."))


@hookimpl
def duijie_documents(group: str) -> list[Document]:
    """For the whole installation: the ledger as a workbook, a meeting's minutes as a Word file."""
    return [] if group else [ledger_xlsx.DOCUMENT, minutes_docx.DOCUMENT]
