"""The files that duijie makes itself: the ledger as a workbook, a meeting's minutes and timetable."""
