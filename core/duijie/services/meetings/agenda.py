"""The agenda of a meeting: cases suggested from the open pool, taken on and taken off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from duijie.domain.errors import Invalid, NotFound
from duijie.domain.states import MeetingState
from duijie.domain.text import T
from duijie.services.meetings import desks, invitations, slots, telling
from duijie.services.meetings.access import editable, touch
from duijie.services.work import Work
from duijie.storage.models import AgendaItem, Case, Department, Meeting
from duijie.storage.queries.meetings import waiting_cases

LONGEST = 6  # slots


@dataclass(frozen=True)
class Suggested:
    """A case of the open pool. ``departments`` lead first; ``missing`` are those without a staffed desk."""

    case: Case
    departments: tuple[Department, ...]
    missing: tuple[Department, ...]
    waited_days: int

    @property
    def carried(self) -> bool:
        """Whether an earlier meeting could not hear it."""
        return self.case.carried_from_id is not None


def departments_of(case: Case) -> tuple[Department, ...]:
    """Lead and co-handling departments in force, lead first, each once."""
    lead = [case.lead] if case.lead else []
    return tuple({a.department_id: a.department for a in (*lead, *case.co)}.values())


def suggestions(work: Work, meeting: Meeting) -> list[Suggested]:
    """The open pool for ``meeting``: carried over first, then priority, then waiting; needing a desk last."""
    staffed = {desk.department_id for desk in meeting.desks if desk.capacity}
    found = [
        _suggested(work, case, staffed)
        for case in work.session.scalars(waiting_cases(meeting.group_key, meeting.area_id, meeting.id))
    ]
    return sorted(found, key=lambda s: (not s.carried, bool(s.missing)))  # stable: keeps the query's order


def missing_desks(meeting: Meeting) -> dict[Department, list[Case]]:
    """The departments that cases of the agenda need and that have no staffed desk, with those cases."""
    staffed = {desk.department_id for desk in meeting.desks if desk.capacity}
    found: dict[Department, list[Case]] = {}
    for item in meeting.agenda:
        for department in departments_of(item.case):
            if department.id not in staffed:
                found.setdefault(department, []).append(item.case)
    return found


def add(work: Work, meeting_id: int, version: int | None, case_ids: Iterable[int], *, with_desks: bool = False) -> Meeting:
    """Take cases of the pool on the agenda; ``with_desks`` also seats the departments they need.

    Cases that are not in the pool any more are left out, silently when somebody else took them first. Raises
    Invalid when none is chosen, Conflict, Refused.
    """
    meeting = editable(work, meeting_id, version)
    chosen = set(case_ids)
    if not chosen:
        raise Invalid.field("cases", "请至少勾选一件诉求。", "Tick at least one case.")
    pool = work.session.scalars(waiting_cases(meeting.group_key, meeting.area_id, meeting.id))
    for case in [case for case in pool if case.id in chosen]:
        _take(work, meeting, case)
    _after(work, meeting)
    if with_desks:
        for department in missing_desks(meeting):
            desks.add(work, meeting.id, None, department.id)
    telling.invite_new(work, meeting)
    work.session.flush()
    return meeting


def take_on(work: Work, meeting: Meeting, case: Case) -> AgendaItem:
    """Take one case of the pool on the agenda of a meeting that is under way; its requester is there already."""
    _take(work, meeting, case)
    _after(work, meeting)
    return _item(meeting, case.id)


def change(
    work: Work, meeting_id: int, version: int | None, wanted: Mapping[int, tuple[int, bool]]
) -> Meeting:
    """Set how many slots cases need and whether their departments sit together.

    ``wanted`` maps case id → (slots, together); cases left out stay as they are. Raises Invalid naming the case,
    NotFound for a case that is not on the agenda, Conflict, Refused.
    """
    meeting = editable(work, meeting_id, version)
    most = min(LONGEST, meeting.slots)
    for case_id, (length, together) in wanted.items():
        item = _item(meeting, case_id)
        if not 1 <= length <= most:
            raise Invalid.field(f"length-{case_id}", f"“{item.case.title}”的时长应为 1 至 {most} 个时段。",
                                f"“{item.case.title}” takes 1 to {most} slots.")
        item.length, item.together = length, together
    touch(meeting)
    work.session.flush()
    return meeting


def remove(work: Work, meeting_id: int, version: int | None, case_id: int) -> Meeting:
    """Take a case off the agenda: it goes back to the pool, and its requester is told if that was the last one."""
    meeting = editable(work, meeting_id, version)
    item = _item(meeting, case_id)
    take_off(work, meeting, item)
    party, others = item.invitation, [i for i in meeting.agenda if i is not item]
    if party and not any(i.invitation_id == party.id for i in others):
        if meeting.state is MeetingState.DRAFT:
            invitations.forget_party(work, party)
        else:
            telling.taken_off(work, meeting, party)
            party.answer = "declined"
            invitations.forget_party(work, party)
    _after(work, meeting)
    return meeting


def take_off(work: Work, meeting: Meeting, item: AgendaItem) -> None:
    """Put a case back into the pool; a carried-over one stays carried over."""
    item.case.carried_from_id = item.carried_from_id
    work.record("case.off_agenda", "case", item.case_id, public=meeting.state is not MeetingState.DRAFT,
                meeting=meeting.number)
    work.session.delete(item)


def _suggested(work: Work, case: Case, staffed: set[int]) -> Suggested:
    needed = departments_of(case)
    missing = tuple(department for department in needed if department.id not in staffed)
    return Suggested(case, needed, missing, (work.now - case.received_at).days)


def _take(work: Work, meeting: Meeting, case: Case) -> None:
    together = case.joint_talk and len(departments_of(case)) > 1
    work.session.add(
        AgendaItem(meeting_id=meeting.id, case=case, together=together, carried_from_id=case.carried_from_id)
    )
    case.carried_from_id = None
    what = T("{number}（{day}，{place}）", en="{number} ({day}, {place})").fill(
        number=meeting.number, day=slots.day(work, meeting.starts_at), place=meeting.place
    )
    work.record("case.on_agenda", "case", case.id, public=True, meeting=what)


def _after(work: Work, meeting: Meeting) -> None:
    work.session.flush()
    invitations.sync(work, meeting)
    touch(meeting)
    work.session.flush()


def _item(meeting: Meeting, case_id: int) -> AgendaItem:
    for item in meeting.agenda:
        if item.case_id == case_id:
            return item
    raise NotFound


def meetings_of(work: Work, case_id: int) -> list[Meeting]:
    """The meetings whose agenda names a case, newest first."""
    wanted = select(Meeting).join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
    return list(work.session.scalars(wanted.where(AgendaItem.case_id == case_id).order_by(Meeting.starts_at.desc())))
