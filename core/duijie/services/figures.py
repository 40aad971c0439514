"""The three rates, and what the ledger says of each department.

What is counted stands in `EXPLAINED`, in the words that the page and the workbook show.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select

from duijie.domain.states import CaseState, ReplyKind
from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Department
from duijie.storage.queries.ledger import Fact, LedgerFilter, facts

SATISFIED_FROM: Final = 4  # stars
UNHAPPY_TO: Final = 2
FINISHED: Final = (CaseState.ANSWERED, CaseState.CLOSED)
RESOLVED: Final = (ReplyKind.SOLVED, ReplyKind.EXPLAINED)

EXPLAINED: Final = (
    T("各部门只计主办的诉求；办结以主办部门作出答复为准，时限以交办时确定（或经批准延长）的日期为准。",
      en="Each department is counted by the cases it leads. A case is finished when the lead department has replied; "
      "the deadline is the one set at assignment, or as extended."),
    T("响应率 = 在时限内首次接手、答复或承诺的件数 ÷ 已响应或已过时限的件数。",
      en="Response = cases taken up, answered or promised within the deadline ÷ cases responded to or past the deadline."),
    T("解决率 = 答复为“已解决”或“解释说明”的件数 ÷ 已答复件数与逾期未答复件数之和。",
      en="Resolution = cases whose reply is “Solved” or “Explained” ÷ cases answered, and cases overdue without an answer."),
    T("满意率 = 最近一次评价 4 星及以上的件数 ÷ 已评价件数；2 星及以下计为不满意。",
      en="Satisfaction = cases whose latest rating has 4 stars or more ÷ cases rated; up to 2 stars counts as dissatisfied."),
    T("按时办结率 = 按时办结件数 ÷ 已办结件数与逾期未办结件数之和；有效回访率 = 已评价件数 ÷ 已办结件数。",
      en="On-time rate = cases finished on time ÷ cases finished, and cases overdue; "
      "follow-up rate = cases rated ÷ cases finished."),
)  # fmt: skip

SUMMARY_COLUMNS: Final = (
    T("部门", en="Department"), T("派单数", en="Assigned"), T("按时办结", en="Finished on time"),
    T("超时办结", en="Finished late"), T("未办结", en="Not finished"), T("办结率", en="Finished"),
    T("按时办结率", en="On-time rate"), T("不满意数", en="Dissatisfied"), T("满意率", en="Satisfied"),
    T("按时反馈率", en="Responded in time"), T("有效回访率", en="Followed up"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what it was counted from; ``value`` is None when there is nothing to count."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1."""
        return self.part / self.whole if self.whole else None


@dataclass(slots=True)
class Figures:
    """The counts of one department, or of all (``department`` is None)."""

    department: Department | None
    total: int = 0
    in_time: int = 0
    late: int = 0
    overdue_open: int = 0
    responded: int = 0
    response_due: int = 0
    resolved: int = 0
    rated: int = 0
    satisfied: int = 0
    unhappy: int = 0
    case_ids: list[int] = field(default_factory=list)

    @property
    def finished(self) -> int:
        """Cases that the lead department has answered."""
        return self.in_time + self.late

    @property
    def unfinished(self) -> int:
        """Cases that it has not."""
        return self.total - self.finished

    @property
    def response(self) -> Rate:
        """响应率."""
        return Rate(self.responded, self.response_due)

    @property
    def resolution(self) -> Rate:
        """解决率."""
        return Rate(self.resolved, self.finished + self.overdue_open)

    @property
    def satisfaction(self) -> Rate:
        """满意率."""
        return Rate(self.satisfied, self.rated)

    @property
    def on_time(self) -> Rate:
        """按时办结率."""
        return Rate(self.in_time, self.finished + self.overdue_open)

    def summary(self) -> list[int | float | None]:
        """The department's line of the workbook, by `SUMMARY_COLUMNS` without the name."""
        return [
            self.total, self.in_time, self.late, self.unfinished, Rate(self.finished, self.total).value,
            self.on_time.value, self.unhappy, self.satisfaction.value, self.response.value,
            Rate(self.rated, self.finished).value,
        ]  # fmt: skip


def by_department(work: Work, wanted: LedgerFilter) -> list[Figures]:
    """The figures of every department that leads a case of ``wanted``, the one with most cases first."""
    found = facts(work.session, work.actor, wanted)
    ids = {fact.department_id for fact in found}
    departments = work.session.scalars(select(Department).where(Department.id.in_(ids)))
    own = {d.id: Figures(d) for d in departments}
    for fact in found:
        _count(work, own[fact.department_id], fact)
    return sorted(own.values(), key=lambda f: (-f.total, f.department.key if f.department else ""))


def together(parts: Iterable[Figures]) -> Figures:
    """Several departments' figures as one."""
    names = ("total", "in_time", "late", "overdue_open", "responded", "response_due", "resolved", "rated",
             "satisfied", "unhappy")  # fmt: skip
    whole = Figures(None)
    for part in parts:
        for name in names:
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
    return whole


def _count(work: Work, own: Figures, fact: Fact) -> None:
    due, finished = fact.due_on, fact.state in FINISHED
    past = due is not None and due < work.today
    contacted = work.local(fact.first_contact_at).date() if fact.first_contact_at else None
    own.total += 1
    own.case_ids.append(fact.case_id)
    if contacted or past:
        own.response_due += 1
        own.responded += contacted is not None and (due is None or contacted <= due)
    if finished:
        on_time = _in_time(work, fact, due)
        own.in_time += on_time
        own.late += not on_time
        own.resolved += fact.result in RESOLVED
    elif past:
        own.overdue_open += 1
    if fact.stars is not None:
        own.rated += 1
        own.satisfied += fact.stars >= SATISFIED_FROM
        own.unhappy += fact.stars <= UNHAPPY_TO


def _in_time(work: Work, fact: Fact, due: date | None) -> bool:
    return due is None or fact.answered_at is None or work.local(fact.answered_at).date() <= due
