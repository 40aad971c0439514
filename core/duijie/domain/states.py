"""The states of a case and of a meeting, and which may follow which (see docs/domain.md)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from duijie.domain.errors import Refused
from duijie.domain.text import T


class CaseState(StrEnum):
    """Where a case (诉求) stands. Few and fixed, so that every report, rule and screen can rely on them."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"

    @property
    def label(self) -> T:
        """What the screen calls it."""
        return _CASE_LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes the requester an answer."""
        return self in OPEN_STATES


class MeetingState(StrEnum):
    """Where a meeting (对接会) stands."""

    DRAFT = "draft"
    INVITING = "inviting"
    SCHEDULED = "scheduled"
    LIVE = "live"
    CONCLUDED = "concluded"
    FILED = "filed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> T:
        """What the screen calls it."""
        return _MEETING_LABELS[self]


class AssignmentRole(StrEnum):
    """How a department takes part in a case."""

    LEAD = "lead"
    CO = "co"

    @property
    def label(self) -> T:
        """主办 or 协办."""
        return T("主办", en="Lead") if self is AssignmentRole.LEAD else T("协办", en="Co-handling")


class OutcomeKind(StrEnum):
    """What an appointment ended in for one case."""

    ANSWERED = "answered"
    COMMITTED = "committed"
    TRANSFERRED = "transferred"
    SITE_VISIT = "site_visit"
    NOT_HEARD = "not_heard"

    @property
    def label(self) -> T:
        """What the screen calls it."""
        return _OUTCOME_LABELS[self]


class ReplyKind(StrEnum):
    """The result a reply (答复) brings, as the ledger counts it."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    PLANNED = "planned"
    DECLINED = "declined"

    @property
    def label(self) -> T:
        """办理结果 as in the ledger."""
        return _REPLY_LABELS[self]


_C, _M = CaseState, MeetingState

OPEN_STATES: Final = frozenset({_C.RECEIVED, _C.ASSIGNED, _C.IN_PROGRESS})

CASE_TRANSITIONS: Final[Mapping[CaseState, frozenset[CaseState]]] = {
    _C.RECEIVED: frozenset({_C.ASSIGNED, _C.DECLINED, _C.MERGED}),
    _C.ASSIGNED: frozenset({_C.IN_PROGRESS, _C.ANSWERED, _C.RECEIVED, _C.MERGED}),
    _C.IN_PROGRESS: frozenset({_C.ANSWERED, _C.RECEIVED}),
    _C.ANSWERED: frozenset({_C.CLOSED, _C.IN_PROGRESS}),
    _C.CLOSED: frozenset({_C.IN_PROGRESS}),
    _C.DECLINED: frozenset({_C.RECEIVED}),
    _C.MERGED: frozenset(),
}

MEETING_TRANSITIONS: Final[Mapping[MeetingState, frozenset[MeetingState]]] = {
    _M.DRAFT: frozenset({_M.INVITING, _M.CANCELLED}),
    _M.INVITING: frozenset({_M.SCHEDULED, _M.DRAFT, _M.CANCELLED}),
    _M.SCHEDULED: frozenset({_M.LIVE, _M.INVITING, _M.CANCELLED}),
    _M.LIVE: frozenset({_M.CONCLUDED}),
    _M.CONCLUDED: frozenset({_M.FILED}),
    _M.FILED: frozenset(),
    _M.CANCELLED: frozenset(),
}


def check_case_move(old: CaseState, new: CaseState) -> None:
    """Raise `Refused` when a case in ``old`` cannot go to ``new``."""
    if new not in CASE_TRANSITIONS[old]:
        raise Refused(
            T("诉求目前是“{old}”，不能改为“{new}”。请刷新页面查看最新情况。",
              en="The case is “{old}” now and cannot become “{new}”. Reload the page to see how it stands.")
            .fill(old=old.label, new=new.label)
        )


def check_meeting_move(old: MeetingState, new: MeetingState) -> None:
    """Raise `Refused` when a meeting in ``old`` cannot go to ``new``."""
    if new not in MEETING_TRANSITIONS[old]:
        raise Refused(
            T("对接会目前是“{old}”，不能改为“{new}”。请刷新页面查看最新情况。",
              en="The meeting is “{old}” now and cannot become “{new}”. Reload the page to see how it stands.")
            .fill(old=old.label, new=new.label)
        )


_CASE_LABELS: Final = {
    _C.RECEIVED: T("待受理", en="Received"),
    _C.ASSIGNED: T("已交办", en="Assigned"),
    _C.IN_PROGRESS: T("办理中", en="In progress"),
    _C.ANSWERED: T("已答复", en="Answered"),
    _C.CLOSED: T("已办结", en="Closed"),
    _C.DECLINED: T("不予受理", en="Declined"),
    _C.MERGED: T("并案", en="Merged"),
}
_MEETING_LABELS: Final = {
    _M.DRAFT: T("拟定", en="Draft"),
    _M.INVITING: T("邀请中", en="Inviting"),
    _M.SCHEDULED: T("已排定", en="Scheduled"),
    _M.LIVE: T("进行中", en="Live"),
    _M.CONCLUDED: T("已结束", en="Concluded"),
    _M.FILED: T("已归档", en="Filed"),
    _M.CANCELLED: T("已取消", en="Cancelled"),
}
_OUTCOME_LABELS: Final = {
    OutcomeKind.ANSWERED: T("当场答复", en="Answered on the spot"),
    OutcomeKind.COMMITTED: T("承诺办理", en="Commitment made"),
    OutcomeKind.TRANSFERRED: T("转其他部门", en="Transferred"),
    OutcomeKind.SITE_VISIT: T("需现场踏勘", en="Site visit needed"),
    OutcomeKind.NOT_HEARD: T("未对接", en="Not heard"),
}
_REPLY_LABELS: Final = {
    ReplyKind.SOLVED: T("已解决", en="Solved"),
    ReplyKind.EXPLAINED: T("解释说明", en="Explained"),
    ReplyKind.PLANNED: T("列入计划", en="Planned"),
    ReplyKind.DECLINED: T("不予受理", en="Declined"),
}
