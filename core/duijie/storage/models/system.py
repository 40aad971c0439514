"""Settings, counters, rate limits and plugin faults."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from duijie.storage.base import Base


class Setting(Base):
    """A value that all processes share, by key."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]]


class Counter(Base):
    """The last number given out of a series: case numbers, meeting numbers."""

    __tablename__ = "counter"
    series: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class RateLimit(Base):
    """How often something was tried from one place since ``since``."""

    __tablename__ = "rate_limit"
    bucket: Mapped[str] = mapped_column(String(120), primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=0)


class PluginFault(Base):
    """A failure of a plugin, for the administrator."""

    __tablename__ = "plugin_fault"
    __table_args__ = (Index("ix_plugin_fault_at", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    plugin: Mapped[str] = mapped_column(String(100))
    hook: Mapped[str] = mapped_column(String(100))
    error: Mapped[str]
    trace: Mapped[str] = mapped_column(default="")
