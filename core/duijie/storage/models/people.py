"""Areas, departments, the roster, users and what they may do."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.storage.base import Base, Word


class Area(Base):
    """A place with its own organiser (片区); areas form a tree. ``kind`` is a key that the administrator names."""

    __tablename__ = "area"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[T]
    kind: Mapped[str] = mapped_column(String(30))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    active: Mapped[bool] = mapped_column(default=True)


class Department(Base):
    """An office, utility company or other body that answers (部门)."""

    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[T]
    kind: Mapped[str] = mapped_column(String(30), default="office")


class RosterEntry(Base):
    """A department's seat in one advisory group (顾问团成员). Belongs to the administrator once seeded."""

    __tablename__ = "roster_entry"
    __table_args__ = (UniqueConstraint("group_key", "department_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_key: Mapped[str] = mapped_column(String(60))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    responsibility: Mapped[str] = mapped_column(default="")
    topics: Mapped[list[str]]
    seats: Mapped[int] = mapped_column(default=1)
    observer: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    department: Mapped[Department] = relationship(lazy="joined")
    people: Mapped[list["RosterSeat"]] = relationship(back_populates="entry", order_by="RosterSeat.position")


class RosterSeat(Base):
    """A person in a roster entry: ``part`` is representative, alternate (候补) or head (负责人)."""

    __tablename__ = "roster_seat"
    __table_args__ = (UniqueConstraint("entry_id", "user_id", "part"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("roster_entry.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    part: Mapped[str] = mapped_column(String(20), default="representative")
    position: Mapped[int] = mapped_column(default=0)
    entry: Mapped[RosterEntry] = relationship(back_populates="people")
    user: Mapped["User"] = relationship(lazy="joined")


class User(Base):
    """An account. ``password_hash`` is Argon2; ``security_stamp`` changes whenever all sessions must end."""

    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[T]
    title: Mapped[T | None]
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    language: Mapped[str] = mapped_column(String(5), default="zh")
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    grants: Mapped[list["Grant"]] = relationship(back_populates="user", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class Grant(Base):
    """A role that a user holds: a coordinator or area administrator in an area, a representative of a department."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "area_id", "department_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    user: Mapped[User] = relationship(back_populates="grants")


class WebSession(Base):
    """A browser's session, kept here and not in the cookie, so that signing out really ends it.

    ``token_hash`` is the SHA-256 of the cookie's value.
    """

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_expires_at", "expires_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
