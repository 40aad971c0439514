"""Publishes a timetable, moves a meeting, cancels it; each tells everybody and arms the reminders anew."""

from datetime import date, time

from duijie.domain.errors import Invalid, Refused
from duijie.domain.states import MeetingState, check_meeting_move
from duijie.domain.text import T
from duijie.services.meetings import calling, invitations, planning, slots, telling
from duijie.services.meetings.access import editable, managed, touch
from duijie.services.work import Work
from duijie.storage.models import Invitation, Meeting, Timetable


def invite(work: Work, meeting_id: int, version: int | None) -> Meeting:
    """Send the invitations. Raises Refused when there is nobody to invite, Conflict."""
    meeting = editable(work, meeting_id, version)
    invitations.sync(work, meeting)
    if not meeting.agenda or not any(desk.capacity for desk in meeting.desks):
        raise Refused(T("请先选好诉求和席位，再发出邀请。", en="Choose cases and desks first, then send the invitations."))
    if meeting.state is MeetingState.DRAFT:
        meeting.state = MeetingState.INVITING
    touch(meeting)
    telling.invite(work, meeting, [i for i in meeting.invitations if i.answer == "pending"])
    departments = sum(i.department_id is not None for i in meeting.invitations)
    work.record("meeting.inviting", "meeting", meeting.id, departments=departments,
                requesters=len(meeting.invitations) - departments)
    work.session.flush()
    return meeting

def publish(work: Work, meeting_id: int, version: int | None) -> Timetable:
    """Publish the newest timetable: everybody learns their times, and reminders are armed.

    A later publication tells only those whose appointments changed. Raises Refused when the timetable does not
    fit the meeting any more, when it is published already, or before invitations went out; Conflict.
    """
    meeting = editable(work, meeting_id, version)
    timetable = planning.current(work, meeting)
    _check_publishable(work, meeting, timetable)
    assert timetable is not None  # noqa: S101  # _check_publishable refuses None
    if meeting.state is not MeetingState.SCHEDULED:
        check_meeting_move(meeting.state, MeetingState.SCHEDULED)
    before = meeting.published
    meeting.state = MeetingState.SCHEDULED
    meeting.revision += 1
    timetable.published_at = work.now
    work.session.flush()
    meeting.published = timetable
    work.session.flush()
    planning.load(work, meeting)
    work.record("meeting.published", "meeting", meeting.id, number=timetable.number)
    telling.published(work, meeting, timetable, before)
    work.session.flush()
    return timetable

def move(work: Work, meeting_id: int, version: int | None, *, day: date, start: time, place: str,
         slot_minutes: int, slots_: int) -> Meeting:
    """Give a meeting another date, time, place or grid of slots.

    While it is a draft nobody is told. Afterwards everybody is, and is asked again whether they come; the
    published timetable keeps its order at the new time, unless the grid changed: then it must be solved and
    published again. Raises Invalid, Refused, Conflict.
    """
    meeting = editable(work, meeting_id, version)
    starts_at = work.at(day, start.hour, start.minute)
    calling.check(work, meeting.title, place, starts_at, slot_minutes, slots_)
    was = T("{when}，{place}", en="{when}, {place}").fill(when=slots.when(work, meeting), place=meeting.place)
    old = (meeting.starts_at, meeting.place, meeting.slot_minutes, meeting.slots)
    new = (starts_at, place.strip(), slot_minutes, slots_)
    if old == new:
        raise Invalid.field("day", "时间和地点都没有变化。", "Neither time nor place is different.")
    meeting.starts_at, meeting.place, meeting.slot_minutes, meeting.slots = new
    touch(meeting)
    if meeting.state is not MeetingState.DRAFT:
        _tell_move(work, meeting, was, same_grid=old[2:] == new[2:], same_time=old[0] == new[0])
    work.record("meeting.moved", "meeting", meeting.id, when=slots.when(work, meeting), place=meeting.place)
    work.session.flush()
    return meeting

def cancel(work: Work, meeting_id: int, version: int | None, reason: str) -> Meeting:
    """Call a meeting off: everybody invited is told at once, and its cases go back to the pool.

    Raises Invalid without a reason, Refused once it is live, Conflict.
    """
    meeting = managed(work, meeting_id, version)
    check_meeting_move(meeting.state, MeetingState.CANCELLED)
    if not reason.strip():
        raise Invalid.field("reason", "请说明取消的原因，参会人会看到。",
                            "Say why it is cancelled; everybody invited will read it.")
    drafted = meeting.state is MeetingState.DRAFT
    meeting.state, meeting.cancel_reason = MeetingState.CANCELLED, reason.strip()[:500]
    meeting.revision += 1
    for item in list(meeting.agenda):
        item.case.carried_from_id = item.carried_from_id or (None if drafted else meeting.id)
        work.record("case.off_agenda", "case", item.case_id, public=not drafted, meeting=meeting.number)
    work.record("meeting.cancelled", "meeting", meeting.id, reason=meeting.cancel_reason)
    work.session.flush()
    if not drafted:
        telling.cancelled(work, meeting)
    return meeting

def unreachable(meeting: Meeting) -> list[Invitation]:
    """The requesters who gave no e-mail: somebody has to telephone."""
    return [i for i in meeting.invitations if i.department_id is None and not i.email and i.answer != "declined"]

def _check_publishable(work: Work, meeting: Meeting, timetable: Timetable | None) -> None:
    if meeting.state is MeetingState.DRAFT:
        raise Refused(T("请先发出邀请，再公布时间表。", en="Send the invitations before publishing the timetable."))
    if timetable is None or not planning.placed(timetable):
        raise Refused(T("还没有排好的时间表，请先排时间表。", en="There is no timetable yet; solve it first."))
    if timetable.published_at is not None and meeting.published_id == timetable.id:
        raise Refused(T("这一版时间表已经公布。", en="This timetable is published already."))
    if problems := planning.stale(work, meeting, timetable):
        more = f"（共 {len(problems)} 处）" if len(problems) > 1 else ""
        more_en = f" ({len(problems)} such points)" if len(problems) > 1 else ""
        raise Refused(T("时间表与最新情况不符：{first}{zh}请先重新排。",
                        en="The timetable no longer fits: {first}{en} Solve it again first.")
                      .fill(first=problems[0], zh=more, en=more_en))

def _tell_move(work: Work, meeting: Meeting, was: T, *, same_grid: bool, same_time: bool) -> None:
    meeting.revision += 1
    if not (same_grid and same_time):
        _ask_again(meeting)
    if not same_grid and meeting.state is MeetingState.SCHEDULED:
        check_meeting_move(meeting.state, MeetingState.INVITING)
        meeting.state, meeting.published = MeetingState.INVITING, None
    work.session.flush()
    telling.moved(work, meeting, was, meeting.published)

def _ask_again(meeting: Meeting) -> None:
    """Answers were for the old time: everybody is asked anew; a named substitute stays named."""
    desks = {desk.department_id: desk for desk in meeting.desks}
    for invitation in telling.concerned(meeting):
        invitation.away = []
        if invitation.answer == "declined" and invitation.department_id in desks:
            desks[invitation.department_id].capacity = invitation.people
        if invitation.answer != "delegated":
            invitation.answer = "pending"
