"""What duijie has learned: memories of plugins, what was suggested, common questions, kept and public answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from duijie.domain.states import ReplyKind
from duijie.storage.base import Base, Word
from duijie.storage.models.cases import Case
from duijie.storage.models.people import Department


class PluginMemory(Base):
    """What a plugin remembers of the confirmed assignments of one group, in a form that only it can read.

    ``learned`` counts the lessons in it, ``pending`` those since it was last made anew (``refit_at``).
    ``version`` counts every change: whoever computed on an older one does not overwrite a newer one.
    """

    __tablename__ = "plugin_memory"
    plugin: Mapped[str] = mapped_column(String(60), primary_key=True)
    group_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    learned: Mapped[int] = mapped_column(default=0)
    pending: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    refit_at: Mapped[datetime | None]


class SuggestionRecord(Base):
    """What was suggested when a coordinator decided, and what they decided; nothing of the case's text.

    ``offered`` holds at most three ``[department key, score]``, best first; ``first`` is the best one's key, empty
    when nothing was suggested. ``kind``: ``confirmed`` (case.assigned) or ``corrected`` (a new lead later);
    ``sure``: whether one department alone was suggested.
    """

    __tablename__ = "suggestion_record"
    __table_args__ = (Index("ix_suggestion_record_group_at", "group_key", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    group_key: Mapped[str] = mapped_column(String(60))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    first: Mapped[str] = mapped_column(String(60), default="")
    chosen: Mapped[str] = mapped_column(String(60))
    sure: Mapped[bool] = mapped_column(default=False)
    offered: Mapped[list[Any]] = mapped_column(JSON)


class CommonQuestion(Base):
    """Alike cases with one answer to all of them (共性问题). Each case keeps its own record.

    ``state``: ``open`` → ``answered``; ``kind`` and ``answer`` are those of the reply, once there is one.
    """

    __tablename__ = "common_question"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_key: Mapped[str] = mapped_column(String(60), index=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="open")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    kind: Mapped[ReplyKind | None] = mapped_column(Word(ReplyKind))
    answer: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(100))
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    department: Mapped[Department | None] = relationship(lazy="joined")
    members: Mapped[list["CommonQuestionCase"]] = relationship(
        back_populates="question", order_by="CommonQuestionCase.case_id", cascade="all, delete-orphan"
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class CommonQuestionCase(Base):
    """A case's place in a common question; ``answered_at`` when it got the common answer."""

    __tablename__ = "common_question_case"
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("common_question.id"), index=True)
    added_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    question: Mapped[CommonQuestion] = relationship(back_populates="members")
    case: Mapped[Case] = relationship()


class KnowledgeEntry(Base):
    """An answer that is kept for the next who asks (知识条目). ``public``: requesters see it before they file.

    It is suggested until ``valid_until``; ``active`` is false once somebody withdrew it. ``source_case_id`` is the
    case that it came from, for those who may see that case.
    """

    __tablename__ = "knowledge_entry"
    __table_args__ = (Index("ix_knowledge_entry_group_active", "group_key", "active"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_key: Mapped[str] = mapped_column(String(60))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    question: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str]
    legal_basis: Mapped[str] = mapped_column(default="")
    valid_until: Mapped[date]
    public: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    source_case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(default=1)
    department: Mapped[Department] = relationship(lazy="joined")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class PublicAnswer(Base):
    """An answered case that a coordinator has made public, in words without personal data.

    Only these words are searched and shown, never the case's own. It shows while its case is answered or closed.
    """

    __tablename__ = "public_answer"
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), primary_key=True)
    group_key: Mapped[str] = mapped_column(String(60), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    question: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str]
    published_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    case: Mapped[Case] = relationship()
    department: Mapped[Department] = relationship(lazy="joined")
