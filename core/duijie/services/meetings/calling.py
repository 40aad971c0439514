"""Calls a meeting and keeps its details: title, desks, chair."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import func, select

from duijie.domain.errors import Invalid, NotFound, Problem
from duijie.domain.states import OPEN_STATES, MeetingState
from duijie.domain.text import T
from duijie.hooks.groups import GroupParts
from duijie.services import offers, rosters
from duijie.services.meetings import desks
from duijie.services.meetings.access import editable, touch
from duijie.services.numbers import next_number
from duijie.services.work import Work
from duijie.storage.models import Area, Assignment, Case, Meeting, RosterEntry
from duijie.storage.queries.scope import cases_open_to

SLOT_MINUTES: Final = (5, 60)
MOST_SLOTS: Final = 60
SWITCHED_OFF: Final = T("{group}目前在{area}没有启用，不能召集对接会。请片区管理员先启用。",
                        en="{group} is switched off in {area}, so no meeting can be called. The area administrator can "
                        "switch it on.")


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """What a coordinator decides at the beginning. ``day`` and ``start`` are local.

    ``seats`` maps the id of each department that gets a desk to how many representatives staff it.
    """

    group_key: str
    area_id: int
    title: str
    place: str
    day: date
    start: time
    slot_minutes: int
    slots: int
    seats: Mapping[int, int] = field(default_factory=dict)
    chair: str = ""
    notes: str = ""


def create(work: Work, new: NewMeeting) -> Meeting:
    """Draft a meeting with its desks.

    Raises Invalid with every problem, NotFound for a foreign area or group, or a group that is not offered there.
    """
    parts, area = work.parts(new.group_key), work.session.get(Area, new.area_id)
    if parts is None or area is None or not _may_use(work, area):
        raise NotFound
    if not work.office.switches.is_on(parts.plugin, area.key):
        raise NotFound(SWITCHED_OFF.fill(group=parts.group.name, area=area.name))
    starts_at = work.at(new.day, new.start.hour, new.start.minute)
    check(work, new.title, new.place, starts_at, new.slot_minutes, new.slots)
    year = new.day.year
    meeting = Meeting(
        number=f"DJH-{year}-{next_number(work, f'meeting-{year}'):04d}",
        group_key=new.group_key,
        area_id=new.area_id,
        title=new.title.strip(),
        place=new.place.strip(),
        starts_at=starts_at,
        slot_minutes=new.slot_minutes,
        slots=new.slots,
        uid=secrets.token_hex(16),
        chair=new.chair.strip(),
        notes=new.notes.strip(),
        created_at=work.now,
    )
    work.session.add(meeting)
    work.session.flush()
    work.record("meeting.created", "meeting", meeting.id)
    desks.arrange(work, meeting, new.seats)
    return meeting


def change(work: Work, meeting_id: int, version: int | None, *, title: str, chair: str, notes: str) -> Meeting:
    """Change what nobody has to be told about. Raises Invalid, Conflict, Refused."""
    meeting = editable(work, meeting_id, version)
    if problems := list(_words(title, meeting.place)):
        raise Invalid(*problems)
    meeting.title, meeting.chair, meeting.notes = title.strip(), chair.strip()[:100], notes.strip()
    touch(meeting)
    work.record("meeting.changed", "meeting", meeting.id, what=T("名称、主持人或备注", en="title, chair or notes"))
    work.session.flush()
    return meeting


def check(work: Work, title: str, place: str, starts_at: datetime, slot_minutes: int, slots: int) -> None:
    """Raise Invalid with every problem of a meeting's words and times. duijie itself may enter past meetings."""
    problems = list(_words(title, place))
    if starts_at <= work.now and work.actor.kind != "system":
        problems.append(Problem("day", T("开始时间已经过去，请选今后的日期和时间。",
                                         en="That moment is past. Choose a date and time to come.")))
    if not SLOT_MINUTES[0] <= slot_minutes <= SLOT_MINUTES[1]:
        problems.append(Problem("slot_minutes", T("每个时段应为 5 至 60 分钟。", en="A slot takes 5 to 60 minutes.")))
    if not 1 <= slots <= MOST_SLOTS:
        problems.append(Problem("slots", T(f"时段数应为 1 至 {MOST_SLOTS}。",
                                           en=f"The number of slots is 1 to {MOST_SLOTS}.")))
    if problems:
        raise Invalid(*problems)


def warnings(work: Work, area_id: int, day: date, besides: int | None = None) -> list[T]:
    """What speaks against ``day`` without forbidding it."""
    found = []
    if not work.calendar.is_working(day):
        special = work.calendar.look(day)
        name = special.name if special.name.zh else special.kind.label
        found.append(T("当天不是工作日（{name}），部门可能无人到会。",
                       en="That day is not a working day ({name}); departments may not come.").fill(name=name))
    if day.year not in work.calendar.published_years:
        found.append(T(f"{day.year} 年放假安排尚未公布，当天是否放假还不能确定。",
                       en=f"The holidays of {day.year} are not published yet; that day may become one."))
    another = T("本片区当天已有对接会：{number} {title}。", en="The area has another meeting that day: {number} {title}.")
    return found + [another.fill(number=o.number, title=o.title) for o in _same_day(work, area_id, day, besides)]


def busy_departments(work: Work, group_key: str, area_id: int) -> set[int]:
    """The departments that lead or co-handle an open case of this group and area."""
    wanted = (
        select(Assignment.department_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(Assignment.active, Case.group_key == group_key, Case.area_id == area_id, Case.state.in_(OPEN_STATES))
    )
    return set(work.session.scalars(wanted))


def busiest_group(work: Work) -> str | None:
    """The group with the most open cases in the actor's areas: what the form proposes first."""
    wanted = (
        select(Case.group_key)
        .where(cases_open_to(work.actor), Case.state.in_(OPEN_STATES))
        .group_by(Case.group_key)
        .order_by(func.count().desc(), Case.group_key)
        .limit(1)
    )
    return work.session.scalar(wanted)


def groups_for(work: Work) -> list[GroupParts]:
    """The groups that are offered in some area in which the actor may call a meeting."""
    return [parts for parts in offers.groups(work) if areas_for(work, parts)]


def areas_for(work: Work, parts: GroupParts) -> list[Area]:
    """The active areas in which the actor may call a meeting of the group: those that it is offered in."""
    wanted = select(Area).where(Area.active).order_by(Area.id)
    if work.actor.kind != "system":
        wanted = wanted.where(Area.id.in_(work.actor.areas))
    return [area for area in work.session.scalars(wanted) if offers.offered(work, parts, area)]


def roster(work: Work, group_key: str) -> list[RosterEntry]:
    """The departments that can get a desk at a meeting of the group."""
    return rosters.entries_of(work, group_key)


def _may_use(work: Work, area: Area) -> bool:
    return work.actor.kind == "system" or area.id in work.actor.areas


def _words(title: str, place: str) -> Iterable[Problem]:
    if not title.strip() or len(title.strip()) > 200:
        yield Problem("title", T("请填写会议名称（200 字以内）。", en="Give the meeting a title of up to 200 characters."))
    if not place.strip() or len(place.strip()) > 200:
        yield Problem("place", T("请填写地点（200 字以内），参会人要按它找来。",
                                 en="Say where it is, in up to 200 characters; people will follow it."))


def _same_day(work: Work, area_id: int, day: date, besides: int | None) -> list[Meeting]:
    from_, to = work.at(day), work.at(day, 23, 59)
    wanted = select(Meeting).where(
        Meeting.area_id == area_id,
        Meeting.starts_at.between(from_, to),
        Meeting.state != MeetingState.CANCELLED,
        Meeting.id != (besides or 0),
    )
    return list(work.session.scalars(wanted))
