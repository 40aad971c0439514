"""What kind of notice a message is: people choose by kind how they want to be told."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from duijie.domain.text import T


class Notice(StrEnum):
    """A kind of notice. Each message is of one."""

    MEETING = "meeting"          # invitations, dates, changes of meetings
    DUE = "due"                  # a deadline or a promise comes near, somebody waits
    SUPERVISION = "supervision"  # an escalation; it cannot be switched off and waits for nothing
    NEWS = "news"                # a case came in, was answered, rated, handed back
    DIGEST = "digest"            # the daily list itself

    @property
    def label(self) -> T:
        """What the screen calls it."""
        return _LABELS[self]


_LABELS: Final[Mapping[Notice, T]] = {
    Notice.MEETING: T("对接会邀请和变更", en="Invitations and changes of meetings"),
    Notice.DUE: T("期限提醒", en="Deadlines coming near"),
    Notice.SUPERVISION: T("督办通知", en="Supervision notices"),
    Notice.NEWS: T("诉求进展", en="News of cases"),
    Notice.DIGEST: T("每日汇总", en="The daily digest"),
}
CHOSEN: Final = (Notice.MEETING, Notice.DUE, Notice.SUPERVISION, Notice.NEWS)
"""Those that people choose about."""


def notice_of(kind: str) -> Notice:
    """What kind of notice a reminder of ``kind`` (``meeting.moved``, ``rule:overdue:1:1``) is, unless its maker says."""
    if kind.startswith("meeting."):
        return Notice.MEETING
    return Notice.DUE if kind.startswith(("rule:", "knowledge.")) else Notice.NEWS
