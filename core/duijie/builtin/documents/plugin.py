"""The hook of the built-in documents."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from duijie.api import Document, Plugin, T, hookimpl


def _by(module: str) -> Callable[[Mapping[str, Any], str], bytes]:
    """``render`` of a module here, imported when a document is made: what makes workbooks is slow to import."""

    def render(data: Mapping[str, Any], language: str) -> bytes:
        made: bytes = import_module(f"duijie.builtin.documents.{module}").render(data, language)
        return made

    return render


_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENTS: Final = (
    Document("ledger", T("导出 Excel", en="Export to Excel"), "{name}.xlsx", _XLSX, _by("ledger_xlsx")),
    Document("minutes", T("纪要（Word）", en="Minutes (Word)"), "纪要-{name}.docx", _DOCX, _by("minutes_docx")),
    Document("timetable", T("时间表（Excel）", en="Timetable (Excel)"), "时间表-{name}.xlsx", _XLSX, _by("timetable_xlsx")),
    Document("supervision", T("督办通知单（Word）", en="Supervision notice (Word)"), "督办通知单-{name}.docx", _DOCX,
             _by("supervision_docx")),
)


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, T("文件", en="Documents"), T("台账工作簿、会议纪要、对接时间表和督办通知单。",
                                               en="The ledger's workbook, a meeting's minutes and timetable, the"
                                               " supervision notice."))


@hookimpl
def duijie_documents(group: str) -> list[Document]:
    """For the whole installation: two workbooks (ledger, timetable) and two Word files (minutes, supervision notice)."""
    return [] if group else list(DOCUMENTS)
