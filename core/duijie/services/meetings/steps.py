"""Where a meeting stands between the first draft and the filed minutes, and what each step still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from duijie.domain.states import MeetingState
from duijie.domain.text import T, joined
from duijie.services.meetings import agenda, planning
from duijie.services.work import Work
from duijie.storage.models import Meeting, Timetable

_M: Final = MeetingState
_ORDER: Final = ("draft", "cases", "invite", "timetable", "publish", "day", "minutes")
_LABELS: Final = {
    "draft": T("拟定", en="Draft"),
    "cases": T("选诉求", en="Choose cases"),
    "invite": T("邀请", en="Invite"),
    "timetable": T("排时间表", en="Timetable"),
    "publish": T("公布", en="Publish"),
    "day": T("当天", en="The day"),
    "minutes": T("纪要", en="Minutes"),
}


@dataclass(frozen=True)
class Step:
    """One step. ``state``: done, current or todo; ``missing`` says what it lacks, ``summary`` where it stands."""

    key: str
    label: T
    state: str
    missing: tuple[T, ...]
    summary: T


def of_meeting(work: Work, meeting: Meeting) -> list[Step]:
    """All steps in order; the first that is not done is the current one."""
    timetable = planning.current(work, meeting)
    missing = _missing(work, meeting, timetable)
    done = _done(meeting, timetable, bool(missing.get("timetable")))
    current = next((key for key in _ORDER if not done[key]), None)
    if meeting.state is _M.CANCELLED:
        current = None
    return [
        Step(key, _LABELS[key], "done" if done[key] else "current" if key == current else "todo",
             tuple(missing.get(key, ())), _summary(meeting, timetable, key))
        for key in _ORDER
    ]


def _done(meeting: Meeting, timetable: Timetable | None, stale: bool) -> dict[str, bool]:
    over = meeting.state in (_M.CONCLUDED, _M.FILED)
    published = meeting.state in (_M.SCHEDULED, _M.LIVE) or over
    newest = timetable is not None and timetable.id == meeting.published_id
    return {
        "draft": bool(meeting.desks),
        "cases": bool(meeting.agenda),
        "invite": meeting.state is not _M.DRAFT,
        "timetable": timetable is not None and not stale,
        "publish": published and (newest or meeting.state is not _M.SCHEDULED),
        "day": over,
        "minutes": meeting.state is _M.FILED,
    }


def _missing(work: Work, meeting: Meeting, timetable: Timetable | None) -> dict[str, Sequence[T]]:
    found: dict[str, Sequence[T]] = {}
    if meeting.state not in (_M.DRAFT, _M.INVITING, _M.SCHEDULED):
        return found
    if not meeting.desks:
        found["draft"] = [T("还没有席位。", en="No desk yet.")]
    found["cases"] = list(_missing_cases(meeting))
    found["invite"] = list(_missing_answers(meeting))
    if timetable is not None:
        found["timetable"] = planning.stale(work, meeting, timetable)[:5]
        if timetable.id != meeting.published_id and meeting.state is _M.SCHEDULED:
            found["publish"] = [T("时间表改过，还没有重新公布。", en="The timetable changed and is not published again.")]
    return found


def _missing_cases(meeting: Meeting) -> Sequence[T]:
    if not meeting.agenda:
        return [T("还没有选诉求。", en="No case chosen yet.")]
    without = list(agenda.missing_desks(meeting))
    if not without:
        return []
    return [T("{names}还没有席位。", en="No desk yet: {names}.").fill(names=joined([d.name for d in without]))]


def _missing_answers(meeting: Meeting) -> Sequence[T]:
    found = []
    open_ = [i for i in meeting.invitations if i.answer == "pending"]
    departments, requesters = (sum(bool(i.department_id) is kind for i in open_) for kind in (True, False))
    if meeting.state is not _M.DRAFT and (departments or requesters):
        found.append(_unanswered(departments, requesters))
    declined = [i.department.name for i in meeting.invitations if i.department and i.answer == "declined"]
    if declined:
        found.append(T("{names}不能到会，席位已关闭。", en="Not coming, desk closed: {names}.").fill(names=joined(declined)))
    return found


def _unanswered(departments: int, requesters: int) -> T:
    """Whose answers are missing; one of the two numbers is not 0."""
    zh = [f"{n} 个{who}" for n, who in ((departments, "部门"), (requesters, "诉求人")) if n]
    en = [f"{n} {who}{'s' * (n != 1)}" for n, who in ((departments, "department"), (requesters, "requester")) if n]
    return T(f"{'、'.join(zh)}未回复。", en=f"No answer yet from {' and '.join(en)}.")


def _summary(meeting: Meeting, timetable: Timetable | None, key: str) -> T:
    """Where the step stands in half a line."""
    if key == "draft":
        open_ = [desk for desk in meeting.desks if desk.capacity]
        return T(f"{len(open_)} 个席位，{meeting.slots} 个时段", en=f"{len(open_)} desks, {meeting.slots} slots")
    if key == "cases":
        return T(f"{len(meeting.agenda)} 件诉求", en=f"{len(meeting.agenda)} cases")
    if key == "invite":
        yes = sum(i.answer in ("accepted", "delegated") for i in meeting.invitations)
        return T(f"{yes}/{len(meeting.invitations)} 能到会", en=f"{yes}/{len(meeting.invitations)} coming")
    if key == "timetable" and timetable is not None:
        placed = len(planning.placed(timetable))
        return T(f"已排 {placed}，未排 {len(timetable.appointments) - placed}",
                 en=f"{placed} placed, {len(timetable.appointments) - placed} not")
    if key == "publish" and meeting.published is not None:
        return T(f"第 {meeting.published.number} 版", en=f"Timetable {meeting.published.number}")
    return T("", en="")
