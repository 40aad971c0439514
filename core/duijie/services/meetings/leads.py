"""How long before a meeting its people are reminded: as the meeting says, else its group in its area, else as usual."""

from collections.abc import Iterable
from typing import Final

from duijie.domain.leads import USUAL, chosen
from duijie.services.work import Work
from duijie.storage.models import Meeting, Setting
from duijie.storage.upsert import ensure

_KEY: Final = "meeting_leads"  # {"<area id>:<group>": [minutes, …]}


def of_meeting(work: Work, meeting: Meeting) -> list[int]:
    """Minutes before the meeting, the longest first; empty: nobody is reminded."""
    if meeting.reminders is not None:
        return chosen(meeting.reminders)
    return usual(work, meeting.group_key, meeting.area_id)


def usual(work: Work, group_key: str, area_id: int) -> list[int]:
    """What holds for meetings of a group in an area that say nothing else."""
    kept = work.session.get(Setting, _KEY)
    return chosen(kept.value.get(f"{area_id}:{group_key}", USUAL) if kept else USUAL)


def keep_usual(work: Work, group_key: str, area_id: int, minutes: Iterable[int]) -> None:
    """Let ``minutes`` hold for the group's meetings in the area from now on."""
    ensure(work.session, Setting, key=_KEY, value={})
    kept = work.session.get_one(Setting, _KEY, with_for_update=True, populate_existing=True)
    kept.value = kept.value | {f"{area_id}:{group_key}": chosen(minutes)}
    work.session.flush()
