"""A case and all that hangs on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from duijie.domain.rules import Card
from duijie.domain.states import AssignmentRole, CaseState, ReplyKind
from duijie.storage.base import Base, Word
from duijie.storage.models.people import Area, Department


class FormVersion(Base):
    """One version of a form, kept for ever under the digest of its content."""

    __tablename__ = "form_version"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    group_key: Mapped[str] = mapped_column(String(60))
    form_key: Mapped[str] = mapped_column(String(60))
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Case(Base):
    """A problem or question that somebody brought (诉求).

    ``stay`` counts the states it has entered: rules are anchored to one uninterrupted stay. ``due_on`` is the
    lead department's deadline, ``expected_on`` what the requester was told. ``tracking_hash`` is the SHA-256
    of the tracking code, which is shown once. ``first_contact_at`` is when a department first took it up.
    """

    __tablename__ = "case_record"
    __table_args__ = (
        Index("ix_case_record_area_state", "area_id", "state"),
        Index("ix_case_record_group_state", "group_key", "state"),
        Index("ix_case_record_received_at", "received_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    group_key: Mapped[str] = mapped_column(String(60))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    state: Mapped[CaseState] = mapped_column(Word(CaseState), default=CaseState.RECEIVED)
    stay: Mapped[int] = mapped_column(default=1)
    stay_since: Mapped[datetime]
    topic: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    source: Mapped[str] = mapped_column(String(30), default="online")  # online, meeting, visit, hotline
    requester: Mapped[str] = mapped_column(String(200))
    requester_key: Mapped[str] = mapped_column(String(80), default="")  # credit code or mobile: one party at a meeting
    contact: Mapped[str] = mapped_column(String(100), default="")
    mobile: Mapped[str] = mapped_column(String(30), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(5), default="zh")
    anonymous: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[int] = mapped_column(default=0)
    joint_talk: Mapped[bool] = mapped_column(default=False)
    tracking_hash: Mapped[str] = mapped_column(String(64), unique=True)
    received_at: Mapped[datetime]
    expected_on: Mapped[date]
    due_on: Mapped[date | None]
    first_contact_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", use_alter=True))
    card: Mapped[Card | None] = mapped_column(Word(Card))
    supervisions: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    area: Mapped[Area] = relationship(lazy="joined")
    submission: Mapped["Submission"] = relationship(back_populates="case")
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="case", order_by="Assignment.id")
    replies: Mapped[list["Reply"]] = relationship(back_populates="case", order_by="Reply.id")
    commitments: Mapped[list["Commitment"]] = relationship(back_populates="case", order_by="Commitment.id")
    additions: Mapped[list["Addition"]] = relationship(back_populates="case", order_by="Addition.id")
    ratings: Mapped[list["Rating"]] = relationship(back_populates="case", order_by="Rating.id")
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="case", order_by="Attachment.id")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class

    @property
    def lead(self) -> "Assignment | None":
        """The lead department's assignment in force."""
        return next((a for a in self.assignments if a.active and a.role is AssignmentRole.LEAD), None)

    @property
    def co(self) -> "list[Assignment]":
        """The co-handling departments' assignments in force."""
        return [a for a in self.assignments if a.active and a.role is AssignmentRole.CO]


class Submission(Base):
    """What somebody filled in, with the version of the form they saw (填报)."""

    __tablename__ = "submission"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), unique=True)
    form_digest: Mapped[str] = mapped_column(ForeignKey("form_version.digest"))
    answers: Mapped[dict[str, Any]]
    submitted_at: Mapped[datetime]
    case: Mapped[Case] = relationship(back_populates="submission")
    form: Mapped[FormVersion] = relationship()


class Attachment(Base):
    """A file that came with a case or still waits for its form to be sent (``case_id`` empty, ``draft`` set).

    The content stands outside the web root under ``sha256``; ``media_type`` was found in the content itself.
    """

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    draft: Mapped[str] = mapped_column(String(64), default="", index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    case: Mapped[Case | None] = relationship(back_populates="attachments")


class Assignment(Base):
    """One department's part in a case (责任分解).

    ``state``: ``given`` → ``accepted`` | ``objected`` → (``given`` again when overruled, ``withdrawn`` when
    upheld) → ``done``. A department may object once. ``active`` is false once withdrawn.
    """

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_department_active", "department_id", "active"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    role: Mapped[AssignmentRole] = mapped_column(Word(AssignmentRole))
    state: Mapped[str] = mapped_column(String(20), default="given")
    active: Mapped[bool] = mapped_column(default=True)
    due_on: Mapped[date]
    assigned_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    objection: Mapped[str] = mapped_column(default="")
    objected_at: Mapped[datetime | None]
    ruling: Mapped[str] = mapped_column(default="")
    case: Mapped[Case] = relationship(back_populates="assignments")
    department: Mapped[Department] = relationship(lazy="joined")


class Reply(Base):
    """What the requester is told (答复)."""

    __tablename__ = "reply"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    kind: Mapped[ReplyKind] = mapped_column(Word(ReplyKind))
    text: Mapped[str]
    way: Mapped[str] = mapped_column(String(20), default="online")  # online, meeting, phone, visit
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    case: Mapped[Case] = relationship(back_populates="replies")
    department: Mapped[Department] = relationship(lazy="joined")


class Commitment(Base):
    """What a department promised, by which working day (承诺事项). ``state``: open, kept, withdrawn.

    Being overdue is a fact, not a state. ``calculation`` keeps the day-by-day way to ``due_on``.
    """

    __tablename__ = "commitment"
    __table_args__ = (Index("ix_commitment_state_due", "state", "due_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    text: Mapped[str]
    officer: Mapped[str] = mapped_column(String(100), default="")
    made_on: Mapped[date]
    working_days: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="open")
    kept_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(default="")
    by: Mapped[str] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(default=1)
    case: Mapped[Case] = relationship(back_populates="commitments")
    department: Mapped[Department] = relationship(lazy="joined")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class Addition(Base):
    """Something said on a case after it was filed. ``public`` ones stand in the requester's history."""

    __tablename__ = "addition"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    text: Mapped[str]
    by: Mapped[str] = mapped_column(String(100))
    by_requester: Mapped[bool] = mapped_column(default=False)
    public: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    case: Mapped[Case] = relationship(back_populates="additions")


class Rating(Base):
    """What the requester says of the reply (满意度评价), 1 to 5 stars. ``stay`` is the answered stay it rates."""

    __tablename__ = "rating"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    stay: Mapped[int]
    stars: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    case: Mapped[Case] = relationship(back_populates="ratings")
