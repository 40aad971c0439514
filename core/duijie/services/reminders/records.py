"""What a message is about: in which area and group that lies."""

from dataclasses import dataclass

from duijie.services.work import Work
from duijie.storage.models import Area, Case, KnowledgeEntry, Meeting


@dataclass(frozen=True, slots=True)
class Where:
    """Where a record lies: its area and those above it, the nearest first, and its group. Both may be unknown."""

    areas: tuple[int, ...] = ()
    group: str = ""


def where(work: Work, about_type: str, about_id: int) -> Where:
    """Where the record of a message lies."""
    if about_type == "knowledge":
        entry = work.session.get(KnowledgeEntry, about_id)
        return Where(group=entry.group_key) if entry else Where()
    if about_type == "area":
        return Where(upwards(work, about_id))
    record: Case | Meeting | None = None
    if about_type == "case":
        record = work.session.get(Case, about_id)
    elif about_type == "meeting":
        record = work.session.get(Meeting, about_id)
    return Where(upwards(work, record.area_id), record.group_key) if record else Where()


def upwards(work: Work, area_id: int) -> tuple[int, ...]:
    """An area and those above it."""
    found, current = [area_id], work.session.get(Area, area_id)
    while current and current.parent_id and current.parent_id not in found:
        found.append(current.parent_id)
        current = work.session.get(Area, current.parent_id)
    return tuple(found)
