"""The hook of the built-in documents."""

from duijie.api import Document, Plugin, T, hookimpl
from duijie.builtin.documents import ledger_xlsx, minutes_docx, supervision_docx, timetable_xlsx


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, T("文件", en="Documents"), T("台账工作簿、会议纪要、对接时间表和督办通知单。",
                                               en="The ledger's workbook, a meeting's minutes and timetable, the"
                                               " supervision notice."))


@hookimpl
def duijie_documents(group: str) -> list[Document]:
    """For the whole installation: two workbooks (ledger, timetable) and two Word files (minutes, supervision notice)."""
    return [] if group else [ledger_xlsx.DOCUMENT, minutes_docx.DOCUMENT, timetable_xlsx.DOCUMENT,
                            supervision_docx.DOCUMENT]
