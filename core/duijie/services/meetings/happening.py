"""What can happen on the day, as somebody at the door would say it, and what it means for the rest of the meeting."""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from duijie.domain.errors import Invalid, NotFound
from duijie.domain.text import T, joined
from duijie.matchmaking import values
from duijie.services.meetings import agenda, planning, slots
from duijie.services.work import Work
from duijie.storage.models import Appointment, Case, Desk, Invitation, Meeting
from duijie.storage.queries.meetings import waiting_cases

UNDER_WAY: Final = ("called", "talking")
X = TypeVar("X")
KINDS: Final = ("desk_late", "desk_closed", "desk_more", "requester_late", "requester_gone", "requester_new", "overrun")
_SAID: Final = {
    "desk_late": T("{who}席位 {time} 才能开始", en="The desk of {who} can begin only at {time}"),
    "desk_closed": T("{who}席位从现在起不再接待", en="The desk of {who} takes nobody from now on"),
    "desk_more": T("{who}多来了一位代表", en="One more representative of {who} has come"),
    "requester_late": T("{who} {time} 才到", en="{who} comes only at {time}"),
    "requester_gone": T("{who} 不来了，或已离开", en="{who} is not coming, or has left"),
    "requester_new": T("{who} 临时到场，要求对接", en="{who} has come unannounced and asks for a talk"),
    "overrun": T("{who} 的对接要谈到 {time}", en="The talk of {who} goes on until {time}"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. ``id`` is a desk's, an invitation's, a case's or an appointment's; ``until`` a slot (0 where none)."""

    kind: str
    id: int
    until: int = 0


@dataclass(frozen=True)
class Day:
    """The meeting as it stands: which talks may still move, and how the rest lies.

    ``now`` is the first slot that may still be changed. ``fixed`` are talks that are called, under way or over, and
    those whose slot has begun: they are late, and their desk takes them next. ``open`` are those that may move.
    """

    meeting: Meeting
    now: int
    fixed: tuple[Appointment, ...]
    open: tuple[Appointment, ...]

    @property
    def rest(self) -> frozenset[int]:
        """The slots that are left."""
        return frozenset(range(self.now, self.meeting.slots))


def said(work: Work, day: Day, happened: Happening) -> T:
    """The event as a sentence. Raises NotFound, Invalid."""
    who = _who(work, day, happened)
    time = slots.clock(work, slots.starts(day.meeting, happened.until))
    return _SAID[happened.kind].fill(who=who, time=time)


def check(day: Day, happened: Happening) -> None:
    """Raises Invalid for what there is not, or a time that is over."""
    if happened.kind not in KINDS:
        raise Invalid.field("kind", "请选择发生了什么。", "Choose what happened.")
    if not day.rest:
        raise Invalid.field("kind", "会议的时段都已过去，没有可调整的了。", "All slots of the meeting are over.")
    if happened.kind in ("desk_late", "requester_late", "overrun") and not day.now <= happened.until <= day.meeting.slots:
        raise Invalid.field("until", "请选择一个还没到的时间。", "Choose a time that is still to come.")


def concerns(happened: Happening, appointment: Appointment) -> bool:
    """Whether the event takes away the desk or the requester of a talk."""
    if happened.kind in ("desk_late", "desk_closed"):
        return any(link.desk_id == happened.id for link in appointment.desks)
    return happened.kind in ("requester_late", "requester_gone") and appointment.invitation_id == happened.id


def closed(day: Day, happened: Happening) -> frozenset[int]:
    """The slots that the event takes from a desk or a requester."""
    if happened.kind in ("desk_closed", "requester_gone"):
        return day.rest
    return frozenset(range(day.now, happened.until)) if happened.kind.endswith("_late") else frozenset()


def after(work: Work, day: Day, problem: values.Problem, happened: Happening) -> values.Problem:
    """The question once the event has happened. Raises NotFound."""
    taken = closed(day, happened)
    if happened.kind.startswith("desk"):
        key, more = f"d{desk_of(day, happened).department_id}", int(happened.kind == "desk_more")
        return replace(problem, desks=tuple(
            replace(d, closed=d.closed | taken, capacity=d.capacity + more) if d.key == key else d
            for d in problem.desks))  # fmt: skip
    if happened.kind in ("requester_late", "requester_gone"):
        key = f"p{requester_of(day, happened).id}"
        return replace(problem, parties=tuple(
            replace(p, away=p.away | taken) if p.key == key else p for p in problem.parties))  # fmt: skip
    if happened.kind == "requester_new":
        return _with_case(day, problem, case_of(work, day, happened))
    return problem


def desk_of(day: Day, happened: Happening) -> Desk:
    """The desk of the event. Raises NotFound."""
    return _one([d for d in day.meeting.desks if d.id == happened.id])


def requester_of(day: Day, happened: Happening) -> Invitation:
    """The requester of the event. Raises NotFound."""
    return _one([i for i in day.meeting.invitations if i.id == happened.id and i.department_id is None])


def talk_of(day: Day, happened: Happening) -> Appointment:
    """The talk of the event, which must be under way or called. Raises NotFound."""
    return _one([a for a in day.fixed if a.id == happened.id and a.progress in UNDER_WAY])


def case_of(work: Work, day: Day, happened: Happening) -> Case:
    """The case that somebody brings along: of the open pool, with a staffed desk. Raises NotFound."""
    return _one([case for case in could_come(work, day.meeting) if case.id == happened.id])


def could_come(work: Work, meeting: Meeting) -> list[Case]:
    """The open cases that this meeting could hear: every department they need has a staffed desk."""
    staffed = {desk.department_id for desk in meeting.desks if desk.capacity}
    pool = work.session.scalars(waiting_cases(meeting.group_key, meeting.area_id, meeting.id))
    return [case for case in pool if (needed := agenda.departments_of(case)) and all(d.id in staffed for d in needed)]


def wanted_by(meeting: Meeting, case: Case) -> list[tuple[str, tuple[Desk, ...]]]:
    """The appointments that a case brings: their keys and desks, together where it asks for a joint talk."""
    desks = {desk.department_id: desk for desk in meeting.desks if desk.capacity}
    at = tuple(desks[d.id] for d in agenda.departments_of(case) if d.id in desks)
    groups = [at] if case.joint_talk and len(at) > 1 else [(desk,) for desk in at]
    return [(planning.key_of(case, group), group) for group in groups]


def _with_case(day: Day, problem: values.Problem, case: Case) -> values.Problem:
    party = f"new{case.id}"
    requests = tuple(
        values.Request(key, party, tuple(f"d{d.department_id}" for d in group), priority=max(0, case.priority))
        for key, group in wanted_by(day.meeting, case)
    )
    away = frozenset(range(day.now))
    return replace(problem, parties=(*problem.parties, values.Party(party, away, case.requester)),
                   requests=(*problem.requests, *requests))  # fmt: skip


def _who(work: Work, day: Day, happened: Happening) -> T:
    if happened.kind.startswith("desk"):
        name: T = desk_of(day, happened).department.name
        return name
    if happened.kind == "requester_new":
        return T.same(case_of(work, day, happened).requester)
    if happened.kind == "overrun":
        talk = talk_of(day, happened)
        return T("{name}（{desks}）", en="{name} ({desks})").fill(
            name=talk.invitation.name, desks=joined([link.desk.department.name for link in talk.desks]))
    return T.same(requester_of(day, happened).name)


def _one(found: list[X]) -> X:
    if not found:
        raise NotFound
    return found[0]
