"""All pages of meetings: importing the modules hangs their views on the blueprint."""

from duijie.web.meetings import (
    agenda,
    board,
    calling,
    colliding,
    comparing,
    door,
    files,
    inviting,
    live,
    minutes,
    replanning,
    series,
    solving,
    timetable,
    wishing,
)
from duijie.web.meetings.blueprint import meetings

__all__ = [
    "agenda",
    "board",
    "calling",
    "colliding",
    "comparing",
    "door",
    "files",
    "inviting",
    "live",
    "meetings",
    "minutes",
    "replanning",
    "series",
    "solving",
    "timetable",
    "wishing",
]
