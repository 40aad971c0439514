"""The hook of the built-in documents."""

from duijie.api import Document, Plugin, T, hookimpl
from duijie.builtin.documents import ledger_xlsx, minutes_docx, timetable_xlsx


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, T("文件", en="Documents"), T("台账工作簿、会议纪要和对接时间表。",
                                               en="The ledger's workbook, a meeting's minutes and its timetable."))


@hookimpl
def duijie_documents(group: str) -> list[Document]:
    """For the whole installation: the ledger and a meeting's timetable as workbooks, its minutes as a Word file."""
    return [] if group else [ledger_xlsx.DOCUMENT, minutes_docx.DOCUMENT, timetable_xlsx.DOCUMENT]
