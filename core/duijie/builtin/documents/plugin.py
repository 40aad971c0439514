"""The hook of the built-in documents."""

from duijie.api import Document, hookimpl
from duijie.builtin.documents import ledger_xlsx, minutes_docx


@hookimpl
def duijie_documents() -> list[Document]:
    """The ledger as a workbook, a meeting's minutes as a Word file."""
    return [ledger_xlsx.DOCUMENT, minutes_docx.DOCUMENT]
