"""What moves a deadline or asks how it turned out: questions to the requester, extensions, revisits; changed rules."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from duijie.domain.text import T
from duijie.storage.base import Base
from duijie.storage.models.cases import Assignment, Case
from duijie.storage.models.people import Department


class Question(Base):
    """What a department has to know from the requester (补充提问). ``state``: open → answered | withdrawn.

    While it is open and ``pauses``, the clocks of the case stand still; ``waited`` is by how many working days
    the deadlines moved in the end. One asked after the deadline does not pause anything.
    """

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_case_id_state", "case_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    text: Mapped[str]
    by: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    pauses: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    answer: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    waited: Mapped[int] = mapped_column(default=0)
    case: Mapped[Case] = relationship()
    department: Mapped[Department] = relationship(lazy="joined")


class Extension(Base):
    """A department's request for more time (延期申请). ``state``: asked → granted | refused | lapsed."""

    __tablename__ = "extension"
    __table_args__ = (Index("ix_extension_state_case_id", "state", "case_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    working_days: Mapped[int]
    old_due: Mapped[date]
    wanted_due: Mapped[date]
    reason: Mapped[str]
    by: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="asked")
    ruling: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decided_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship()
    assignment: Mapped[Assignment] = relationship(lazy="joined")


class Revisit(Base):
    """A call or visit that asks the requester again (回访). ``state``: planned → done | void.

    ``stay`` is the stay of the case that it asks about: once the case goes on, the revisit is void. ``result``:
    satisfied, unsatisfied, unreachable; ``tries`` counts the calls that reached nobody. ``key`` is the firing's.
    """

    __tablename__ = "revisit"
    __table_args__ = (Index("ix_revisit_state_due_on", "state", "due_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    stay: Mapped[int]
    rule: Mapped[T]
    ask: Mapped[T]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="planned")
    result: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    by: Mapped[str] = mapped_column(String(100), default="")
    done_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    case: Mapped[Case] = relationship(lazy="joined")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class RuleChange(Base):
    """What an administrator changed in a group's rule; without a row it is as its plugin or preset says.

    ``preset`` names the rule set that an administrator added it from, empty for the plugin's own rules.
    ``steps`` maps a step's number (as text) to what differs: ``off``, ``amount``, ``unit``, ``hour``, ``to``.
    """

    __tablename__ = "rule_change"
    __table_args__ = (UniqueConstraint("group_key", "rule_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_key: Mapped[str] = mapped_column(String(60))
    rule_key: Mapped[str] = mapped_column(String(60))
    preset: Mapped[str] = mapped_column(String(60), default="")
    off: Mapped[bool] = mapped_column(default=False)
    steps: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
