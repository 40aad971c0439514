"""Settings, counters and rate limits."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
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
