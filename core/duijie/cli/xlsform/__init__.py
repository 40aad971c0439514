"""Reads an XLSForm workbook into a form declaration: coordinators know Excel."""

from duijie.cli.xlsform.building import Built, form_of
from duijie.cli.xlsform.notes import Note, Notes
from duijie.cli.xlsform.sheets import read_workbook
from duijie.cli.xlsform.source import source_of

__all__ = ["Built", "Note", "Notes", "form_of", "read_workbook", "source_of"]
